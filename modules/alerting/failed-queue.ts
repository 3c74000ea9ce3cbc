import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Statement } from "../../lib/iam";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { failedKeyStatement, failedQueuePolicy, keepFailedStatements } from "./policies";

export interface FailedQueueProps {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly keyAlias: string;
  /** Of the topic whose undelivered messages come here; plain text, so that the key's policy need not wait for it. */
  readonly topicArn: string;
  /** Whose messages these are, for people. */
  readonly owner: string;
  readonly alarmTopicArn: string;
}

/** Seconds: two weeks, the longest that SQS keeps a message. */
const KEPT_SECONDS = 1_209_600;

/**
 * Where messages go that a function has not dealt with: from SNS when it could not call the function, from Lambda when the
 * function has failed in all attempts. Somebody has to look, hence the alarm.
 */
export class FailedQueue extends Construct {
  /** Terraform reference. */
  readonly arn: string;
  /** What the function's role must be allowed. */
  readonly statements: readonly Statement[];
  /** Messages can come once this is there. */
  readonly ready: TerraformResource;

  constructor(scope: Construct, id: string, props: FailedQueueProps) {
    super(scope, id);
    const { accountId, region, name, topicArn } = props;
    const key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: `Failed messages of ${props.owner}`,
      accountId,
      statements: [failedKeyStatement(topicArn)],
    });
    const queue = new SqsQueue(this, "queue", {
      name,
      messageRetentionSeconds: KEPT_SECONDS,
      kmsMasterKeyId: key.arn,
      kmsDataKeyReusePeriodSeconds: 3600,
    });
    this.arn = attribute(queue, "arn");
    this.ready = new SqsQueuePolicy(this, "policy", {
      queueUrl: attribute(queue, "id"),
      policy: JSON.stringify(failedQueuePolicy(`arn:aws:sqs:${region}:${accountId}:${name}`, topicArn)),
    });
    this.statements = keepFailedStatements(region, { arn: this.arn, keyArn: key.arn });
    new CloudwatchMetricAlarm(this, "alarm-not-empty", {
      alarmName: `${name}-not-empty`,
      alarmDescription: `Alerts of ${props.owner} have reached nobody: they are in the queue ${name}.`,
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
  }
}
