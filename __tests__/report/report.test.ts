import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { writeFleet } from "../../bench/generate";
import { readAssumptions } from "../../cost/assumptions";
import { estimate } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import { loadFleet } from "../../fleet/load";
import type { Picture } from "../../diagram/svg";
import type { Fleet } from "../../fleet/types";
import { OLDEST_GENERATION } from "../../modules/collector/generations";
import { type Report, reportOf } from "../../report/data";
import { pageOf } from "../../report/page";
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

test("tables have headings for columns and rows, the filter a label", () => {
  const page = pageOf(report(mixedFleet()), PICTURE);
  expect(page.match(/<th scope="col"/g)).toHaveLength(10 + 5);
  expect(page.match(/<th scope="row"/g)).toHaveLength(5 + 2);
  expect(page).toContain('<label for="filter">');
  expect(page).toMatch(/<html lang="en">/);
  expect(page).toMatch(/prefers-color-scheme: dark/);
  expect(page).toMatch(/@media print/);
});

test("1,000 tenants are less than 3 MB, and the same bytes each time", () => {
  writeFleet(folder, 1000);
  const fleet = loadFleet(folder);
  const page = pageOf(report(fleet, ADDRESS), PICTURE);
  expect(page.match(/<tr><th scope="row" data-value=/g)).toHaveLength(1000);
  expect(Buffer.byteLength(page)).toBeLessThan(1.5e6);
  expect(pageOf(report(fleet, ADDRESS), PICTURE)).toBe(page);
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
  const { status, out, err } = await tenantscope(["report", "--root", root, "--json"]);
  expect([status, err]).toEqual([0, ""]);
  const found = JSON.parse(out) as Report;
  expect(found.tenants.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
  expect(found.cost.total).toBeGreaterThan(100);
});
