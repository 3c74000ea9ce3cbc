import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { failedQueuePolicy } from "./policies";

export interface UndeliveredQueueProps {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  /** Reference. Its policy must let SNS use it for the topic (`failedKeyStatement`). */
  readonly keyArn: string;
  /** Of the topic whose undelivered messages come here; plain text. */
  readonly topicArn: string;
  /** Why the messages are here, for people. */
  readonly alarmDescription: string;
  readonly alarmTopicArn: string;
}

export interface UndeliveredQueue {
  /** Terraform reference. */
  readonly arn: string;
  /** Messages can come once this is there. */
  readonly ready: TerraformResource;
}

/** Seconds: two weeks, the longest that SQS keeps a message. */
const KEPT_SECONDS = 1_209_600;

/** Keeps what SNS could not deliver; below the scope, which makes no other. Somebody has to look, hence the alarm. */
export function undeliveredQueue(scope: Construct, props: UndeliveredQueueProps): UndeliveredQueue {
  const { accountId, region, name, topicArn } = props;
  const queue = new SqsQueue(scope, "queue", {
    name,
    messageRetentionSeconds: KEPT_SECONDS,
    kmsMasterKeyId: props.keyArn,
    kmsDataKeyReusePeriodSeconds: 3600,
  });
  const ready = new SqsQueuePolicy(scope, "policy", {
    queueUrl: attribute(queue, "id"),
    policy: JSON.stringify(failedQueuePolicy(`arn:aws:sqs:${region}:${accountId}:${name}`, topicArn)),
  });
  new CloudwatchMetricAlarm(scope, "alarm-not-empty", {
    alarmName: `${name}-not-empty`,
    alarmDescription: props.alarmDescription,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: name },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [props.alarmTopicArn],
    okActions: [props.alarmTopicArn],
  });
  return { arn: attribute(queue, "arn"), ready };
}
