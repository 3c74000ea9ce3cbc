import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import type { EventLog } from "./event-log";

export interface EventAlarmProps {
  /** Of the rule and the alarm. */
  readonly name: string;
  /** What happened when the rule matches. */
  readonly description: string;
  /** EventBridge's, as an object. */
  readonly pattern: object;
  /** Keeps the events: the alarm says only that there were any. */
  readonly eventLog: EventLog;
  readonly topicArn: string;
  /** For whoever is told. */
  readonly alarmDescription: string;
  readonly periodSeconds: number;
  /**
   * In how many of how many periods there must be an event. The end is then told as well.
   * @default in one; its end says nothing and is not told
   */
  readonly repeated?: { readonly periods: number; readonly of: number };
}

/** An alarm when events match; below the scope, which makes no other. */
export function eventAlarm(scope: Construct, props: EventAlarmProps): void {
  const { name, eventLog, topicArn, repeated } = props;
  const rule = new CloudwatchEventRule(scope, "rule", {
    name,
    description: props.description,
    eventPattern: JSON.stringify(props.pattern),
  });
  const target = new CloudwatchEventTarget(scope, "target", {
    rule: attribute(rule, "name"),
    arn: eventLog.arn,
  });
  createAfter(target, eventLog.policy);
  new CloudwatchMetricAlarm(scope, "alarm", {
    alarmName: name,
    alarmDescription: props.alarmDescription,
    namespace: "AWS/Events",
    metricName: "TriggeredRules",
    dimensions: { RuleName: name },
    statistic: "Sum",
    period: props.periodSeconds,
    evaluationPeriods: repeated?.of ?? 1,
    ...(repeated === undefined ? {} : { datapointsToAlarm: repeated.periods }),
    threshold: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    // The metric exists only while the rule matches.
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    ...(repeated === undefined ? {} : { okActions: [topicArn] }),
  });
}
