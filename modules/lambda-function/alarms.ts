import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

export interface FunctionAlarmsProps {
  readonly functionName: string;
  readonly timeoutSeconds: number;
  readonly topicArn: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Of the timeout, in percent. */
const SLOW_PERCENT = 80;

/** Alarms of one function, of metrics that Lambda gives for nothing. */
export function functionAlarms(scope: Construct, props: FunctionAlarmsProps): void {
  const { functionName, timeoutSeconds, topicArn, provider } = props;
  const alarms = [
    {
      id: "errors",
      metricName: "Errors",
      statistic: "Sum",
      threshold: 0,
      description: `${functionName} ends with errors or runs out of time; its log says why.`,
    },
    {
      id: "throttles",
      metricName: "Throttles",
      statistic: "Sum",
      threshold: 0,
      description: `Calls of ${functionName} are turned away: its concurrency, or the account's, is used up.`,
    },
    {
      id: "duration",
      metricName: "Duration",
      statistic: "Maximum",
      threshold: timeoutSeconds * 10 * SLOW_PERCENT,
      description: `${functionName} takes more than ${SLOW_PERCENT} % of the ${timeoutSeconds} s that it has.`,
    },
  ];
  for (const { id, metricName, statistic, threshold, description } of alarms) {
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      provider,
      alarmName: `${functionName}-${id}`,
      alarmDescription: description,
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: functionName },
      statistic,
      period: 300,
      evaluationPeriods: 1,
      threshold,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}
