import type { DashboardLinkBuilder, QueryVariableBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboardUids, toDashboard } from "./panels/links";
import { DECLARED } from "./rules/names";
import { labelVariable } from "./variables";

export const TAGS = ["tenantscope", "fleet"];

/** Every tenant that should run something, heard or not. */
export const tenantVariable = (uid: string): QueryVariableBuilder =>
  labelVariable("tenant", "Tenant", uid, { series: DECLARED.expected, label: "tenant" });

const FLEET = [
  ["Health", dashboardUids.fleetHealth],
  ["Capacity", dashboardUids.fleetCapacity],
  ["Cost drivers", dashboardUids.fleetCost],
  ["One tenant", dashboardUids.fleetTenant],
] as const;

/** Links to the other dashboards of the fleet. */
export const fleetLinks = (own: string): DashboardLinkBuilder[] =>
  FLEET.filter(([, uid]) => uid !== own).map(([title, uid]) => toDashboard(title, uid));
