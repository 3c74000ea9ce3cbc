import { parse } from "yaml";
import { alertmanagerConfig, alertmanagerDefinition } from "../../dashboards/rules/alertmanager";
import { MESSAGE_ATTRIBUTES } from "../../dashboards/rules/message";

interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}
interface Route {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly routes?: readonly Route[];
}
interface Config {
  readonly route: Route;
  readonly inhibit_rules: readonly Inhibition[];
  readonly receivers: readonly { readonly name: string; readonly sns_configs: readonly object[] }[];
}

const input = { topicArn: "arn:aws:sns:eu-west-1:111111111111:routing", region: "eu-west-1" };
const config = parse(alertmanagerConfig(input)) as Config;

type Labels = Readonly<Record<string, string>>;

/** As alertmanager matches: whole values, and a label that is missing is empty. */
function matches(labels: Labels, matchers: readonly string[]): boolean {
  return matchers.every((matcher) => {
    const [, name = "", operator = "", value = ""] = /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(matcher) ?? [];
    if (name === "") throw new Error(`not a matcher: ${matcher}`);
    const actual = labels[name] ?? "";
    const same = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return operator.startsWith("!") ? !same : same;
  });
}

/** As alertmanager inhibits, but for an alert that matches both sides, of which there is none here. */
const inhibits = (source: Labels, target: Labels): boolean =>
  config.inhibit_rules.some(
    (rule) =>
      matches(source, rule.source_matchers) &&
      matches(target, rule.target_matchers) &&
      rule.equal.every((label) => (source[label] ?? "") === (target[label] ?? "")),
  );

const many = { alertname: "ManyTenantsSilent", severity: "critical" };
const tenantSilent = (tenant: string) => ({ alertname: "TenantSilent", severity: "critical", tenant });
const of = (alertname: string, severity: string, tenant: string, service: string) => ({
  alertname,
  severity,
  tenant,
  service,
});

test("the fleet's silence holds back that of tenants and services, and nothing else", () => {
  expect(inhibits(many, tenantSilent("acme"))).toBe(true);
  expect(inhibits(many, of("ServiceSilent", "critical", "acme", "orders"))).toBe(true);
  expect(inhibits(many, of("ErrorBudgetBurn", "critical", "acme", "orders"))).toBe(false);
  expect(inhibits(many, { alertname: "SharedSeriesLimitNear", severity: "critical" })).toBe(false);
  expect(inhibits(many, many)).toBe(false);
});

test("a silent tenant holds back its own other alerts, and no other tenant's", () => {
  const source = tenantSilent("acme");
  expect(inhibits(source, of("ServiceSilent", "critical", "acme", "orders"))).toBe(true);
  expect(inhibits(source, of("TelemetryLost", "warning", "acme", "orders"))).toBe(true);
  expect(inhibits(source, { alertname: "SeriesLimitNear", severity: "warning", tenant: "acme" })).toBe(true);
  expect(inhibits(source, of("ServiceSilent", "critical", "globex", "orders"))).toBe(false);
  expect(inhibits(source, many)).toBe(false);
  expect(inhibits(source, source)).toBe(false);
});

test("a silent service holds back its own other alerts only", () => {
  const source = of("ServiceSilent", "critical", "acme", "orders");
  expect(inhibits(source, of("TasksRestarting", "warning", "acme", "orders"))).toBe(true);
  expect(inhibits(source, of("TasksRestarting", "warning", "acme", "catalog"))).toBe(false);
  expect(inhibits(source, of("TasksRestarting", "warning", "globex", "orders"))).toBe(false);
  expect(inhibits(source, tenantSilent("acme"))).toBe(false);
  expect(inhibits(source, { alertname: "SeriesLimitNear", severity: "warning", tenant: "acme" })).toBe(false);
});

test("a critical alert holds back the warning of the same name, tenant and service", () => {
  const source = { ...of("ErrorBudgetBurn", "critical", "acme", "orders"), window: "1h" };
  const warning = { ...source, severity: "warning", window: "3d" };
  expect(inhibits(source, warning)).toBe(true);
  expect(inhibits(warning, source)).toBe(false);
  for (const change of [{ tenant: "globex" }, { service: "catalog" }, { alertname: "LatencyHigh" }]) {
    expect(inhibits(source, { ...warning, ...change })).toBe(false);
  }
});

test("everything goes to the one topic, grouped so that no message is about two tenants", () => {
  const { route, receivers } = config;
  expect(receivers.map(({ name }) => name)).toEqual(["routing-topic"]);
  expect([route, ...(route.routes ?? [])].map(({ receiver }) => receiver)).toEqual(
    Array(3).fill("routing-topic"),
  );
  expect(route.group_by).toEqual(["tenant", "alertname", "service"]);
  expect(route.routes?.map(({ matchers, group_by }) => [matchers, group_by])).toEqual([
    [['severity="critical"'], undefined],
    [['severity="warning"'], undefined],
  ]);
  expect(receivers[0]?.sns_configs).toEqual([
    {
      topic_arn: input.topicArn,
      sigv4: { region: "eu-west-1" },
      send_resolved: true,
      subject: "tenantscope: alerts",
      message: expect.stringMatching(/^\{\{ template "tenantscope.message" \. \}\}$/) as string,
      attributes: Object.fromEntries(
        MESSAGE_ATTRIBUTES.map((name) => [name, expect.stringMatching(/^\{\{ .+ \}\}$/) as string]),
      ),
    },
  ]);
});

test("in the definition only the topic is a reference", () => {
  const reference = "${aws_sns_topic.routing.arn}";
  const definition = alertmanagerDefinition({ ...input, topicArn: reference });
  expect(definition.split(reference)).toHaveLength(2);
  expect(definition.replace(reference, "")).not.toMatch(/[$%]\{/);
  // What regular expressions and templates need is as it was.
  expect(definition).toContain('"$1"');
  expect(definition).toContain("{{ range $index, $alert := .Alerts }}");
  const parsed = parse(definition) as Record<string, unknown>;
  expect(Object.keys(parsed)).toEqual(["template_files", "alertmanager_config"]);
  expect(parsed["alertmanager_config"]).toBe(alertmanagerConfig({ ...input, topicArn: reference }));
  expect(alertmanagerDefinition({ ...input, topicArn: reference })).toBe(definition);
});

test("text that Terraform would take for its own is escaped", () => {
  const definition = alertmanagerDefinition({ ...input, region: "${file(1)} %{if}" });
  expect(definition).toContain('region: "$${file(1)} %%{if}"');
});
