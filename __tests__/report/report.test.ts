import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runInNewContext, Script } from "node:vm";
import { writeFleet } from "../../bench/generate";
import { readAssumptions } from "../../cost/assumptions";
import { estimate } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import { loadFleet } from "../../fleet/load";
import type { Picture } from "../../diagram/svg";
import type { Fleet } from "../../fleet/types";
import { markup } from "../../lib/markup";
import { OLDEST_GENERATION } from "../../modules/collector/generations";
import { type Report, reportOf } from "../../report/data";
import { pageOf } from "../../report/page";
import { SCRIPT } from "../../report/script";
import { exampleFleet, fleetWith, managed, mixedFleet, tenant, tenantOf } from "../support/fleets";
import { tenantscope } from "../support/tenantscope";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tenantscope-report-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Without the stacks: what stands costs nothing then, which the page does not care about. */
const report = (fleet: Fleet, grafana?: string): Report => {
  const stacks = { shared: [], tenants: new Map<string, never>() };
  return reportOf(
    fleet,
    estimate({ fleet, stacks, assumptions: readAssumptions([]), prices: PRICES }),
    grafana,
  );
};
const PICTURE: Picture = { svg: '<svg role="img"></svg>', legend: [], arrows: [] };
const ADDRESS = "https://g-1.grafana-workspace.eu-west-1.amazonaws.com";

test("what it says of a tenant", () => {
  const { tenants, waves, central } = report(exampleFleet(), `${ADDRESS}/`);
  const [, globex, initech] = tenants;
  const { usd, ...rest } = globex ?? { usd: null };
  expect(usd).toBeGreaterThan(1);
  const ecs =
    "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/globex-production/services?region=eu-west-1";
  expect(rest).toEqual({
    name: "globex",
    displayName: "Globex Corporation",
    accountId: "333333333333",
    region: "eu-west-1",
    lifecycle: "active",
    isolation: "pooled",
    wave: "fleet",
    services: ["checkout (checkout:2.0.0)", "catalog (catalog:5.1.0)", "mailer (mailer:0.9.0)"],
    destinations: ["metrics: EMF, pooled", "logs: cloudwatch, loki", "traces: jaeger (central), xray"],
    limits: ["500,000 series", "8 MiB/s of logs", "90 days of logs"],
    links: [
      { text: "dashboard", url: `${ADDRESS}/d/globex-overview` },
      { text: "services", url: ecs },
      {
        text: "alarms",
        url: "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:",
      },
    ],
  });
  expect(initech?.services).toEqual(["reports (attached)", "ledger (ledger:3.3.3)"]);
  expect(waves.map(({ name, tenants: many, generation }) => [name, many, generation])).toEqual([
    ["canary", 1, OLDEST_GENERATION],
    ["fleet", 2, OLDEST_GENERATION],
  ]);
  expect(central.links[0]?.url).toBe(`${ADDRESS}/d/fleet-health`);
});

test("without Grafana's address there are no links to it; an offboarding tenant has neither links nor a price", () => {
  const leaving = tenant({
    name: "leaving",
    accountId: "300000000000",
    lifecycle: "offboarding",
    services: [managed("x")],
  });
  const { tenants } = report(fleetWith(exampleFleet(), leaving));
  expect(tenants.flatMap(({ links }) => links.map(({ text }) => text))).not.toContain("dashboard");
  expect(tenants.find(({ name }) => name === "leaving")).toMatchObject({ usd: null, links: [] });
});

test("what a manifest says never becomes markup", () => {
  const hostile = `<script>alert("1")</script><img src=x onerror='a'>&amp;`;
  const example = exampleFleet();
  const acme = { ...tenantOf(example, "acme"), displayName: hostile };
  const page = pageOf(report({ ...fleetWith(example, acme), warnings: [hostile] }), PICTURE);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain("<img");
  const text =
    "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;amp;";
  expect(page.split(text)).toHaveLength(3);
});

test("nothing from elsewhere: no file, no font, no other script, by the page's own policy", () => {
  const page = pageOf(report(mixedFleet(), ADDRESS), PICTURE);
  expect(page.replace(/<a href="https:[^"]*" rel="noreferrer">/g, "")).not.toMatch(
    /https?:|@import|url\(|\bsrc=/,
  );
  const [, script = ""] = /<script>(.*)<\/script>/s.exec(page) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  expect(page).toContain(
    `content="default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-${hash}&#39;"`,
  );
  expect(() => new Script(script)).not.toThrow();
  expect(page).not.toMatch(/\son\w+=/);
});

test("a narrow screen shows the cost beside the tenant, and each cell stands below its heading", () => {
  const page = pageOf(report(exampleFleet()), PICTURE);
  const headings = [...page.matchAll(/<th scope="col" class="\w+"><button type="button">([^<]*)</g)].map(
    ([, name]) => name,
  );
  expect(headings.slice(0, 3)).toEqual(["Tenant", "USD/month", "Lifecycle"]);
  expect(page).toMatch(
    /data-value="acme">acme<\/th><td class="number" data-value="[\d.]+">\$[\d,.]+<\/td><td class="active">active<\/td><td>canary<\/td><td>222222222222<\/td><td>eu-west-1<\/td>/,
  );
});

test("tables have headings for columns and rows, the filter a label", () => {
  const page = pageOf(report(mixedFleet()), PICTURE);
  expect(page.match(/<th scope="col"/g)).toHaveLength(10 + 5 + 4);
  expect(page.match(/<th scope="row"/g)).toHaveLength(5 + 2);
  expect(page).toContain('<label for="filter">');
  expect(page).toMatch(/<html lang="en">/);
  expect(page).toMatch(/prefers-color-scheme: dark/);
  expect(page).toMatch(/@media print/);
});

test("a tenant more is less than a kilobyte more, and the page has the same bytes each time", () => {
  const [few, many] = [20, 60].map((count) => {
    const root = join(folder, `fleet-${String(count)}`);
    writeFleet(root, count);
    const found = report(loadFleet(root), ADDRESS);
    const page = pageOf(found, PICTURE);
    expect(page.match(/<tr><th scope="row" data-value=/g)).toHaveLength(count);
    expect(pageOf(found, PICTURE)).toBe(page);
    return Buffer.byteLength(page);
  }) as [number, number];
  expect((many - few) / 40).toBeLessThan(1024);
});

test("the picture stands with its controls, its legend and its arrows as text; the controls need the script", () => {
  const drawn = { drawn: markup`<g class="node role"></g>`, text: "a <role>", isNumber: false };
  const arrows = [{ from: "task a", to: "role b", what: "assumes", isCross: true }];
  const page = pageOf(report(exampleFleet()), {
    svg: PICTURE.svg,
    legend: [drawn, { ...drawn, isNumber: true }],
    arrows,
  });
  for (const id of ["closer", "away", "fit", "real"])
    expect(page).toMatch(new RegExp(`<button type="button" id="${id}"`));
  expect(page).toContain('<div class="tools" id="zoom" hidden role="group"');
  expect(page).toMatch(
    /id="picture" tabindex="0" role="region" aria-labelledby="picture-title">\s*<svg role="img">/,
  );
  expect(page.match(/<span>a &lt;role&gt;<\/span>/g)).toHaveLength(2);
  expect(page).toContain("<td>task a</td><td>role b</td><td>assumes</td><td>into another</td>");
});

/** The part of a document that the search uses. */
function searched(hash: string) {
  const listeners = new Map<string, () => void>();
  const on = (event: string, listener: () => void): void => void listeners.set(event, listener);
  const rows = ["acme active eu-west-1", "globex suspended eu-west-1", "initech active us-east-1"].map(
    (text) => ({
      textContent: text,
      hidden: false,
    }),
  );
  const elements: Readonly<Record<string, object>> = {
    tenants: { tBodies: [{ rows }], tHead: { querySelectorAll: () => [] } },
    filter: { value: "", addEventListener: on },
    shown: { textContent: "" },
  };
  const location = { hash, replace: (address: string) => (location.hash = address) };
  const document = { getElementById: (id: string) => elements[id] };
  runInNewContext(SCRIPT, { document, location, URLSearchParams, addEventListener: on });
  return {
    ...{ location, elements },
    search: (words: string) => {
      Object.assign(elements["filter"] ?? {}, { value: words });
      listeners.get("input")?.();
    },
    goTo: (address: string) => {
      location.hash = address;
      listeners.get("hashchange")?.();
    },
    left: () => rows.flatMap(({ textContent, hidden }) => (hidden ? [] : [textContent.split(" ")[0]])),
  };
}

test("a search is in the page's address, and an address searches", () => {
  const page = searched("#q=Active+eu");
  expect(page.left()).toEqual(["acme"]);
  expect(page.elements).toMatchObject({
    filter: { value: "Active eu" },
    shown: { textContent: "1 of 3 shown" },
  });
  page.search("us-east-1 initech");
  expect([page.left(), page.location.hash]).toEqual([["initech"], "#q=us-east-1+initech"]);
  page.goTo("#q=nobody");
  expect(page.left()).toEqual([]);
  page.search("");
  expect([page.left(), page.elements["shown"]]).toEqual([["acme", "globex", "initech"], { textContent: "" }]);
  expect(searched("").left()).toEqual(["acme", "globex", "initech"]);
  expect(searched("#picture-title").left()).toEqual(["acme", "globex", "initech"]);
});

test("the command replaces the file in one step, with the fleet's picture in it", () => {
  const file = join(folder, "page", "report.html");
  mkdirSync(dirname(file));
  writeFileSync(file, "an older report");
  const command = [join(root, "scripts", "run.mjs"), "cli/main.ts", "report", "--output", file];
  execFileSync(process.execPath, command, { cwd: root, stdio: "ignore" });
  const page = readFileSync(file, "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('aria-label="3 tenants and what they share"');
  expect(readdirSync(join(folder, "page"))).toEqual(["report.html"]);
});

test.each([["javascript:alert(1)"], ["http://grafana.example"], ["grafana"]])(
  "--grafana %s is refused",
  async (address) => {
    expect(await tenantscope(["report", "--root", root, "--grafana", address])).toEqual({
      status: 2,
      out: "",
      err: `error: option '--grafana <url>' argument '${address}' is invalid. Give the address as https://...\n`,
    });
  },
);

test("--json is what the page says", async () => {
  const one = join(folder, "one");
  writeFleet(one, 1);
  const { status, out, err } = await tenantscope(["report", "--root", one, "--json"]);
  expect([status, err]).toEqual([0, ""]);
  const found = JSON.parse(out) as Report;
  expect(found.tenants.map(({ name }) => name)).toEqual(["tenant0000"]);
  expect(found.cost.total).toBeGreaterThan(100);
});
