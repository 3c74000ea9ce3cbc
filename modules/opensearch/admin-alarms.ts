import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { RUNBOOK, STORAGE_ADMIN } from "./names";

type Alarm = Required<
  Pick<
    CloudwatchMetricAlarmConfig,
    | "metricName"
    | "statistic"
    | "period"
    | "evaluationPeriods"
    | "threshold"
    | "comparisonOperator"
    | "treatMissingData"
  >
> & {
  readonly id: string;
  readonly task: "retention" | "dependencies";
  readonly description: string;
};

/** Every run that comes to its end says how many failures it had, so as many samples are there as runs. */
const SILENT = {
  metricName: "Failures",
  statistic: "SampleCount",
  threshold: 1,
  comparisonOperator: "LessThanThreshold",
  treatMissingData: "breaching",
} as const;

const FAILED = {
  metricName: "Failures",
  statistic: "Sum",
  period: 3600,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  treatMissingData: "notBreaching",
} as const;

/** What a run of retention sees; from one to the next are six hours. */
const OF_RETENTION = {
  task: "retention",
  statistic: "Maximum",
  period: 21_600,
  evaluationPeriods: 1,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  // When there is no run, the alarm on silence tells.
  treatMissingData: "notBreaching",
} as const;

/** By task, since either alone may stop: a schedule that is gone makes no error, and the other's runs go on. */
const ALARMS: readonly Alarm[] = [
  {
    id: "retention-silent",
    task: "retention",
    ...SILENT,
    // Two runs of four a day, each of which is tried twice.
    period: 21_600,
    evaluationPeriods: 2,
    description:
      "No run of retention has come to its end for twelve hours: old traces are no longer deleted, the disks fill up.",
  },
  {
    id: "retention",
    task: "retention",
    ...FAILED,
    // From one run to the next: the alarm lasts until one has no failure.
    evaluationPeriods: 6,
    description:
      "Some of the traces' indices that are past their retention could not be deleted, snapshots or not, or shards could not be counted; the log says which.",
  },
  {
    id: "overdue",
    ...OF_RETENTION,
    metricName: "OverdueDays",
    // On the first day a snapshot may be in the way.
    threshold: 2,
    description: "An index of traces is still there two days after the end of its own retention.",
  },
  {
    id: "shards",
    ...OF_RETENTION,
    metricName: "ShardsUsedPercent",
    threshold: 80,
    description:
      "Four fifths of the shards that the domain may have are used. At its bound no index of the next day is made, and every span is lost.",
  },
  {
    id: "dependencies-silent",
    task: "dependencies",
    ...SILENT,
    period: 3600,
    evaluationPeriods: 3,
    description: "Which service calls which has not been computed for three hours.",
  },
  {
    id: "dependencies",
    task: "dependencies",
    ...FAILED,
    evaluationPeriods: 1,
    description:
      "Which service calls which could not be computed for some tenant and hour; the log says for which.",
  },
];

/** A schedule that has stopped, or a task that does not get through, makes no errors of the function's; the disks fill up instead. */
export function storageAdminAlarms(scope: Construct, topicArn: string): void {
  for (const { id, task, description, ...alarm } of ALARMS) {
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      ...alarm,
      alarmName: `${STORAGE_ADMIN.name}-${id}`,
      alarmDescription: `${description} ${RUNBOOK}`,
      namespace: STORAGE_ADMIN.metricsNamespace,
      dimensions: { task },
      // A run that failed keeps the alarm until the period is over, whatever the others were.
      ...(alarm.metricName === "Failures" && alarm.statistic === "Sum" && { datapointsToAlarm: 1 }),
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}
