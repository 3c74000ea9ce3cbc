import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import { ruleYaml } from "../../dashboards/rules/yaml";
import { synthesised } from "./world";

/** A tenant that should run something and of which nothing is heard. */
export const SILENT = "initech";

const { central, tenants } = synthesised.fleet;

/** Evaluated as often as Prometheus evaluates by default; nothing else changes. */
const often = ({ groups }: RuleFile): RuleFile => ({
  groups: groups.map((group) => ({ ...group, interval: "5s" })),
});

/** The rules of the pooled workspace: the fleet's, each tenant's, and those of the silent one. */
export function ruleFiles(): string[] {
  const [any] = tenants;
  if (any === undefined) throw new Error("no tenant");
  const declared = [...tenants, { ...any, name: SILENT, limits: {} }].map((tenant) =>
    tenantRules(central.alerts, tenant),
  );
  const { sharedActiveSeries } = central.metrics;
  return [fleetRules(central.alerts, { sharedActiveSeries }), ...declared].map((file) =>
    ruleYaml(often(file)),
  );
}
