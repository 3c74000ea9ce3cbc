import type { CentralAlerts } from "../../fleet/grafana-types";
import { above, alerting, ofActive, recording } from "./expressions";
import { DECLARED, RECORDED, SERIES_INTERVAL_MINUTES } from "./names";
import type { AlertingRule, RuleGroup } from "./types";

/** The count is written seldom; this is its last value. */
const counted = `last_over_time(${RECORDED.activeSeries}[1h])`;
const limits = `max by (tenant) (${DECLARED.seriesLimit})`;

/** Of those that have no limit of their own, together. */
const sharedAlert = ({ thresholds, runbooksUrl }: CentralAlerts, shared: number): AlertingRule =>
  alerting(runbooksUrl, {
    name: "SharedSeriesLimitNear",
    expr: `sum(${counted} unless on (tenant) ${limits}) / ${shared} > ${thresholds.seriesRatio}`,
    for: "0s",
    labels: { severity: "critical" },
    summary: "The tenants without a limit of their own near their common limit of series",
    description:
      `They have {{ $value | humanizePercentage }} of ${shared} active series; beyond, new series of all of them ` +
      "are refused.",
  });

/**
 * Active series by tenant. Counting reads a few samples of every series (about 15 at the default intervals): a million
 * series every half hour are some 22 billion samples a month, about $2. AMP counts what had a sample within two hours,
 * so after a wave of new tasks it sees more than this does.
 */
export function seriesGroups(alerts: CentralAlerts, sharedActiveSeries: number | undefined): RuleGroup[] {
  const { thresholds, runbooksUrl } = alerts;
  const near = above(`(${counted} / on (tenant) ${limits})`, {
    threshold: "seriesRatio",
    value: thresholds.seriesRatio,
  });
  return [
    {
      name: "series",
      interval: `${SERIES_INTERVAL_MINUTES}m`,
      rules: [recording(RECORDED.activeSeries, 'count by (tenant) ({tenant!=""})')],
    },
    {
      name: "series-alerts",
      interval: "1m",
      rules: [
        alerting(runbooksUrl, {
          name: "SeriesLimitNear",
          expr: ofActive(near),
          for: "0s",
          labels: { severity: "warning" },
          summary: "{{ $labels.tenant }} nears its limit of active series",
          description: "{{ $value | humanizePercentage }} of the limit; beyond, new series are refused.",
        }),
        ...(sharedActiveSeries === undefined ? [] : [sharedAlert(alerts, sharedActiveSeries)]),
      ],
    },
  ];
}
