import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { JAEGER_METRICS_NAMESPACE, type JaegerNames } from "./names";

/** What Jaeger writes of itself when a request to its storage fails, or it refuses spans. */
const ERROR_PATTERN = '{ $.level = "error" }';
/** Per minute. */
const ERROR_THRESHOLD = 10;

/** Percent of what the tasks have, on average. */
const FULL = 90;

export interface JaegerAlarmsProps {
  readonly names: JaegerNames;
  readonly clusterName: string;
  readonly minimumTasks: number;
  /** Reference; the filter needs the group to exist. */
  readonly logGroupName: string;
  readonly topicArn: string;
  readonly provider?: TerraformProvider;
}

export function jaegerAlarms(scope: Construct, props: JaegerAlarmsProps): void {
  const { names, provider, topicArn } = props;
  const metricName = `${names.service}-errors`;
  new CloudwatchLogMetricFilter(scope, "errors", {
    provider,
    name: `${names.family}-errors`,
    logGroupName: props.logGroupName,
    pattern: ERROR_PATTERN,
    metricTransformation: {
      namespace: JAEGER_METRICS_NAMESPACE,
      name: metricName,
      value: "1",
      defaultValue: "0",
    },
  });
  const alarm = (id: string, config: Omit<CloudwatchMetricAlarmConfig, "alarmName" | "evaluationPeriods">) =>
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      provider,
      alarmName: `${names.family}-${id}`,
      period: 60,
      evaluationPeriods: 10,
      datapointsToAlarm: 5,
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...config,
    });
  const service = {
    namespace: "AWS/ECS",
    dimensions: { ClusterName: props.clusterName, ServiceName: names.service },
  };
  alarm("errors", {
    alarmDescription: `${names.service} reports errors: its storage refuses, is slow or away. Its log says which.`,
    namespace: JAEGER_METRICS_NAMESPACE,
    metricName,
    statistic: "Sum",
    threshold: ERROR_THRESHOLD,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
  });
  alarm("too-few-tasks", {
    ...service,
    alarmDescription: `Fewer than ${props.minimumTasks} tasks of ${names.service} run.`,
    // Every task gives a sample a minute.
    metricName: "CPUUtilization",
    statistic: "SampleCount",
    threshold: props.minimumTasks,
    comparisonOperator: "LessThanThreshold",
    treatMissingData: "breaching",
  });
  for (const [id, name] of [
    ["cpu", "CPUUtilization"],
    ["memory", "MemoryUtilization"],
  ] as const) {
    alarm(id, {
      ...service,
      alarmDescription: `The tasks of ${names.service} use more than ${FULL} percent of their ${id}.`,
      metricName: name,
      statistic: "Average",
      threshold: FULL,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
    });
  }
}
