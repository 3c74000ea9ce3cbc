import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { fleetRules } from "../../dashboards/rules/fleet";
import {
  DECLARED,
  ERROR_RATIO,
  FLEET_NAMESPACE,
  RECORDED,
  REQUESTS_IN,
  tenantNamespace,
} from "../../dashboards/rules/names";
import { ruleYaml } from "../../dashboards/rules/yaml";
import { CENTRAL_ALERTS } from "../support/fleet-parts";
import { metricNames, syntaxErrors } from "../support/promql";
import { alertsOf, expressionsOf, recordingsOf } from "./rules-policy";

const RUNBOOKS = join(__dirname, "..", "..", "docs", "runbooks");
const ALERTS = { ...CENTRAL_ALERTS, runbooksUrl: "https://runbooks.example/pages/" };
const SHARED = 2_000_000;

const pooled = fleetRules(ALERTS, { sharedActiveSeries: SHARED });
const dedicated = fleetRules(ALERTS);

/** Every alert with its severity and further labels of its own. */
const EXPECTED = [
  "CollectorQueueFilling warning",
  "CpuSaturated warning",
  "ErrorBudgetBurn critical window=1h",
  "ErrorBudgetBurn critical window=6h",
  "ErrorBudgetBurn warning window=3d",
  "LatencyHigh warning",
  "ManyTenantsSilent critical",
  "MemorySaturated warning",
  "SeriesLimitNear warning",
  "ServiceSilent critical",
  "SharedSeriesLimitNear critical",
  "TasksRestarting warning",
  "TelemetryLost warning",
  "TelemetryRefused warning",
  "TenantSilent critical",
];
/** Raised by Grafana itself, since nobody else would. */
const OF_GRAFANA = ["RulesNotEvaluated"];

const described = (file: typeof pooled): string[] =>
  alertsOf(file)
    .map(({ alert, labels: { severity, ...rest } }) =>
      [alert, severity, ...Object.entries(rest).map(([name, value]) => `${name}=${value}`)].join(" "),
    )
    .sort();

/**
 * What sidecars really write: the names of an end-to-end run, and those of the collector's counters that only a failure
 * brings forth (generated telemetry of the collector's own parts, v0.155).
 */
const EMITTED = new Set([
  "ecs_task_cpu_reserved",
  "ecs_task_cpu_utilized",
  "ecs_task_memory_reserved",
  "ecs_task_memory_utilized",
  "http_server_request_duration_seconds_bucket",
  "http_server_request_duration_seconds_count",
  "otelcol_exporter_queue_capacity",
  "otelcol_exporter_queue_size",
  "otelcol_process_memory_rss",
  "otelcol_process_uptime_total",
  ...["metric_points", "log_records", "spans"].flatMap((items) =>
    [
      "exporter_enqueue_failed",
      "exporter_send_failed",
      "exporter_sent",
      "processor_memory_limiter_refused",
      "receiver_accepted",
      "receiver_failed",
      "receiver_refused",
    ].map((counter) => `otelcol_${counter}_${items}_total`),
  ),
]);

test("the pooled workspace has exactly these alerts, a dedicated one all but that of the shared limit", () => {
  expect(described(pooled)).toEqual(EXPECTED);
  expect(described(dedicated)).toEqual(EXPECTED.filter((alert) => !alert.startsWith("Shared")));
});

test("exactly the names that are promised are recorded", () => {
  const promised = [...Object.values(RECORDED), ...Object.values(ERROR_RATIO), ...Object.values(REQUESTS_IN)];
  const recorded = recordingsOf(pooled).map(({ record }) => record);
  expect([...new Set(recorded)].sort()).toEqual([...promised].sort());
  expect(recordingsOf(dedicated)).toEqual(recordingsOf(pooled));
});

test("no two rules write the same series", () => {
  const written = recordingsOf(pooled).map(({ record, labels = {} }) => JSON.stringify([record, labels]));
  expect(new Set(written).size).toBe(written.length);
});

test("every expression is PromQL", () => {
  const wrong = expressionsOf(pooled).flatMap((expression) =>
    syntaxErrors(expression).map((error) => `${error} in ${expression}`),
  );
  expect(wrong).toEqual([]);
  expect(syntaxErrors("sum by (tenant (up)")).not.toEqual([]);
});

test("every metric is one that sidecars write, that a rule records, or that tenants declare", () => {
  const recorded = recordingsOf(pooled).map(({ record }) => record);
  const known = new Set([...EMITTED, ...recorded, ...Object.values(DECLARED)]);
  const asked = new Set(expressionsOf(pooled).flatMap(metricNames));
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  // None of the list is there for nothing.
  expect([...EMITTED].filter((name) => !asked.has(name))).toEqual([]);
});

test("every alert has its texts, and a link to a page of its own", () => {
  for (const { alert, annotations } of alertsOf(pooled)) {
    expect(Object.keys(annotations)).toEqual(["summary", "description", "runbook_url"]);
    for (const text of Object.values(annotations)) expect(text).toMatch(/\S{3}/);
    expect(annotations.runbook_url).toBe(`https://runbooks.example/pages/${alert}.md`);
  }
});

test("every alert has a page, and every page an alert", () => {
  const alerts = [...new Set([...alertsOf(pooled).map(({ alert }) => alert), ...OF_GRAFANA])];
  // Pages about the central services are for CloudWatch's alarms, which name them.
  const pages = readdirSync(RUNBOOKS).filter((name) => name !== "README.md" && !name.startsWith("central-"));
  expect(pages.sort()).toEqual(alerts.map((alert) => `${alert}.md`).sort());
  const overview = readFileSync(join(RUNBOOKS, "README.md"), "utf8");
  for (const alert of alerts) {
    const page = readFileSync(join(RUNBOOKS, `${alert}.md`), "utf8");
    expect(page.startsWith(`# ${alert}\n`)).toBe(true);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect([alert, headings]).toEqual([
      alert,
      ["What it means", "First checks", "Remedies", "When to silence"],
    ]);
    expect(overview).toContain(`(${alert}.md)`);
  }
});

test("the queries of the pages are PromQL and ask for what there is", () => {
  const recorded = recordingsOf(pooled).map(({ record }) => record);
  const known = new Set([...EMITTED, ...recorded, ...Object.values(DECLARED), "up"]);
  const queries = readdirSync(RUNBOOKS).flatMap((name) =>
    [...readFileSync(join(RUNBOOKS, name), "utf8").matchAll(/```promql\n([^]*?)```/g)].flatMap(
      ([, block = ""]) => block.trim().split("\n"),
    ),
  );
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries) {
    expect([query, syntaxErrors(query)]).toEqual([query, []]);
    expect([query, metricNames(query).filter((metric) => !known.has(metric))]).toEqual([query, []]);
  }
});

test("thresholds of the fleet stand in the rules, and a tenant's own go before them", () => {
  const changed = fleetRules({ ...ALERTS, thresholds: { ...ALERTS.thresholds, cpuRatio: 0.123 } });
  const [cpu] = alertsOf(changed).filter(({ alert }) => alert === "CpuSaturated");
  expect(cpu?.expr).toContain("> 0.123 unless");
  const byThreshold = Object.keys(ALERTS.thresholds).map((threshold) =>
    alertsOf(pooled)
      .filter(({ expr }) => expr.includes(`${DECLARED.threshold}{threshold="${threshold}"}`))
      .map(({ alert }) => alert),
  );
  expect(byThreshold.map((alerts) => [...new Set(alerts)])).toEqual([
    ["ErrorBudgetBurn"],
    ["LatencyHigh"],
    ["CpuSaturated"],
    ["MemorySaturated"],
    ["TasksRestarting"],
    ["CollectorQueueFilling"],
    ["SeriesLimitNear"],
  ]);
});

test("only tenants that should run something are judged", () => {
  // These begin with what tenants declare, or are of the fleet.
  const others = ["ManyTenantsSilent", "ServiceSilent", "SharedSeriesLimitNear", "TenantSilent"];
  const open = alertsOf(pooled).filter(
    ({ expr }) => !expr.endsWith(` and on (tenant) ${RECORDED.expectedServices}`),
  );
  expect(open.map(({ alert }) => alert).sort()).toEqual(others);
});

test("the groups stay within AMP's limits, and current between two evaluations", () => {
  const names = pooled.groups.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, interval, rules } of pooled.groups) {
    expect([name, rules.length <= 20]).toEqual([name, true]);
    // A sample is current for five minutes; the count of series is read over an hour.
    expect([name, Number.parseInt(interval, 10) < 5 || name === "series"]).toEqual([name, true]);
  }
  expect(names.map((name) => `${FLEET_NAMESPACE}${name}`).every((name) => name.length < 721)).toBe(true);
  expect(tenantNamespace("acme")).toBe("tenant-acme");
});

test("the file is the same every time, and YAML for the same", () => {
  expect(ruleYaml(fleetRules(ALERTS, { sharedActiveSeries: SHARED }))).toBe(ruleYaml(pooled));
  expect(parse(ruleYaml(pooled))).toEqual(pooled);
  expect(ruleYaml(pooled)).not.toMatch(/[$%]\{|[&*]a\d/);
});
