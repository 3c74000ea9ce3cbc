import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Statement } from "../../lib/iam";
import { EncryptionKey } from "../kms-key/kms-key";
import { failedKeyStatement, keepFailedStatements } from "./policies";
import { undeliveredQueue } from "./undelivered-queue";

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
      region,
      statements: [failedKeyStatement(topicArn)],
      usedThrough: ["sqs"],
    });
    const { arn, ready } = undeliveredQueue(this, {
      accountId,
      region,
      name,
      keyArn: key.arn,
      topicArn,
      alarmDescription: `Alerts of ${props.owner} have reached nobody: they are in the queue ${name}.`,
      alarmTopicArn: props.alarmTopicArn,
    });
    this.arn = arn;
    this.ready = ready;
    this.statements = keepFailedStatements(region, { arn, keyArn: key.arn });
  }
}
