import { DECLARED } from "../../dashboards/rules/names";
import { tenantRules } from "../../dashboards/rules/tenant";
import { ruleYaml } from "../../dashboards/rules/yaml";
import type { Tenant } from "../../fleet/types";
import { attached, CENTRAL_ALERTS, managed, TENANT_ALERTS, tenant } from "../support/fleet-parts";
import { mixedFleet } from "../support/fleets";
import { syntaxErrors } from "../support/promql";
import { expressionsOf, recordingsOf } from "./rules-policy";

const rules = (changes: Partial<Tenant>) =>
  tenantRules(CENTRAL_ALERTS, tenant({ name: "acme", accountId: "222222222222", services: [], ...changes }));

const everything: Partial<Tenant> = {
  services: [
    managed("orders"),
    managed("idle", { count: 0 }),
    attached("reports", "arn:aws:iam::222222222222:role/reports"),
  ],
  limits: { activeSeries: 5000 },
  alerts: { ...TENANT_ALERTS, thresholds: { latencySeconds: 0.25, errorRatio: 0.05 } },
};

test("a tenant declares what should run and what differs, in one rule each", () => {
  expect(rules(everything)).toEqual({
    groups: [
      {
        name: "declared",
        interval: "1m",
        rules: [
          {
            record: "tenantscope_service_expected",
            expr:
              'label_replace(vector(1), "service", "orders", "", "") or ' +
              'label_replace(vector(1), "service", "reports", "", "")',
            labels: { tenant: "acme" },
          },
          {
            record: "tenantscope_threshold",
            expr:
              'label_replace(vector(0.05), "threshold", "errorRatio", "", "") or ' +
              'label_replace(vector(0.25), "threshold", "latencySeconds", "", "")',
            labels: { tenant: "acme" },
          },
          { record: "tenantscope_series_limit", expr: "vector(5000)", labels: { tenant: "acme" } },
        ],
      },
    ],
  });
});

test("a threshold that is the fleet's is not declared", () => {
  const alerts = { ...TENANT_ALERTS, thresholds: { errorRatio: CENTRAL_ALERTS.thresholds.errorRatio } };
  const recorded = recordingsOf(rules({ services: [managed("orders")], alerts })).map(({ record }) => record);
  expect(recorded).toEqual([DECLARED.expected]);
});

test.each(["suspended", "offboarding"] as const)(
  "of a tenant that is %s nothing is expected",
  (lifecycle) => {
    expect(rules({ ...everything, lifecycle })).toEqual({ groups: [] });
  },
);

test("a tenant with nothing to declare has no group", () => {
  expect(rules({ services: [managed("idle", { count: 0 })] })).toEqual({ groups: [] });
});

test("the order of the manifest does not show", () => {
  const services = everything.services ?? [];
  expect(ruleYaml(rules({ ...everything, services: [...services].reverse() }))).toBe(
    ruleYaml(rules(everything)),
  );
});

test("in a fleet, no tenant's rules name another, and all are PromQL", () => {
  const { central, tenants } = mixedFleet();
  const files = tenants.map((each) => [each, tenantRules(central.alerts, each)] as const);
  for (const [{ name }, file] of files) {
    for (const { labels } of recordingsOf(file)) expect(labels).toEqual({ tenant: name });
    const text = ruleYaml(file);
    const others = tenants.filter((other) => other.name !== name && text.includes(other.name));
    expect([name, others.map((other) => other.name)]).toEqual([name, []]);
    for (const expression of expressionsOf(file)) expect(syntaxErrors(expression)).toEqual([]);
    expect(recordingsOf(file).length).toBeLessThanOrEqual(3);
  }
  const declaring = files.filter(([, file]) => file.groups.length > 0).map(([{ name }]) => name);
  expect(declaring).toEqual(tenants.filter((each) => each.lifecycle === "active").map(({ name }) => name));
});
