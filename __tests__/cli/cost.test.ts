import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ASSUMPTIONS } from "../../cost/assumptions";
import { fleetCost, tenantCost } from "../../cli/cost-report";
import { usd } from "../../cli/cost-tables";
import { estimate } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import { readPrices } from "../../cost/read-prices";
import type { Lifecycle } from "../../fleet/types";
import { inputOf } from "../cost/input";
import { exampleFleet, tenantOf } from "../support/fleets";
import { tenantscope } from "../support/tenantscope";

const root = join(__dirname, "..", "..");
const example = inputOf(exampleFleet());
const folder = mkdtempSync(join(tmpdir(), "tenantscope-cost-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const cost = (...args: string[]) => tenantscope(["cost", ...args, "--root", root], { columns: 200 });

test("one tenant: amount, drivers, the other way, advice, every assumption, every price with its source", async () => {
  const { status, out, err } = await cost("acme");
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /^acme: about \$\d+\.\d\d a month: \$\d+\.\d\d of its own and \$\d+\.\d\d as one of 3 tenants that share \$\d+\.\d\d\n/,
  );
  expect(out).toMatch(
    /^CloudWatch and X-Ray alone, with the same load: \$\d+\.\d\d\. tenantscope is \d+ % (lower|higher)\.$/m,
  );
  expect(out).toMatch(
    /^CloudWatch alone, with metrics by OTLP and spans in Transaction Search: \$\d+\.\d\d\. tenantscope is \d+ % higher\.$/m,
  );
  expect(out).toMatch(
    /^The cheaper way in CloudWatch alone would cost about \$\d+\.\d\d: tenantscope is \d+ % higher\.$/m,
  );
  expect(out).toMatch(/^\$\d+\.\d\d +take "xray" out of traces\.destinations of orders/m);
  for (const name of Object.keys(ASSUMPTIONS)) expect(out).toMatch(new RegExp(`^${name} +\\d`, "m"));
  expect(out.match(/https:\/\//g)?.length).toBeGreaterThan(20);
});

test("an assumption and a price that are given change the estimate and are shown", async () => {
  const file = join(folder, "prices.json");
  writeFileSync(
    file,
    JSON.stringify({ "xray.recorded": { usd: 50, source: "our agreement", read: "2026-11-01" } }),
  );
  const parse = async (...args: string[]) =>
    JSON.parse((await cost("acme", "--json", ...args)).out) as { total: number };
  const usual = await parse();
  const { out } = await cost("acme", "--assume", "requestsPerSecond=10", "--prices", file);
  expect(out).toMatch(
    /requestsPerSecond +10 requests\/s +that begin a trace, of a task \(given; 5 otherwise\)/,
  );
  expect(out).toMatch(/our agreement/);
  expect((await parse("--assume", "requestsPerSecond=10")).total).toBeGreaterThan(usual.total + 50);
  expect((await parse("--prices", file)).total).toBeGreaterThan(usual.total * 2);
});

test("the fleet: one line for each tenant, and where the claim of 70 % holds", async () => {
  const { status, out, err } = await cost("--fleet");
  expect([status, err]).toEqual([0, ""]);
  for (const name of ["acme", "globex", "initech"]) expect(out).toMatch(new RegExp(`^${name} +\\$`, "m"));
  expect(out.match(/^70 % less is reached nowhere in this table\.$/gm)).toHaveLength(2);
  expect(out).toMatch(/70 % less is reached by .*300 tenants at load x 10/);
});

test.each([
  [[], "say whose costs: `tenantscope cost NAME` for one tenant, `tenantscope cost --fleet` for all"],
  [
    ["acme", "--fleet"],
    "say whose costs: `tenantscope cost NAME` for one tenant, `tenantscope cost --fleet` for all",
  ],
  [["acmee"], 'there is no tenant "acmee", did you mean "acme"?'],
  [["acme", "--prices", "nowhere.json"], "nowhere.json: cannot be read (ENOENT), give --prices a JSON file"],
])("cost %j is refused", async (args, message) => {
  const status = message.startsWith("say whose") ? 2 : 1;
  expect(await cost(...args)).toEqual({ status, out: "", err: `${message}\n` });
});

test("docs/COST.md has what the example's tenants share", () => {
  const text = readFileSync(join(root, "docs", "COST.md"), "utf8");
  const { sharedTotal } = estimate(example);
  expect(text).toContain(`what all share is about $${Math.round(sharedTotal / 10) * 10} a month`);
});

test("docs/COST.md has the example's savings", async () => {
  const text = readFileSync(join(root, "docs", "COST.md"), "utf8");
  type Cells = readonly Record<"tenants" | "saving" | "savingOtlp", number>[];
  const { savings, savingsAsClaimed } = JSON.parse((await cost("--fleet", "--json")).out) as Record<
    string,
    Cells
  >;
  const wanted = (["saving", "savingOtlp"] as const).flatMap((way) =>
    [savings, savingsAsClaimed].flatMap((cells = []) =>
      [3, 300].map((tenants) =>
        cells.filter((cell) => cell.tenants === tenants).map((cell) => `${Math.floor(cell[way] * 100)} %`),
      ),
    ),
  );
  const rows = text.split("\n").filter((line) => / tenants \| .*%/.test(line));
  expect(
    rows.map((row) =>
      row
        .replaceAll("*", "")
        .split("|")
        .slice(2, 8)
        .map((cell) => cell.trim()),
    ),
  ).toEqual(wanted);
});

describe("how much rests on prices that nobody read on the seller's page", () => {
  test("stands below each sum, and in JSON", () => {
    const acme = tenantOf(example.fleet, "acme");
    const text = tenantCost(example, acme, false, {} as never);
    const line =
      /^Of it \$\d+\.\d\d \(\d+ %\) rest on prices read on the seller's page or a copy of it, \$\d+\.\d\d \(\d+ %\) on prices read elsewhere\.$/gm;
    expect(text.match(line)).toHaveLength(2);
    expect(text).toMatch(/^Of it \$\d+\.\d\d \(100 %\) rest on prices read elsewhere\.$/m);
    const fleet = fleetCost(example, false, {} as never);
    expect(fleet.replaceAll(",", "").match(new RegExp(line.source.replaceAll(",", ""), "gm"))).toHaveLength(
      2,
    );
    const { reliance, total } = JSON.parse(tenantCost(example, acme, true, {} as never)) as {
      total: number;
      reliance: Record<"total" | "elsewhere", Record<string, number>>;
    };
    expect(Object.keys(reliance.total)).toEqual(["given", "official", "secondary", "memory"]);
    expect(Object.values(reliance.total).reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(total, 6);
  });

  test("from memory and by --prices, too", () => {
    const [memory, given] = (["memory", "given"] as const).map((confidence) =>
      tenantCost(
        { ...example, prices: { ...PRICES, "xray.recorded": { ...PRICES["xray.recorded"], confidence } } },
        tenantOf(example.fleet, "acme"),
        false,
        {} as never,
      ),
    );
    expect(memory).toMatch(/^Of it .* \$65\.20 \(24 %\) on prices from memory\.$/m);
    expect(given).toMatch(/^Of it \$65\.20 \(24 %\) rest on prices given by --prices, /m);
  });
});

test.each([40, 60, 80, 200])("nothing is wider than a terminal of %i columns", (columns) => {
  const output = { columns } as never;
  const text = tenantCost(example, tenantOf(example.fleet, "acme"), false, output);
  const fleet = columns === 60 ? fleetCost(example, false, output) : "";
  const widths = `${text}${fleet}`.split("\n").map(({ length }) => length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
});

test("in a pipe nothing is folded", () => {
  expect(tenantCost(example, tenantOf(example.fleet, "acme"), false, {} as never)).toMatch(
    /^amp\.samples +\$0\.9, then \$0\.35, then \$0\.16 for a 10 million samples .*https:\S+$/m,
  );
});

test("lines below a cent are one row; what is less than half a cent is not nothing", () => {
  const text = tenantCost(example, tenantOf(example.fleet, "acme"), false, {} as never);
  expect(text).toMatch(/^ +11 more, each below a cent +\$0\.01$/m);
  expect(text).not.toMatch(/^\w.* \$0\.00 {2}(tenant|central)$/m);
  expect([usd(0), usd(0.004), usd(0.006)]).toEqual(["$0.00", "< $0.01", "$0.01"]);
});

describe("fleets with nobody to pay for", () => {
  const of = (...lifecycles: readonly Lifecycle[]) => ({
    ...example,
    fleet: {
      ...example.fleet,
      tenants: example.fleet.tenants
        .slice(0, lifecycles.length)
        .map((tenant, at) => ({ ...tenant, lifecycle: lifecycles[at] ?? "active" })),
    },
  });

  test.each([
    ["no tenant", of()],
    ["one that is offboarding", of("offboarding")],
  ])("%s: a sentence, no empty table", (_, input) => {
    const text = fleetCost(input, false, {} as never);
    expect(text).toMatch(
      /^The fleet has no tenants that cost anything: about \$\d+\.\d\d a month for what they will share\n/,
    );
    expect(text).not.toMatch(/^tenant +own|0 tenants|NaN|70 %|load x/m);
    expect(JSON.parse(fleetCost(input, true, {} as never))).toMatchObject({
      ...{ tenants: [], savings: [], savingsAsClaimed: [], elsewhereTotal: 0, otlpTotal: 0, saving: 0 },
    });
  });

  test("a tenant that is offboarding has the keys of every other in JSON", () => {
    const input = of("offboarding", "active");
    const [gone, stays] = input.fleet.tenants.map(
      (tenant) => JSON.parse(tenantCost(input, tenant, true, {} as never)) as Record<string, unknown>,
    );
    expect(Object.keys(gone ?? {})).toEqual(Object.keys(stays ?? {}));
    expect(gone).toMatchObject({
      own: 0,
      share: 0,
      total: 0,
      elsewhereTotal: 0,
      otlpTotal: 0,
      lines: [],
      advice: [],
    });
  });

  test("a suspended one sends nothing: there is nothing to compare", () => {
    const text = fleetCost(of("suspended"), false, {} as never);
    expect(text).toContain("They send nothing, so CloudWatch and X-Ray alone would cost nothing.");
  });
});

describe("a type of node that nobody has a price for", () => {
  const change = JSON.stringify(example.stacks.shared).replaceAll("m7g.medium.search", "r7g.large.search");
  const input = {
    ...example,
    stacks: { ...example.stacks, shared: JSON.parse(change) as typeof example.stacks.shared },
  };

  test("is told and left out of the sums", () => {
    const { total, unpriced } = estimate(input);
    expect(unpriced).toEqual(["opensearch.r7g.large.search"]);
    expect(total).toBeLessThan(estimate(example).total - 90);
    expect(tenantCost(input, tenantOf(input.fleet, "acme"), false, {} as never)).toContain(
      "no price is known for opensearch.r7g.large.search: it is not in the sums. Give one by --prices (docs/COST.md)",
    );
  });

  test("is priced by a file", () => {
    const file = join(folder, "node.json");
    writeFileSync(
      file,
      JSON.stringify({
        "opensearch.r7g.large.search": { usd: 0.068, source: "the page", read: "2026-11-21" },
      }),
    );
    const result = estimate({ ...input, prices: readPrices(file) });
    expect(result.unpriced).toEqual([]);
    expect(result.total).toBe(estimate(example).total);
  });
});

test("a tenant alone costs to the last digit what it costs in the fleet", async () => {
  type Costs = Record<"name" | "own" | "share" | "total" | "elsewhereTotal" | "otlpTotal", unknown>;
  const { tenants } = JSON.parse((await cost("--fleet", "--json")).out) as { tenants: Costs[] };
  const alone = JSON.parse((await cost("globex", "--json")).out) as Costs;
  const { name, own, share, total, elsewhereTotal, otlpTotal } = alone;
  expect(tenants.find((each) => each.name === "globex")).toMatchObject({
    name,
    own,
    share,
    total,
    elsewhereTotal,
    otlpTotal,
  });
});

test("docs/CLI.md has the keys of both documents", () => {
  const page = readFileSync(join(root, "docs", "CLI.md"), "utf8");
  const keys = (json: string): string => Object.keys(JSON.parse(json) as object).join(", ");
  const acme = tenantOf(example.fleet, "acme");
  expect(page).toContain(
    `\`cost NAME --json\`: \`{ ${keys(tenantCost(example, acme, true, {} as never))} }\``,
  );
  const fleet = fleetCost({ ...example, fleet: { ...example.fleet, tenants: [acme] } }, true, {} as never);
  expect(page).toContain(`\`cost --fleet --json\`: \`{ ${keys(fleet)} }\``);
});
