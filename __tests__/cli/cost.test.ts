import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ASSUMPTIONS } from "../../cost/assumptions";
import { tenantscope } from "../support/tenantscope";

const root = join(__dirname, "..", "..");
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
  expect(out).toContain("70 % less is reached nowhere in this table.");
  expect(out).toMatch(/70 % less is reached by .*300 tenants at load x 10/);
});

test("everything that is wrong with the words at once", async () => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, JSON.stringify({ "kms.keys": { usd: 1 }, "kms.key": { usd: "1" } }));
  expect(
    await cost(
      "acme",
      "--assume",
      "logLines=1",
      "--assume",
      "hoursPerMonth=x",
      "--assume",
      "errorRatio=2",
      "--assume",
      "bulkBytes=0",
    ),
  ).toEqual({
    status: 1,
    out: "",
    err: [
      '--assume logLines=1: there is no assumption "logLines", `tenantscope cost --help` shows where all are printed',
      "--assume hoursPerMonth=x: needs a number from 0, such as hoursPerMonth=730 (h)",
      "--assume errorRatio=2: is a share: at most 1",
      "--assume bulkBytes=0: must be more than 0",
      "",
    ].join("\n"),
  });
  expect(await cost("acme", "--prices", file)).toEqual({
    status: 1,
    out: "",
    err: [
      `${file}: "kms.keys" is no price; docs/COST.md has the list`,
      `${file}: "kms.key" needs "usd", the dollars for a key-month`,
      `${file}: "kms.key" needs "source": where the price was read`,
      `${file}: "kms.key" needs "read": the day, such as 2026-11-20`,
      "",
    ].join("\n"),
  });
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

test("docs/COST.md has the example's savings", async () => {
  const text = readFileSync(join(root, "docs", "COST.md"), "utf8");
  type Cells = readonly { readonly tenants: number; readonly saving: number }[];
  const { savings, savingsAsClaimed } = JSON.parse((await cost("--fleet", "--json")).out) as Record<
    string,
    Cells
  >;
  const wanted = [savings, savingsAsClaimed].flatMap((cells = []) =>
    [3, 300].map((tenants) =>
      cells.filter((cell) => cell.tenants === tenants).map(({ saving }) => `${Math.round(saving * 100)} %`),
    ),
  );
  const rows = text.split("\n").filter((line) => / tenants \| .*%/.test(line));
  expect(
    rows.map((row) =>
      row
        .replaceAll("*", "")
        .split("|")
        .slice(2, 6)
        .map((cell) => cell.trim()),
    ),
  ).toEqual(wanted);
});
