import type { Dashboard } from "../../dashboards/classic";
import { fleetDashboards, tenantDashboards } from "../../dashboards/dashboards";
import { fleetDashboardInput } from "../../dashboards/fleet-input";
import type { TenantDashboardInput, TenantSources } from "../../dashboards/input";
import { tenantDashboardInput, tenantSources } from "../../dashboards/tenant-input";
import { exampleFleet } from "./fleets";

/** Every data source that a tenant can have. */
export const allSources = (tenant: string): TenantSources => ({
  metrics: `amp-${tenant}`,
  loki: `loki-${tenant}`,
  cloudwatch: `cloudwatch-${tenant}`,
  xray: `xray-${tenant}`,
  jaeger: { uid: `jaeger-${tenant}`, shared: true },
});

/** A tenant whose two services send everything everywhere. */
export const everything = (sources: TenantSources = allSources("acme")): TenantDashboardInput => ({
  tenant: "acme",
  displayName: "Acme",
  accountId: "222222222222",
  region: "eu-west-1",
  cluster: "tenantscope-acme",
  services: [
    { name: "billing", loki: true, logGroup: "/tenantscope/acme/billing", jaeger: true },
    { name: "orders", loki: true, jaeger: true },
  ],
  sources,
});

export const exampleFleetDashboards = (): Dashboard[] => fleetDashboards(fleetDashboardInput(exampleFleet()));

/** Of the example's tenants, by name. */
export const exampleTenantDashboards = (): Map<string, Dashboard[]> =>
  new Map(
    exampleFleet().tenants.map((tenant) => [
      tenant.name,
      tenantDashboards(tenantDashboardInput(tenant, tenantSources(tenant))),
    ]),
  );
