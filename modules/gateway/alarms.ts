import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { GATEWAY_NAMES } from "./names";

const SERVER_ERRORS = "ServerErrors";
/** Answers of nginx or of what is behind it, by the access log's own fields. */
const SERVER_ERROR_PATTERN = "{ $.status >= 500 }";
/** Per minute, over all tenants. */
const SERVER_ERROR_THRESHOLD = 10;

export interface GatewayAlarmsProps {
  readonly topicArn: string;
  /** Reference; the filter needs the group to exist. */
  readonly logGroupName: string;
  readonly loadBalancerArnSuffix: string;
  readonly targetGroupArnSuffix: string;
  readonly minimumTasks: number;
}

export function gatewayAlarms(scope: Construct, props: GatewayAlarmsProps): void {
  new CloudwatchLogMetricFilter(scope, "server-errors", {
    name: `${GATEWAY_NAMES.family}-server-errors`,
    logGroupName: props.logGroupName,
    pattern: SERVER_ERROR_PATTERN,
    metricTransformation: {
      namespace: GATEWAY_NAMES.metricsNamespace,
      name: SERVER_ERRORS,
      value: "1",
      defaultValue: "0",
    },
  });
  const alarm = (id: string, config: Omit<CloudwatchMetricAlarmConfig, "alarmName" | "evaluationPeriods">) =>
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      alarmName: `${GATEWAY_NAMES.family}-${id}`,
      period: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
      ...config,
    });
  const targets = {
    namespace: "AWS/NetworkELB",
    dimensions: {
      LoadBalancer: props.loadBalancerArnSuffix,
      TargetGroup: props.targetGroupArnSuffix,
    },
  };
  alarm("server-errors", {
    alarmDescription:
      "The gateway answers requests with errors (5xx): Loki or Jaeger is away or slow. Its log names tenant and upstream.",
    namespace: GATEWAY_NAMES.metricsNamespace,
    metricName: SERVER_ERRORS,
    statistic: "Sum",
    threshold: SERVER_ERROR_THRESHOLD,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
  });
  alarm("unhealthy-tasks", {
    ...targets,
    alarmDescription: "Tasks of the gateway run but do not answer their health check.",
    metricName: "UnHealthyHostCount",
    statistic: "Maximum",
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
  });
  alarm("too-few-tasks", {
    ...targets,
    alarmDescription: `Fewer than ${props.minimumTasks} tasks of the gateway take requests.`,
    metricName: "HealthyHostCount",
    // Each zone of the load balancer counts; with cross-zone balancing all of them see all tasks.
    statistic: "Maximum",
    threshold: props.minimumTasks,
    comparisonOperator: "LessThanThreshold",
    // Without any registered task there is no metric.
    treatMissingData: "breaching",
  });
}
