import type { AlertThresholds, CentralAlerts } from "../../fleet/grafana-types";
import type { Service, Tenant } from "../../fleet/types";
import { recording } from "./expressions";
import { DECLARED } from "./names";
import type { RecordingRule, RuleFile } from "./types";

export type DeclaringTenant = Pick<Tenant, "name" | "lifecycle" | "services" | "limits" | "alerts">;

/** An attached service is its team's to scale; it should run. */
const shouldRun = (service: Service): boolean => service.mode === "attached" || service.count > 0;

/** One rule for any number of values: rules are counted. */
const constants = (label: string, values: readonly (readonly [name: string, value: number])[]): string =>
  values
    .map(([name, value]) => `label_replace(vector(${value}), "${label}", "${name}", "", "")`)
    .join(" or ");

/**
 * What a tenant declares to the fleet's rules: the services that should run, and what differs from the fleet's
 * thresholds and limits. At most three rules. No group at all when there is nothing to declare, as of a tenant that is
 * suspended or leaves: nothing is expected of it then.
 */
export function tenantRules(central: Pick<CentralAlerts, "thresholds">, tenant: DeclaringTenant): RuleFile {
  if (tenant.lifecycle !== "active") return { groups: [] };
  const labels = { tenant: tenant.name };
  const services = tenant.services
    .filter(shouldRun)
    .map(({ name }) => [name, 1] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const thresholds = Object.entries(tenant.alerts.thresholds)
    .filter(([name, value]) => value !== central.thresholds[name as keyof AlertThresholds])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { activeSeries } = tenant.limits;
  const rules: RecordingRule[] = [
    ...(services.length > 0 ? [recording(DECLARED.expected, constants("service", services), labels)] : []),
    ...(thresholds.length > 0
      ? [recording(DECLARED.threshold, constants("threshold", thresholds), labels)]
      : []),
    ...(activeSeries === undefined
      ? []
      : [recording(DECLARED.seriesLimit, `vector(${activeSeries})`, labels)]),
  ];
  return { groups: rules.length === 0 ? [] : [{ name: "declared", interval: "1m", rules }] };
}
