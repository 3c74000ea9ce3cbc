import type { Dashboard } from "./classic";
import { fleetLinks, tenantVariable, TAGS } from "./fleet-common";
import type { FleetDashboardInput } from "./input";
import { layout } from "./layout";
import { costSections } from "./panels/cost";
import { ingestSection } from "./panels/ingest";
import { dashboardUids } from "./panels/links";

/** Who causes which part of the bill. */
export const fleetCost = (input: FleetDashboardInput): Dashboard =>
  layout({
    uid: dashboardUids.fleetCost,
    title: "Fleet: cost drivers",
    description: "Samples, series, lines and spans by tenant.",
    tags: TAGS,
    variables: [tenantVariable(input.sources.metrics)],
    links: fleetLinks(dashboardUids.fleetCost),
    sections: [...costSections(input), ingestSection(input)],
    from: "now-24h",
  });
