import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { tenantNames } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import type { EventLog } from "./event-log";

export interface SidecarAlarmProps {
  readonly tenant: string;
  readonly service: string;
  readonly clusterArn: string;
  /** Names of the sidecars' containers. */
  readonly containers: readonly string[];
  /** Keeps the events. */
  readonly eventLog: EventLog;
  readonly topicArn: string;
}

/**
 * The task events in which a sidecar has stopped while the task is meant to run on. EventBridge matches the fields of
 * one element of `containers`, so another container's STOPPED does not count.
 */
export function sidecarStoppedPattern(clusterArn: string, service: string, containers: readonly string[]) {
  return {
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [clusterArn],
      group: [`service:${service}`],
      lastStatus: ["RUNNING"],
      desiredStatus: ["RUNNING"],
      containers: { name: containers, lastStatus: ["STOPPED"] },
    },
  };
}

/** An alarm when a sidecar of a service stops; the task runs on without some telemetry, so nothing else would tell. */
export class SidecarAlarm extends Construct {
  constructor(scope: Construct, id: string, props: SidecarAlarmProps) {
    super(scope, id);
    const name = tenantNames(props.tenant).service(props.service).sidecarRule;
    const sidecars = props.containers.join(", ");
    const rule = new CloudwatchEventRule(this, "rule", {
      name,
      description: `A sidecar of ${props.service} stopped while its task runs on`,
      eventPattern: JSON.stringify(sidecarStoppedPattern(props.clusterArn, props.service, props.containers)),
    });
    // The events say which task and why (exit code, reason).
    const target = new CloudwatchEventTarget(this, "target", {
      rule: attribute(rule, "name"),
      arn: props.eventLog.arn,
    });
    createAfter(target, props.eventLog.policy);
    new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: name,
      alarmDescription:
        `Tasks of ${props.service} run without some of their telemetry: a sidecar (${sidecars}) stopped. ` +
        "The event log says which and why, its own last log lines more; a new deployment starts it again. " +
        "OK means that no further sidecar stopped, not that this one is back.",
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensions: { RuleName: name },
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      // The metric exists only while the rule matches.
      treatMissingData: "notBreaching",
      alarmActions: [props.topicArn],
      // No message when it goes back to OK: that says only that no further sidecar stopped.
    });
  }
}
