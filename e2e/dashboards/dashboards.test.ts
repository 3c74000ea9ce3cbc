import type { Dashboard } from "../../dashboards/classic";
import {
  initialValues,
  interpolated,
  panelsOf,
  targetsOf,
  type Target,
} from "../../__tests__/support/dashboards";
import { fleetDashboards, tenantDashboards } from "../../dashboards/dashboards";
import { fleetDashboardInput } from "../../dashboards/fleet-input";
import { SOURCE_TYPES } from "../../dashboards/sources";
import { tenantDashboardInput, tenantSources } from "../../dashboards/tenant-input";
import { shop, warehouse } from "../dataplane/applications";
import { eventually } from "../dataplane/process";
import { committedRecording, recordingOf, writeRecording } from "./record";
import { ruleFiles } from "./rules";
import { acme, DashboardsWorld, globex, synthesised } from "./world";

/** Rates, rules and batches take their time one after the other. */
const ARRIVAL_SECONDS = 180;

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const LINES = [
  "listening",
  "INFO order accepted",
  `{"level":"error","msg":"the queue refused","trace_id":"${TRACE}"}`,
  `ERROR no such item traceId=${TRACE}`,
  "WARN slow",
];

/** Kinds of queries that nothing answers here, and the panels that ask them. */
const ELSEWHERE: Readonly<Record<string, { readonly why: string; readonly panels: readonly string[] }>> = {
  [SOURCE_TYPES.cloudwatch]: {
    why: "AWS alone has it",
    panels: [
      "Active series by limit",
      "Active series by workspace",
      "Bytes received by tenant",
      "CPU of central services",
      "CPU of services",
      "Functions that failed",
      "Memory of central services",
      "Memory of services",
      "Notifications that failed",
      "OpenSearch, free storage",
      "Requests of the APIs",
      "Requests refused or failed by tenant",
      "Requests that the APIs refused or failed",
      "Rules that failed",
      "Samples ingested by workspace",
      "Samples refused by reason",
    ],
  },
  [SOURCE_TYPES.xray]: {
    why: "AWS alone has it",
    panels: ["Average response time", "Failed traces", "Faults and errors", "Service map", "Slow traces"],
  },
  [SOURCE_TYPES.jaeger]: {
    why: "such searches are asked in e2e/dataplane/traces.test.ts",
    panels: ["Newest failed traces", "Newest traces"],
  },
};

/** Queries that have nothing to show of these applications: dashboard, panel, query -> why. */
const NOTHING: Readonly<Record<string, string>> = {
  "fleet-tenant / Operations on DynamoDB / A": "the shop has no table, and acme is chosen",
};

let world: DashboardsWorld;

const { fleet } = synthesised;

/** As the tenants' stacks make them: acme has what the defaults give, globex shows its people what it shares. */
const tenantsDashboards = (): Dashboard[] =>
  fleet.tenants.flatMap((tenant) => tenantDashboards(tenantDashboardInput(tenant, tenantSources(tenant))));

interface Question {
  readonly id: string;
  readonly panel: string;
  readonly target: Target;
  /** Whose dashboard it is; none for the fleet's. */
  readonly tenant?: string;
  readonly expression: string;
}

/** Every query of these dashboards as Grafana would send it. */
const questions = (dashboards: readonly Dashboard[]): Question[] =>
  dashboards.flatMap((dashboard) => {
    const uid = dashboard.uid ?? "";
    const tenant = fleet.tenants.find(({ name }) => uid.startsWith(`${name}-`))?.name;
    const values = initialValues(dashboard, { tenant: acme.tenant });
    return panelsOf(dashboard).flatMap((panel) =>
      targetsOf(panel).map((target) => ({
        id: `${uid} / ${panel.title ?? ""} / ${target.refId}`,
        panel: panel.title ?? "",
        target,
        ...(tenant === undefined ? {} : { tenant }),
        expression: target.expr === undefined ? "" : interpolated(target.expr, values),
      })),
    );
  });

/** How many series or streams with data it has now. */
async function answer({ target, tenant, expression }: Question): Promise<number> {
  if (target.datasource.type === SOURCE_TYPES.metrics) {
    if (target.instant !== true) return (await world.prometheus.range(expression)).length;
    const found = await world.prometheus.query(expression);
    return found.filter(({ value }) => Number.isFinite(value)).length;
  }
  const parameters = new URLSearchParams({
    query: expression,
    start: String((Date.now() - 600_000) * 1e6),
    end: String(Date.now() * 1e6),
    step: "15",
  });
  const response = await world.loki.request(`/loki/api/v1/query_range?${parameters.toString()}`, tenant);
  if (!response.ok) throw new Error(`${expression}: ${response.status} ${await response.text()}`);
  const { data } = (await response.json()) as { data: { result: readonly unknown[] } };
  return data.result.length;
}

beforeAll(async () => {
  world = await DashboardsWorld.start(ruleFiles());
  await Promise.all([world.run(acme, shop), world.run(globex, warehouse)]);
  for (const subject of world.subjects) await world.log(subject, LINES);
});
afterAll(async () => {
  await (world as DashboardsWorld | undefined)?.stop();
});

const dashboards = [...tenantsDashboards(), ...fleetDashboards(fleetDashboardInput(fleet))];
const asked = questions(dashboards);
const here = asked.filter(({ target }) => !(target.datasource.type in ELSEWHERE));

test("what nothing answers here is only what is said above", () => {
  const kinds = new Set(asked.map(({ target }) => target.datasource.type));
  expect([...kinds].sort()).toEqual(
    [...Object.keys(ELSEWHERE), SOURCE_TYPES.metrics, SOURCE_TYPES.loki].sort(),
  );
  for (const [kind, { panels }] of Object.entries(ELSEWHERE)) {
    const found = asked.filter(({ target }) => target.datasource.type === kind);
    expect([...new Set(found.map(({ panel }) => panel))].sort()).toEqual(panels);
  }
});

test("a tenant's dashboards ask what it may query, and nothing else", () => {
  const kindsOf = (name: string) =>
    [
      ...new Set(asked.filter(({ tenant }) => tenant === name).map(({ target }) => target.datasource.type)),
    ].sort();
  // In a workspace that it shares a tenant's people see their logs, and what AWS knows of their account.
  expect(kindsOf(acme.tenant)).toEqual([SOURCE_TYPES.cloudwatch, SOURCE_TYPES.loki].sort());
  expect(kindsOf(globex.tenant)).toEqual(
    [SOURCE_TYPES.jaeger, SOURCE_TYPES.loki, SOURCE_TYPES.metrics, SOURCE_TYPES.xray].sort(),
  );
});

test("every query of every dashboard has data, but for those that cannot", async () => {
  const empty = new Set(here.map(({ id }) => id));
  const expected = Object.keys(NOTHING).sort();
  await eventually("the last data", ARRIVAL_SECONDS, async () => {
    for (const question of here.filter(({ id }) => empty.has(id) && !(id in NOTHING))) {
      if ((await answer(question)) > 0) empty.delete(question.id);
    }
    return empty.size <= expected.length ? true : undefined;
  }).catch(() => undefined);
  expect([...empty].sort()).toEqual(expected);
  for (const question of here.filter(({ id }) => id in NOTHING)) expect(await answer(question)).toBe(0);
});

test("an error in the logs leads to its trace, in both spellings", async () => {
  const question = here.find(({ id }) => id === "globex-signals / Errors with a trace / A");
  const found = await world.loki.query(globex.tenant, question?.expression ?? "");
  expect(found.map(({ labels }) => [labels.trace, labels.xray])).toEqual([
    [TRACE, `1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`],
    [TRACE, `1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}`],
  ]);
});

test("a tenant's dashboards show nothing of another tenant's, even in a workspace that has both", async () => {
  const own = here.filter(
    ({ tenant, target }) => tenant === globex.tenant && target.datasource.type === SOURCE_TYPES.metrics,
  );
  expect(own.length).toBeGreaterThan(20);
  for (const { expression } of own) {
    const found = await world.prometheus.range(expression);
    const text = JSON.stringify(found.map(({ labels }) => labels));
    expect(text).not.toContain(acme.tenant);
    expect(text).not.toContain(acme.service);
  }
});

/** The unit tests take the names of metrics from the recording: what no collector sends, no dashboard may ask for. */
test("the collectors send what dashboards/recorded-metrics.json says", async () => {
  const names = JSON.stringify([acme.tenant, globex.tenant].sort());
  await eventually("both tenants' own metrics of the collector", ARRIVAL_SECONDS, async () => {
    const heard = await world.prometheus.labelValues("tenant", "otelcol_exporter_sent_log_records_total");
    return JSON.stringify(heard) === names ? true : undefined;
  });
  const recorded = recordingOf(await world.prometheus.series('{__name__=~".+"}'));
  if (process.env.UPDATE_RECORDING !== undefined) writeRecording(recorded);
  // Should it differ: read the difference, then run with UPDATE_RECORDING=1 and commit the file.
  expect(recorded).toEqual(committedRecording());
});
