import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import { mixedFleet } from "../../__tests__/support/fleets";
import { installTools } from "../tools/tools";
import { checkRules } from "./promtool";
import { rulesOf } from "./rules-fleet";

const { promtool } = installTools();

test("promtool takes the rules of every workspace and tenant of a mixed fleet", () => {
  const { central, tenants } = mixedFleet();
  const { sharedActiveSeries } = central.metrics;
  const declared = tenants
    .map(({ name, ...rest }) => [name, tenantRules(central.alerts, { name, ...rest })] as const)
    .filter(([, { groups }]) => groups.length > 0);
  const files: Record<string, RuleFile> = {
    pooled: fleetRules(central.alerts, { sharedActiveSeries }),
    dedicated: fleetRules(central.alerts),
    ...Object.fromEntries(declared),
  };
  const said = checkRules(promtool, files);
  for (const [name, { groups }] of Object.entries(files)) {
    const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
    expect(said).toContain(`Checking ${name}.yml\n  SUCCESS: ${count} rules found`);
  }
  expect(said.match(/SUCCESS/g)).toHaveLength(Object.keys(files).length);
});

test("promtool refuses what is no rule, or the same rule twice", () => {
  const { fleet } = rulesOf();
  const [first] = fleet?.groups ?? [];
  if (first === undefined) throw new Error("no group");
  const broken = { ...first, rules: [{ record: "x", expr: "sum by (tenant (up)" }] };
  expect(() => checkRules(promtool, { broken: { groups: [broken] } })).toThrow("could not parse expression");
  const twice = { ...first, rules: [...first.rules, ...first.rules] };
  expect(() => checkRules(promtool, { twice: { groups: [twice] } })).toThrow("duplicate rule");
});
