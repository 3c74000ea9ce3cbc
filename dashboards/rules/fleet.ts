import type { CentralAlerts } from "../../fleet/grafana-types";
import { collectorGroups } from "./collector";
import { evaluatedGroup } from "./evaluated";
import { httpGroups } from "./http";
import { seriesGroups } from "./series";
import { silenceGroup } from "./silence";
import { taskGroups } from "./tasks";
import type { RuleFile } from "./types";

export interface FleetRuleOptions {
  /**
   * What the tenants without a limit of their own may have together. Of the pooled workspace only.
   * @default no alert about it
   */
  readonly sharedActiveSeries?: number;
}

/**
 * The rules of a workspace, pooled or dedicated: they know no tenant by name, so that their number does not grow with
 * the fleet (AMP holds 2,000 in a workspace).
 */
export const fleetRules = (
  alerts: CentralAlerts,
  { sharedActiveSeries }: FleetRuleOptions = {},
): RuleFile => ({
  groups: [
    ...taskGroups(alerts),
    silenceGroup(alerts),
    ...httpGroups(alerts),
    ...collectorGroups(alerts),
    ...seriesGroups(alerts, sharedActiveSeries),
    evaluatedGroup(),
  ],
});
