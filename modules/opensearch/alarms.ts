import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { TRACE_STORE } from "./names";

export interface DomainAlarmsProps {
  readonly accountId: string;
  /** Of one data node. */
  readonly volumeGiB: number;
  readonly topicArn: string;
}

type Alarm = Required<
  Pick<CloudwatchMetricAlarmConfig, "metricName" | "statistic" | "period" | "evaluationPeriods" | "threshold">
> & {
  readonly id: string;
  readonly atMost?: true;
  readonly description: string;
};

const MAXIMUM = { statistic: "Maximum", period: 60 } as const;

/** AWS's recommended alarms, with its thresholds. */
const alarms = (volumeGiB: number): readonly Alarm[] => [
  {
    id: "red",
    metricName: "ClusterStatus.red",
    ...MAXIMUM,
    evaluationPeriods: 1,
    threshold: 1,
    description: "A primary shard of the traces is not there: some traces cannot be read or written.",
  },
  {
    id: "yellow",
    metricName: "ClusterStatus.yellow",
    ...MAXIMUM,
    // Every night's new indices are yellow for a moment.
    evaluationPeriods: 10,
    threshold: 1,
    description: "A replica of the traces is missing: the loss of one more node loses data.",
  },
  {
    id: "free-storage",
    metricName: "FreeStorageSpace",
    statistic: "Minimum",
    period: 60,
    evaluationPeriods: 5,
    // In MiB, of the node that has least: a quarter. At a tenth OpenSearch moves shards away, at a twentieth it writes no more.
    threshold: volumeGiB * 256,
    atMost: true,
    description:
      "A node has less than a quarter of its volume free. Shorten the retention or enlarge the volumes.",
  },
  {
    id: "writes-blocked",
    metricName: "ClusterIndexWritesBlocked",
    ...MAXIMUM,
    evaluationPeriods: 5,
    threshold: 1,
    description: "OpenSearch takes no more writes, for want of storage or memory: spans are lost.",
  },
  {
    id: "jvm-memory",
    metricName: "JVMMemoryPressure",
    ...MAXIMUM,
    evaluationPeriods: 3,
    threshold: 95,
    description: "A node is about to run out of memory.",
  },
  {
    id: "old-generation-memory",
    metricName: "OldGenJVMMemoryPressure",
    ...MAXIMUM,
    evaluationPeriods: 3,
    threshold: 80,
    description: "What a node keeps in memory for long takes too much of it; larger nodes are due.",
  },
  {
    id: "cpu",
    metricName: "CPUUtilization",
    statistic: "Maximum",
    period: 900,
    evaluationPeriods: 3,
    threshold: 80,
    description: "A node has been busy for 45 minutes.",
  },
  {
    id: "master-unreachable",
    metricName: "MasterReachableFromNode",
    ...MAXIMUM,
    evaluationPeriods: 5,
    threshold: 0,
    atMost: true,
    description: "The nodes do not reach the one that leads the cluster.",
  },
  {
    id: "key-error",
    metricName: "KMSKeyError",
    ...MAXIMUM,
    evaluationPeriods: 1,
    threshold: 1,
    description: "The key of the traces is disabled: the domain does nothing until it is enabled again.",
  },
  {
    id: "key-inaccessible",
    metricName: "KMSKeyInaccessible",
    ...MAXIMUM,
    evaluationPeriods: 1,
    threshold: 1,
    description: "The key of the traces is gone or its grants are: the traces can no longer be read.",
  },
  {
    id: "snapshot-failure",
    metricName: "AutomatedSnapshotFailure",
    ...MAXIMUM,
    evaluationPeriods: 1,
    threshold: 1,
    description: "The hourly snapshot failed, mostly because the cluster is red.",
  },
];

export function domainAlarms(scope: Construct, { accountId, volumeGiB, topicArn }: DomainAlarmsProps): void {
  for (const { id, atMost, description, ...metric } of alarms(volumeGiB)) {
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      ...metric,
      alarmName: `${TRACE_STORE.domain}-${id}`,
      alarmDescription: description,
      namespace: "AWS/ES",
      dimensions: { ClientId: accountId, DomainName: TRACE_STORE.domain },
      comparisonOperator: atMost === true ? "LessThanOrEqualToThreshold" : "GreaterThanOrEqualToThreshold",
      // Some of them are only there when there is something wrong, or when there are dedicated masters.
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}
