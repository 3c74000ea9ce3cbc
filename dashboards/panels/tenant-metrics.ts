import type { QueryVariableBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Section } from "../layout";
import { CHOSEN_SERVICE, CHOSEN_SERVICE_RECORDED, ofTenant } from "../promql";
import { labelVariable } from "../variables";
import { applicationSection } from "./application";
import { collectorSection } from "./collector";
import { ecsSection } from "./ecs-tasks";
import { nowSection, redSection, routeSection } from "./red";

/** Every sidecar sends it, whatever else its service sends. */
export const HEARD = "otelcol_process_uptime_total";

export interface TenantMetrics {
  /** Of the data source. */
  readonly uid: string;
  /** A tenant's name, or a variable that holds one. */
  readonly tenant: string;
  /** Uid of the dashboard with its logs and traces. */
  readonly signals: string;
}

/** Which of the tenant's services and tasks. */
export function serviceVariables({ uid, tenant }: TenantMetrics): QueryVariableBuilder[] {
  const of = ofTenant(tenant);
  return [
    labelVariable("service", "Service", uid, { series: of(HEARD), label: "aws_ecs_service_name" }),
    labelVariable("task", "Task", uid, { series: of(HEARD, CHOSEN_SERVICE), label: "aws_ecs_task_id" }),
  ];
}

/** Everything that the metrics say of one tenant. */
export function tenantMetricsSections({ uid, tenant, signals }: TenantMetrics): Section[] {
  const of = ofTenant(tenant);
  const red = { uid, of, signals };
  return [
    nowSection(red),
    redSection(red),
    routeSection(red),
    ecsSection(uid, of),
    applicationSection(uid, of),
    collectorSection({
      uid,
      select: (series, matchers) => of(series, { ...CHOSEN_SERVICE_RECORDED, ...matchers }),
      by: "service",
    }),
  ];
}
