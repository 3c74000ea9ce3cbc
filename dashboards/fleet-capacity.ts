import type { Dashboard } from "./classic";
import { fleetLinks, tenantVariable, TAGS } from "./fleet-common";
import type { FleetDashboardInput } from "./input";
import { layout } from "./layout";
import { ampSection } from "./panels/amp";
import { centralServicesSection } from "./panels/central-services";
import { collectorSection } from "./panels/collector";
import { ingestSection } from "./panels/ingest";
import { dashboardUids } from "./panels/links";
import { seriesLimitsSection } from "./panels/series-limits";
import { ofChosenTenants } from "./promql";

/** How near everything is to its limits. */
export const fleetCapacity = (input: FleetDashboardInput): Dashboard =>
  layout({
    uid: dashboardUids.fleetCapacity,
    title: "Fleet: capacity",
    description: "Series, samples and lines against their limits; sidecars and central services.",
    tags: TAGS,
    variables: [tenantVariable(input.sources.metrics)],
    links: fleetLinks(dashboardUids.fleetCapacity),
    sections: [
      seriesLimitsSection(input),
      collectorSection({ uid: input.sources.metrics, select: ofChosenTenants, by: "tenant" }),
      ingestSection(input),
      ampSection(input),
      centralServicesSection(input),
    ],
  });
