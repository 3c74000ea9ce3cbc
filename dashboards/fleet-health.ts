import type { Dashboard } from "./classic";
import { fleetLinks, tenantVariable, TAGS } from "./fleet-common";
import type { FleetDashboardInput } from "./input";
import { layout } from "./layout";
import { fleetNow, healthMatrix, healthOverTime } from "./panels/health";
import { dashboardUids } from "./panels/links";
import { tenantListSection } from "./panels/tenant-list";

/** Which tenants need somebody. */
export const fleetHealth = (input: FleetDashboardInput): Dashboard =>
  layout({
    uid: dashboardUids.fleetHealth,
    title: "Fleet: health",
    description: "All tenants of the pooled workspace: requests, failures, silence.",
    tags: TAGS,
    variables: [tenantVariable(input.sources.metrics)],
    links: fleetLinks(dashboardUids.fleetHealth),
    sections: [
      fleetNow(input.sources.metrics),
      healthMatrix(input.sources.metrics),
      healthOverTime(input.sources.metrics),
      tenantListSection(),
    ],
  });
