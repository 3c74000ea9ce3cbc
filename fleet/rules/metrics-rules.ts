import { fleetRules } from "../../dashboards/rules/fleet";
import { tenantRules } from "../../dashboards/rules/tenant";
import type { RuleFile } from "../../dashboards/rules/types";
import type { Rule } from "./rule";

/** Default quota of the metrics service: rules in one workspace, of all namespaces. */
const DEFAULT_RULES = 2000;

const count = ({ groups }: RuleFile): number => groups.reduce((sum, { rules }) => sum + rules.length, 0);

/** Warning: the quota has to be raised before the fleet can be deployed. A workspace of one tenant's own is far from it. */
export const rulesFit: Rule = ({ central: { document, whole }, tenants }) => {
  if (!whole) return [];
  const { alerts, metrics } = whole;
  let sum = count(fleetRules(alerts, metrics));
  let end: string | undefined;
  for (const { document: at, isolation, whole: tenant } of tenants) {
    if (isolation !== "pooled" || tenant === undefined) continue;
    sum += count(tenantRules(alerts, tenant));
    if (sum > DEFAULT_RULES) end ??= at.file;
  }
  if (end === undefined) return [];
  const message = `and its pooled tenants need ${String(sum)} rules of metrics; the default quota of a workspace is ${String(DEFAULT_RULES)}, which ends at ${end}`;
  const remedy = "have the quota raised, or give some tenants isolation of their own";
  return [{ file: document.file, pointer: "", message, remedy }];
};
