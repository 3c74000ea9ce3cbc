import type { CentralAlerts } from "../../fleet/grafana-types";
import { above, alerting, byService, ofActive, recording } from "./expressions";
import { DECLARED, RECORDED, SERIES_INTERVAL_MINUTES, SERVICE_LABEL } from "./names";
import { HEARTBEAT } from "./tasks";
import type { AlertingRule, RuleGroup } from "./types";

/** Added up before services are named: what an application calls `service` itself must not make two series one. */
const seriesOf = (selector: string): string =>
  byService("sum", `count by (tenant, ${SERVICE_LABEL}) ({tenant!="", ${selector}})`);

/** Those of tasks that ended count for two hours, and the last count of them may be half an hour older. */
const ofTask = `max_over_time(${RECORDED.taskSeries}[150m])`;
const tasksHeard = byService("count", `last_over_time(${HEARTBEAT}[2h])`);
const others = `last_over_time(${RECORDED.otherSeries}[1h])`;

const limits = `max by (tenant) (${DECLARED.seriesLimit})`;

/** Of those that have no limit of their own, together. */
const sharedAlert = ({ thresholds, runbooksUrl }: CentralAlerts, shared: number): AlertingRule =>
  alerting(runbooksUrl, {
    name: "SharedSeriesLimitNear",
    expr: `sum(${RECORDED.activeSeries} unless on (tenant) ${limits}) / ${shared} > ${thresholds.seriesRatio}`,
    for: "0s",
    labels: { severity: "critical" },
    summary: "The tenants without a limit of their own near their common limit of series",
    description:
      `They have {{ $value | humanizePercentage }} of ${shared} active series; beyond, new series of all of them ` +
      "are refused.",
  });

/**
 * Active series by tenant. Reading two hours of every series would cost as much as 24 counts of what there is now. But every
 * task brings series of its own, so what counts is how many a task has, and how many tasks were heard. Counting the former
 * reads some 15 samples of every series, the latter 120 of every task.
 */
export function seriesGroups(alerts: CentralAlerts, sharedActiveSeries: number | undefined): RuleGroup[] {
  const { thresholds, runbooksUrl } = alerts;
  const near = above(`(${RECORDED.activeSeries} / on (tenant) ${limits})`, {
    threshold: "seriesRatio",
    value: thresholds.seriesRatio,
  });
  return [
    {
      name: "series",
      interval: `${SERIES_INTERVAL_MINUTES}m`,
      rules: [
        recording(
          RECORDED.taskSeries,
          `${seriesOf('aws_ecs_task_id!=""')} / ${byService("count", HEARTBEAT)}`,
        ),
        recording(RECORDED.otherSeries, 'count by (tenant) ({tenant!="", aws_ecs_task_id=""})'),
      ],
    },
    {
      name: "series-active",
      interval: "4m",
      rules: [
        recording(
          RECORDED.activeSeries,
          `sum by (tenant) ((${ofTask} * on (tenant, service) ${tasksHeard}) or ${others})`,
        ),
      ],
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
