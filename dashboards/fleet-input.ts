import type { Fleet } from "../fleet/types";
import { fleetGrafanaNames } from "../lib/grafana-names";
import type { FleetDashboardInput } from "./input";

/** The dashboards' view of the fleet. */
export const fleetDashboardInput = ({ central }: Pick<Fleet, "central">): FleetDashboardInput => ({
  accountId: central.accountId,
  region: central.region,
  sources: { metrics: fleetGrafanaNames.metrics, cloudwatch: fleetGrafanaNames.cloudwatch },
  sharedActiveSeries: central.metrics.sharedActiveSeries,
});
