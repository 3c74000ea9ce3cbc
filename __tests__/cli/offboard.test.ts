import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import type { OffboardingReport } from "../../cli/offboarding-report";
import type { Remainder } from "../../fleet/offboarding/types";
import {
  goodCentral,
  networkWithEndpoint,
  goodService,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

const DATE = "2026-11-21";
const deploy = "npx tenantscope deploy --all --only acme";

function fleet(change: object = {}, central: object = {}) {
  const root = makeFolder({
    "central.json": toText({ ...goodCentral(), ...central }),
    "tenants/acme.json": toText({ ...goodTenant(), ...change }),
  });
  const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");
  return { root, text: () => read("tenants", "acme.json"), read };
}

/** The document of `offboard --json` about this tenant. */
async function reported(change: object = {}, central: object = {}): Promise<OffboardingReport> {
  const { root } = fleet(change, central);
  const { status, out, err } = await tenantscope([
    "offboard",
    "acme",
    "--date",
    DATE,
    "--json",
    "--root",
    root,
  ]);
  expect([status, err]).toEqual([0, ""]);
  return JSON.parse(out) as OffboardingReport;
}

const untils = ({ remains }: OffboardingReport) => remains.map(({ what, until }) => [what, until]);
const commands = ({ steps }: OffboardingReport) => steps.map(({ command }) => command ?? "by hand");
const about = ({ remains }: OffboardingReport, what: string): Remainder | undefined =>
  remains.find((each) => each.what === what);

test("the file says offboarding, the report is printed and written, and is the same", async () => {
  const { root, text, read } = fleet();
  const before = text();
  const { status, out, err } = await tenantscope(["offboard", "acme", "--date", DATE, "--root", root]);
  expect([status, err]).toEqual([0, ""]);
  expect(text()).toBe(before.replace('"222222222222",', '"222222222222",\n  "lifecycle": "offboarding",'));
  const report = read("reports", "offboarding-acme.md");
  const place = relative(process.cwd(), join(root, "reports", "offboarding-acme.md"));
  expect(out).toBe(
    `tenants/acme.json: lifecycle was "active", is "offboarding". The report is in ${place}.\n\n${report}`,
  );
  expect(report.match(/^#.*/gm)).toEqual([
    "# Offboarding acme",
    "## Steps",
    "## What remains, and until when",
    "## What stays with the tenant",
    "## When names are free",
  ]);
  expect(report).toContain(
    [
      "- **metrics**: until 2027-04-20",
      '  central account 111111111111, eu-west-1: pooled workspace tenantscope, label tenant="acme"',
      "  Kept for 150 days, like those of all pooled tenants: the service deletes no single series.",
      "",
    ].join("\n"),
  );
});

test("a pooled tenant: every kind of data with its last day", async () => {
  expect(untils(await reported())).toEqual([
    ["metrics", "2027-04-20"],
    ["logs in Loki", "2026-12-29"],
    ["traces in the shared Jaeger", "2026-12-13"],
    ["traces in X-Ray", "2026-12-21"],
    ["CloudWatch metrics", "2028-02-19"],
    ["log groups", DATE],
    ["KMS keys", "2026-12-21"],
    ["SSM parameters", DATE],
    ["Grafana folder", DATE],
    ["view of the account", DATE],
    ["task definitions", null],
    ["access logs that name the tenant", "2026-12-21"],
    ["Terraform's state", null],
  ]);
});

test("the central settings move the days, and a retention of the tenant's own ends with it", async () => {
  const long = await reported(
    { limits: { logRetentionDays: 90 } },
    {
      metrics: { retentionDays: 10 },
      loki: { retentionDays: 5 },
      jaeger: { retentionDays: 3 },
      logRetentionDays: 1,
    },
  );
  expect(untils(long).slice(0, 3)).toEqual([
    ["metrics", "2026-12-01"],
    ["logs in Loki", "2026-12-04"],
    ["traces in the shared Jaeger", "2026-12-09"],
  ]);
  expect(about(long, "access logs that name the tenant")?.until).toBe("2026-11-22");
  expect(about(long, "logs in Loki")?.fate).toContain("lines older than 5 days are deleted then");
  const short = await reported({ limits: { logRetentionDays: 2 } });
  expect(about(short, "logs in Loki")?.fate).toContain("what is there then stays for 30 days");
  expect(about(short, "logs in Loki")?.until).toBe("2026-12-29");
});

test("a dedicated tenant: its workspace goes, and its name has no metrics", async () => {
  const toCloudWatch = { logs: { destinations: ["cloudwatch"] }, traces: { destinations: ["xray"] } };
  const report = await reported({
    isolation: "dedicated",
    services: [{ ...goodService(), ...toCloudWatch }],
  });
  expect(about(report, "metrics")).toMatchObject({
    where: "central account 111111111111, eu-west-1: workspace tenantscope-acme",
    until: "2026-12-22",
  });
  expect(report.names.at(-1)).toEqual({
    name: '"acme", for another customer',
    from: DATE,
    why: "Nothing that is found by the name alone is left.",
  });
  expect(report.remains.filter(({ what }) => what === "KMS keys").map(({ where }) => where)).toEqual([
    "tenant's account 222222222222, eu-west-1: alias/tenantscope-acme-alerts, alias/tenantscope-acme-logs",
    "central account 111111111111, eu-west-1: alias/tenantscope-acme-metrics, alias/tenantscope-acme-metrics-logs",
  ]);
});

test("traces of its own: found by the name, so another customer has to wait", async () => {
  const report = await reported({
    network: networkWithEndpoint,
    isolation: "dedicated",
    services: [{ ...goodService(), traces: { jaeger: "sidecar" }, logs: { destinations: ["cloudwatch"] } }],
    limits: { traceRetentionDays: 30 },
  });
  expect(about(report, "traces of the tenant's own Jaeger")).toEqual({
    what: "traces of the tenant's own Jaeger",
    where:
      "central account 111111111111, eu-west-1: OpenSearch domain tenantscope-traces, indices acme-jaeger-*",
    fate:
      "Nobody can look at them any more: the query service goes. Deleted with their day's index after 7 days; hourly " +
      "snapshots have them for 14 days more. Those older than 7 days go within six hours of the deployment: the tenant's " +
      "own 30 days end with it.",
    until: "2026-12-13",
  });
  expect(report.names.at(-1)).toMatchObject({
    from: "2026-12-14",
    why: expect.stringContaining("old spans") as string,
  });
});

test("the steps are in order, and only those that this tenant takes", async () => {
  expect(commands(await reported())).toEqual([
    "by hand",
    deploy,
    "npx tenantscope plan --only acme",
    "git rm tenants/acme.json",
  ]);
  const attached = {
    name: "reports",
    mode: "attached",
    logs: { destinations: ["cloudwatch"] },
    traces: { destinations: ["xray"] },
    taskRoleArn: "arn:aws:iam::222222222222:role/reports",
  };
  const all = await reported(
    { services: [goodService(), attached], limits: { activeSeries: 5 } },
    {
      backend: { type: "cloud", organization: "example" },
      loki: { direct: [{ cidr: "10.9.0.0/16", tenant: "acme" }] },
    },
  );
  expect(commands(all)).toEqual([
    "by hand",
    "by hand",
    "npx tenantscope deploy --shared",
    "npx tenantscope deploy --stack workspaces",
    deploy,
    "npx tenantscope deploy --shared",
    "npx tenantscope plan --only acme",
    "git rm tenants/acme.json",
    "npx tenantscope deploy --stack workspaces",
  ]);
  expect(all.steps[1]?.why).toContain("task definition of reports");
  expect(all.steps[4]?.why).toMatch(/stops with status 3 .* again with --approve-data for each/);
  expect(all.staysWithTenant.join("\n")).toContain("the attached services (reports)");
  expect(about(all, "Terraform's state")?.where).toBe("workspace tenantscope-tenant-acme of example");
});

test("again: the file stays, the report is that of the new day, where it was asked for", async () => {
  const { root, text, read } = fleet({ lifecycle: "offboarding", services: [] });
  const before = text();
  const report = join(root, "elsewhere", "report.md");
  mkdirSync(join(root, "elsewhere"));
  const { status, out } = await tenantscope(["offboard", "acme", "--report", report, "--root", root]);
  expect([status, text()]).toEqual([0, before]);
  expect(out).toMatch(/^acme is offboarding already; tenants\/acme[.]json is as it was[.] The report is in /);
  const today = new Date().toISOString().slice(0, 10);
  expect(read("elsewhere", "report.md")).toContain(`for a deployment on ${today};`);
});

test("a folder for the report that is not there is not made; the tenant stays", async () => {
  const { root, text } = fleet();
  const before = text();
  const folder = join(root, "reprots");
  const report = join(folder, "acme.md");
  expect(await tenantscope(["offboard", "acme", "--report", report, "--root", root])).toEqual({
    ...{ status: 1, out: "" },
    err: `${folder} does not exist, make the folder or choose another one\n`,
  });
  expect([existsSync(folder), text()]).toEqual([false, before]);
});

test("a report that cannot be written: the tenant stays", async () => {
  const { root, text } = fleet();
  const before = text();
  const report = join(root, "central.json", "report.md");
  const { status, out, err } = await tenantscope(["offboard", "acme", "--report", report, "--root", root]);
  expect([status, out, text()]).toEqual([1, "", before]);
  expect(err).toBe(`${join(root, "central.json")} is not a folder, choose another place for the file\n`);
  rmSync(root, { recursive: true });
});

test.each([
  [["--date", "2026-02-30"], "argument '2026-02-30' is invalid. Write a day as YYYY-MM-DD."],
  [["--date", "tomorrow"], "argument 'tomorrow' is invalid. Write a day as YYYY-MM-DD."],
  [["--undo", "--date", DATE], "cannot be used with option '--date <YYYY-MM-DD>'"],
  [["--to", "active", "--date", DATE], "cannot be used with option '--date <YYYY-MM-DD>'"],
  [["--to", "offboarding"], "Allowed choices are active, suspended."],
])("%j: 2, and nothing changes", async (flags, message) => {
  const { root, text } = fleet();
  const before = text();
  const { status, out, err } = await tenantscope(["offboard", "acme", ...flags, "--root", root]);
  expect([status, out, text()]).toEqual([2, "", before]);
  expect(err).toContain(message);
});
