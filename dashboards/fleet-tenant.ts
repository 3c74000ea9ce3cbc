import type { Dashboard } from "./classic";
import { fleetLinks, TAGS } from "./fleet-common";
import type { FleetDashboardInput } from "./input";
import { layout } from "./layout";
import { dashboardUids } from "./panels/links";
import { serviceVariables, tenantMetricsSections } from "./panels/tenant-metrics";
import { DECLARED } from "./rules/names";
import { labelChoice } from "./variables";

/** One pooled tenant as its own overview shows it, for the platform team: whoever the tenant lets in. */
export function fleetTenant({ sources }: FleetDashboardInput): Dashboard {
  const uid = sources.metrics;
  const metrics = { uid, tenant: "$tenant", signals: dashboardUids.signals("${tenant}") };
  return layout({
    uid: dashboardUids.fleetTenant,
    title: "Fleet: one tenant",
    description: "Requests, tasks and telemetry of the chosen tenant's services.",
    tags: TAGS,
    variables: [
      labelChoice("tenant", "Tenant", uid, { series: DECLARED.expected, label: "tenant" }),
      ...serviceVariables(metrics),
    ],
    links: fleetLinks(dashboardUids.fleetTenant),
    sections: tenantMetricsSections(metrics),
  });
}
