import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { alertmanagerConfig, alertmanagerDefinition } from "../../dashboards/rules/alertmanager";
import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import { ruleYaml } from "../../dashboards/rules/yaml";
import { central, exampleFleet, managed, tenant } from "../support/fleets";
import { synth } from "../support/synth";

/** The table of docs/QUOTAS.md about alerts, worked out from what is rendered. */
const page = readFileSync(join(__dirname, "..", "..", "docs", "QUOTAS.md"), "utf8");
const row = (name: string): string[] =>
  (page.split("\n").find((line) => line.startsWith(`| ${name}`)) ?? "")
    .split("|")
    .slice(2, -1)
    .map((cell) => cell.trim().replaceAll("*", ""));

const { alerts, metrics } = central();
const fleet = fleetRules(alerts, { sharedActiveSeries: metrics.sharedActiveSeries });
const shop = tenant({ name: "acme", accountId: "222222222222", services: [managed("shop")] });
const plain = tenantRules(alerts, shop);
const full = tenantRules(alerts, {
  ...shop,
  limits: { ...shop.limits, activeSeries: 1000 },
  alerts: { ...shop.alerts, thresholds: { ...alerts.thresholds, errorRatio: 0.5 } },
});
const rulesOf = ({ groups }: RuleFile): number => groups.reduce((sum, { rules }) => sum + rules.length, 0);
const grouped = (value: number): string => value.toLocaleString("en");

test("rules, in the table of what grows and in that of alerts", () => {
  const [shared, one, three] = [rulesOf(fleet), rulesOf(plain), rulesOf(full)];
  expect([one, three]).toEqual([1, 3]);
  expect(row("rules in the pooled metrics workspace")).toEqual([
    ...["2,000", String(shared)],
    "1; 1 more with thresholds of its own, 1 more with a series limit",
    `${grouped(2000 - shared)}; ${Math.floor((2000 - shared) / 3)} with both`,
  ]);
  const at = (tenants: number): string => `${grouped(shared + tenants)} (${grouped(shared + 3 * tenants)})`;
  expect(row("rules (AMP)")).toEqual(["2,000, raisable", at(100), at(1000)]);
});

test("groups, namespaces, sizes and intervals", () => {
  const groups = (tenants: number): string => grouped(fleet.groups.length + tenants * plain.groups.length);
  expect(row("rule groups and namespaces").slice(1)).toEqual([
    `${groups(100)} groups in 101 namespaces`,
    `${groups(1000)} in 1,001`,
  ]);
  const kilobytes = Math.round(Buffer.byteLength(ruleYaml(fleet)) / 1000);
  expect(row("size of a namespace's file")[1]).toBe(`${kilobytes} kB the fleet's, below 1 kB a tenant's`);
  expect(Buffer.byteLength(ruleYaml(full))).toBeLessThan(1000);
  const intervals = [...fleet.groups, ...full.groups].map(({ interval }) => interval);
  expect(intervals.filter((interval) => !/^\d+m$/.test(interval))).toEqual([]);
  expect(intervals).toContain("1m");
});

test("alerts when nothing is heard of anybody: the fleet's one, a tenant's and its service's", () => {
  const names = fleet.groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ("alert" in rule ? rule.alert : [])),
  );
  expect(names.filter((name) => name.endsWith("Silent"))).toEqual([
    "ManyTenantsSilent",
    "TenantSilent",
    "ServiceSilent",
  ]);
  const at = (tenants: number): string => grouped(1 + tenants * 2);
  expect(row("active alerts").slice(1)).toEqual([
    `${at(100)} when nothing at all is heard`,
    `${at(1000)} then`,
  ]);
  expect(row("aggregation groups").slice(1)).toEqual([`${at(100)} then`, `${at(1000)} then`]);
});

test("the alert manager's own sizes", () => {
  const input = { topicArn: "arn:aws:sns:eu-west-1:111111111111:topic", region: "eu-west-1" };
  const { route, inhibit_rules, templates } = parse(alertmanagerConfig(input)) as {
    route: { routes: unknown[]; group_by: string[] };
    inhibit_rules: unknown[];
    templates: unknown[];
  };
  // Each alert of silence is a group of its own.
  expect(route.group_by).toEqual(["tenant", "alertname", "service"]);
  expect(row("routing tree")[1]).toBe(
    `${1 + route.routes.length}, ${inhibit_rules.length} and ${templates.length}`,
  );
  const kilobytes = Math.round(Buffer.byteLength(alertmanagerDefinition(input)) / 1000);
  expect(row("size of the alert manager's definition")[1]).toBe(`${kilobytes} kB`);
});

test("Grafana's own alerts do not grow with the fleet", () => {
  const blocks = synth(exampleFleet()).stacks.flatMap((stack) => stack.blocks);
  const found = (type: string) => blocks.filter((block) => block.kind === "resource" && block.type === type);
  const groups = found("grafana_rule_group");
  expect(groups.map(({ attributes }) => (attributes["rule"] as unknown[]).length)).toEqual([1]);
  expect(row("alert rules, rule groups")[1]).toBe("1 rule in 1 group");
  expect([found("grafana_contact_point").length, found("grafana_notification_policy").length]).toEqual([
    1, 1,
  ]);
  expect(row("contact points, notification policies")[1]).toBe("1 and 1");
});
