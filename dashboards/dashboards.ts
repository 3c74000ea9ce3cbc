import type { Dashboard } from "./classic";
import { fleetCapacity } from "./fleet-capacity";
import { fleetCost } from "./fleet-cost";
import { fleetHealth } from "./fleet-health";
import { fleetTenant } from "./fleet-tenant";
import type { FleetDashboardInput, TenantDashboardInput } from "./input";
import { tenantOverview } from "./tenant-overview";
import { tenantSignals } from "./tenant-signals";

/** A tenant's dashboards. Few: a Grafana workspace holds 2,000. */
export const tenantDashboards = (input: TenantDashboardInput): Dashboard[] => [
  tenantOverview(input),
  tenantSignals(input),
];

/** The dashboards about all tenants. */
export const fleetDashboards = (input: FleetDashboardInput): Dashboard[] => [
  fleetHealth(input),
  fleetCapacity(input),
  fleetCost(input),
  fleetTenant(input),
];
