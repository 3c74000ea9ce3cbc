import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { JAEGER_METRICS_NAMESPACE, type JaegerNames } from "./names";

/**
 * Of one document of a bulk, in both releases, or of a span that JSON cannot express. Any tenant can send such spans, and
 * the storage proxy counts and watches the documents itself.
 */
const OF_ONE_DOCUMENT = ["Elasticsearch part of bulk request failed", "failed to encode bulk document"];
/** That it refuses spans before its memory is full: a warning. */
const REFUSES = "Memory usage is above soft limit. Refusing data.";

/** What Jaeger writes of itself when a bulk is lost, a request to its storage fails otherwise, or it refuses spans. */
export const ERROR_PATTERN = `{ ($.level = "error" ${OF_ONE_DOCUMENT.map((msg) => `&& $.msg != "${msg}"`).join(" ")}) || $.msg = "${REFUSES}" }`;

/**
 * A lost bulk is one line, after all the time that the storage proxy repeats it: an outage with a trickle of spans is two
 * lines a minute. So any line counts, and two minutes of five make an alarm.
 */
const LOST_SPANS = { threshold: 0, evaluationPeriods: 5, datapointsToAlarm: 2 } as const;
/** A search that fails, somebody sees: many must. */
const FAILED_SEARCHES = { threshold: 10, evaluationPeriods: 10, datapointsToAlarm: 5 } as const;

/** Percent of what the tasks have, on average. */
const FULL = 90;

export interface JaegerAlarmsProps {
  readonly names: JaegerNames;
  readonly clusterName: string;
  readonly minimumTasks: number;
  /** Whether an error means lost spans, not a search that failed. */
  readonly takesSpans: boolean;
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
  const alarm = (
    id: string,
    config: Omit<CloudwatchMetricAlarmConfig, "alarmName" | "evaluationPeriods"> & {
      readonly evaluationPeriods?: number;
    },
  ) =>
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
    alarmDescription: `${names.service} reports errors: its storage refuses, is slow or away, or its memory is full. ${
      props.takesSpans ? "Spans are lost or refused. " : ""
    }Its log says which.`,
    namespace: JAEGER_METRICS_NAMESPACE,
    metricName,
    statistic: "Sum",
    ...(props.takesSpans ? LOST_SPANS : FAILED_SEARCHES),
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
