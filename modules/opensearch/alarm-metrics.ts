import type { CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { ClusterSize } from "./cluster";

export type DomainMetric = Required<
  Pick<CloudwatchMetricAlarmConfig, "metricName" | "statistic" | "period" | "evaluationPeriods" | "threshold">
> & {
  readonly id: string;
  /** @default ">=" */
  readonly comparison?: ">=" | "<=" | "<";
  readonly description: string;
};

const MAXIMUM = { statistic: "Maximum", period: 60 } as const;
const MASTERS = 3;

/**
 * Those that AWS recommends for a domain, with its thresholds but where a comment says otherwise. Not among them are its alarms
 * on queues, which come before the rejections that have alarms, and the one on 30,000 shards: the storage admin's compares the
 * shards with what this domain may have.
 */
export const domainMetrics = (size: ClusterSize): readonly DomainMetric[] => [
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
    // Every night's new indices are yellow for a moment: ten minutes in the place of five.
    evaluationPeriods: 10,
    threshold: 1,
    description: "A replica of the traces is missing: the loss of one more node loses data.",
  },
  {
    id: "nodes",
    metricName: "Nodes",
    statistic: "Minimum",
    // AWS waits for a day, in which a second node may go.
    period: 3600,
    evaluationPeriods: 1,
    threshold: size.instances + (size.dedicatedMasters ? MASTERS : 0),
    comparison: "<",
    description: "A node has been away within the last hour; its copies are on the others, or missing.",
  },
  {
    id: "free-storage",
    metricName: "FreeStorageSpace",
    statistic: "Minimum",
    period: 60,
    // Merging takes space for moments: five minutes in the place of one.
    evaluationPeriods: 5,
    // In MiB, of the node that has least: a quarter. At a tenth OpenSearch moves shards away, at a twentieth it writes no more.
    threshold: size.volumeGiB * 256,
    comparison: "<=",
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
  ...(size.dedicatedMasters ? MASTER_METRICS : []),
  {
    id: "master-unreachable",
    metricName: "MasterReachableFromNode",
    ...MAXIMUM,
    evaluationPeriods: 5,
    threshold: 0,
    comparison: "<=",
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

/** Of the three that only lead the cluster. */
const MASTER_METRICS: readonly DomainMetric[] = [
  {
    id: "master-cpu",
    metricName: "MasterCPUUtilization",
    statistic: "Maximum",
    period: 900,
    evaluationPeriods: 3,
    threshold: 50,
    description: "A dedicated master has been busy for 45 minutes: too many shards, or too small a master.",
  },
  {
    id: "master-jvm-memory",
    metricName: "MasterJVMMemoryPressure",
    ...MAXIMUM,
    evaluationPeriods: 3,
    threshold: 95,
    description: "A dedicated master is about to run out of memory.",
  },
  {
    id: "master-old-generation-memory",
    metricName: "MasterOldGenJVMMemoryPressure",
    ...MAXIMUM,
    evaluationPeriods: 3,
    threshold: 80,
    description: "What a dedicated master keeps in memory for long takes too much of it.",
  },
];
