import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { lokiNames, replicaNumbers, type Replicas } from "./names";
import { OVERRIDES_FAILED } from "./scripts";

export interface LokiAlarmsProps {
  readonly clusterName: string;
  readonly replicas: Replicas;
  /** Terraform references. */
  readonly fileSystemId: string;
  readonly logGroupName: string;
  readonly topicArn: string;
}

type Threshold = Pick<
  CloudwatchMetricAlarmConfig,
  | "alarmName"
  | "alarmDescription"
  | "namespace"
  | "metricName"
  | "dimensions"
  | "statistic"
  | "period"
  | "evaluationPeriods"
  | "threshold"
  | "comparisonOperator"
  | "treatMissingData"
>;

/** Every query reports that there are no delete requests to look at (`deletion_mode`) as an error; that one is not meant. */
const LOKI_ERRORS = '{ ($.level = "error") && ($.caller != "gennumber_loader*") }';

const NAMESPACE = "TenantScope/Loki";

/** What a person should look at. Of the metrics that AWS gives for nothing, and of Loki's own log. */
export class LokiAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: LokiAlarmsProps,
  ) {
    super(scope, id);
    for (const replica of replicaNumbers(props.replicas)) this.replica(replica);
    this.alarm("file-system", {
      alarmName: "tenantscope-loki-file-system",
      alarmDescription:
        "The file system of the write-ahead logs is near its limit of operations: writes wait.",
      namespace: "AWS/EFS",
      metricName: "PercentIOLimit",
      dimensions: { FileSystemId: props.fileSystemId },
      statistic: "Average",
      period: 300,
      evaluationPeriods: 3,
      threshold: 90,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
    });
    // Loki reports a chunk that it cannot write to S3 as an error, and goes on trying.
    this.counted("errors", LOKI_ERRORS, 20, "Loki reports errors; its log says which.");
    this.counted(
      "overrides",
      `"${OVERRIDES_FAILED}"`,
      5,
      "A replica cannot fetch the tenants' limits and goes on with those that it has.",
    );
  }

  private replica(replica: number): void {
    const { service } = lokiNames.replica(replica);
    const of = {
      namespace: "AWS/ECS",
      dimensions: { ClusterName: this.props.clusterName, ServiceName: service },
      period: 60,
    };
    this.alarm(`down-${replica}`, {
      ...of,
      alarmName: `tenantscope-${service}-down`,
      alarmDescription: `${service} does not run. Sidecars keep lines for some minutes only.`,
      // A running task reports once a minute; no task, no sample.
      metricName: "CPUUtilization",
      statistic: "SampleCount",
      evaluationPeriods: 5,
      threshold: 1,
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "breaching",
    });
    for (const [id, metricName, threshold] of [
      ["memory", "MemoryUtilization", 85],
      ["cpu", "CPUUtilization", 90],
    ] as const) {
      this.alarm(`${id}-${replica}`, {
        ...of,
        alarmName: `tenantscope-${service}-${id}`,
        alarmDescription: `${service} uses more than ${threshold} % of its ${id}.`,
        metricName,
        statistic: "Average",
        evaluationPeriods: 15,
        threshold,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
      });
    }
  }

  /** An alarm when more than `threshold` lines of five minutes match the pattern. */
  private counted(id: string, pattern: string, threshold: number, alarmDescription: string): void {
    const name = `tenantscope-loki-${id}`;
    new CloudwatchLogMetricFilter(this, `${id}-filter`, {
      name,
      logGroupName: this.props.logGroupName,
      pattern,
      metricTransformation: { name, namespace: NAMESPACE, value: "1" },
    });
    this.alarm(id, {
      alarmName: name,
      alarmDescription,
      namespace: NAMESPACE,
      metricName: name,
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
    });
  }

  private alarm(id: string, config: Threshold): void {
    new CloudwatchMetricAlarm(this, id, {
      ...config,
      alarmActions: [this.props.topicArn],
      okActions: [this.props.topicArn],
    });
  }
}
