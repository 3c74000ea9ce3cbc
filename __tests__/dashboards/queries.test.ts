import type { Dashboard } from "../../dashboards/classic";
import { VariableType } from "@grafana/grafana-foundation-sdk/dashboard";
import { tenantDashboards } from "../../dashboards/dashboards";
import { tenantOverview } from "../../dashboards/tenant-overview";
import { tenantSignals } from "../../dashboards/tenant-signals";
import recorded from "../../dashboards/recorded-metrics.json";
import { fleetRules } from "../../dashboards/rules/fleet";
import { DECLARED } from "../../dashboards/rules/names";
import { SOURCE_TYPES } from "../../dashboards/sources";
import { everything, exampleFleetDashboards, exampleTenantDashboards } from "../support/dashboard-inputs";
import { initialValues, interpolated, panelsOf, targetsOf, type Target } from "../support/dashboards";
import { exampleFleet } from "../support/fleets";
import { checkLogql } from "../support/logql";
import { promqlGroupings, promqlSelectors } from "../support/promql";

const CHOICES = { tenant: "acme", traced: "orders" };

/** Names that a query may ask for: what collectors send, what rules record, what tenants declare. */
function knownMetrics(): Set<string> {
  const { central } = exampleFleet();
  const rules = fleetRules(central.alerts).groups.flatMap(({ rules: each }) => each);
  return new Set([
    ...Object.keys(recorded),
    ...rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
    ...Object.values(DECLARED),
  ]);
}

/** The queries of dashboards with their variables filled in, and those of the variables themselves. */
const queries = (
  dashboards: readonly Dashboard[],
  type: string,
): { id: string; query: string; raw: Target }[] =>
  dashboards.flatMap((dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      targetsOf(panel)
        .filter(({ datasource }) => datasource.type === type)
        .map((raw) => ({
          id: `${dashboard.uid ?? ""} / ${panel.title ?? ""} / ${raw.refId}`,
          query: interpolated(raw.expr ?? "", initialValues(dashboard, CHOICES)),
          raw,
        })),
    ),
  );

function variableQueries(dashboard: Dashboard): string[] {
  const values = initialValues(dashboard, CHOICES);
  return (dashboard.templating.list ?? [])
    .filter(({ type }) => type === VariableType.Query)
    .map(({ definition = "" }) => {
      const series = /^label_values\((.*),\w+\)$/.exec(definition)?.[1];
      if (series === undefined) throw new Error(`${definition} is no label_values`);
      return interpolated(series, values);
    });
}

const ofTenants = (): Dashboard[] => [
  ...tenantDashboards(everything()),
  ...[...exampleTenantDashboards().values()].flat(),
];
const all = (): Dashboard[] => [...exampleFleetDashboards(), ...ofTenants()];

test("every metric that is asked for is one that is sent or recorded", () => {
  const known = knownMetrics();
  const found = queries(all(), SOURCE_TYPES.metrics);
  expect(found.length).toBeGreaterThan(100);
  const asked = [...found.map(({ query }) => query), ...all().flatMap(variableQueries)];
  const unknown = asked.flatMap((query) =>
    promqlSelectors(query)
      .map(({ metric }) => metric)
      .filter((metric) => !known.has(metric)),
  );
  expect(unknown).toEqual([]);
});

test("labels of the collectors' metrics are asked for only where they are sent", () => {
  const labels = new Map(Object.entries(recorded).map(([name, each]) => [name, each.split(" ")]));
  const wrong = queries(all(), SOURCE_TYPES.metrics).flatMap(({ id, query }) => {
    const selectors = promqlSelectors(query).filter(({ metric }) => labels.has(metric));
    return selectors.flatMap(({ metric, matchers }) => {
      const sent = labels.get(metric) ?? [];
      const matched = matchers.map((matcher) => /^\w+/.exec(matcher)?.[0] ?? "");
      const grouped = promqlGroupings(query);
      return [...matched, ...grouped]
        .filter((label) => !sent.includes(label))
        .map((label) => `${id}: ${metric} has no ${label}`);
    });
  });
  expect(wrong).toEqual([]);
});

test("every LogQL query is valid", () => {
  const found = queries(all(), SOURCE_TYPES.loki);
  expect(found.length).toBeGreaterThan(6);
  for (const { query } of found)
    expect(() => {
      checkLogql(query);
    }).not.toThrow();
});

test("the parsers see errors", () => {
  expect(() => promqlSelectors("sum(rate(up[5m])")).toThrow("something is missing");
  expect(() => {
    checkLogql('{a="b"} |=');
  }).toThrow("something is missing");
});

test("a tenant's dashboards name the tenant in every selector, and no data source but its own", () => {
  const dashboards = [...exampleTenantDashboards()].concat([["acme", tenantDashboards(everything())]]);
  for (const [tenant, own] of dashboards) {
    const asked = [
      ...queries(own, SOURCE_TYPES.metrics).map(({ query }) => query),
      ...own.flatMap(variableQueries),
    ];
    for (const { metric, matchers } of asked.flatMap(promqlSelectors)) {
      expect({ metric, tenants: matchers.filter((each) => each.startsWith("tenant")) }).toEqual({
        metric,
        tenants: [`tenant="${tenant}"`],
      });
    }
    const uids = new Set(
      own.flatMap((dashboard) =>
        [...JSON.stringify(dashboard).matchAll(/\\?"uid\\?":\\?"([\w-]+)\\?"/g)].map(([, uid]) => uid),
      ),
    );
    const kinds = "(amp|loki|cloudwatch|xray|jaeger)";
    const foreign = [...uids].filter(
      (uid) => !new RegExp(`^(${kinds}-${tenant}|${tenant}-(overview|signals))$`).test(uid ?? ""),
    );
    expect(foreign).toEqual([]);
  }
});

test("no tenant is named in another's dashboards, nor any in the fleet's", () => {
  const { tenants } = exampleFleet();
  const strangers = (text: string, names: readonly string[]): string[] =>
    names.filter((name) => new RegExp(`\\b${name}\\b`, "i").test(text));
  for (const [tenant, own] of exampleTenantDashboards()) {
    const others = tenants.filter(({ name }) => name !== tenant);
    const words = others.flatMap(({ name, accountId }) => [name, accountId]);
    expect(strangers(JSON.stringify(own), words)).toEqual([]);
  }
  const everybody = tenants.flatMap(({ name, accountId }) => [name, accountId]);
  expect(strangers(JSON.stringify(exampleFleetDashboards()), everybody)).toEqual([]);
});

test("the shared Jaeger is asked for the tenant's own spans, a Jaeger of its own for all", () => {
  const tags = (shared: boolean): unknown[] =>
    tenantDashboards(everything({ jaeger: { uid: "jaeger-acme", shared } }))
      .flatMap(panelsOf)
      .flatMap(targetsOf)
      .filter(({ datasource }) => datasource.type === SOURCE_TYPES.jaeger)
      .map(({ tags: each }) => each);
  expect(tags(true)).toEqual(["tenant.id=acme", "tenant.id=acme error=true"]);
  expect(tags(false)).toEqual(["", "error=true"]);
});

test("CloudWatch's searches and log groups are the tenant's", () => {
  const groups = panelsOf(tenantSignals(everything()))
    .flatMap(targetsOf)
    .flatMap(({ logGroups }) => (logGroups ?? []) as { name: string; arn: string }[]);
  expect(new Set(groups.map(({ arn }) => arn))).toEqual(
    new Set(["arn:aws:logs:eu-west-1:222222222222:log-group:/tenantscope/acme/billing:*"]),
  );
  const expressions = panelsOf(tenantOverview(everything({ cloudwatch: "cloudwatch-acme" })))
    .flatMap(targetsOf)
    .map(({ expression }) => expression);
  expect(expressions).toEqual([
    `SEARCH('Namespace="AWS/ECS" MetricName="CPUUtilization" ClusterName="tenantscope-acme"', 'Average', 300)`,
    `SEARCH('Namespace="AWS/ECS" MetricName="MemoryUtilization" ClusterName="tenantscope-acme"', 'Average', 300)`,
  ]);
});

test("rates are over an interval that Grafana chooses, four minutes at least", () => {
  const withRates = queries(all(), SOURCE_TYPES.metrics).filter(({ raw }) => /\brate\(/.test(raw.expr ?? ""));
  expect(withRates.length).toBeGreaterThan(10);
  for (const { raw } of withRates) {
    expect(raw.expr).toMatch(/\brate\(.*\[\$__rate_interval\]\)/);
    expect(raw.interval).toBe("1m");
  }
});
