import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { Statement } from "../../lib/iam";
import { createAfter } from "../../lib/terraform-text";
import { LambdaFunction } from "../lambda-function/lambda-function";
import { StandaloneIdentity } from "../lambda-function/standalone-identity";
import { FailedQueue } from "./failed-queue";

export interface TopicFunctionProps {
  readonly accountId: string;
  readonly region: string;
  /** Of the function and its role. */
  readonly name: string;
  readonly description: string;
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  readonly logGroup: string;
  readonly logRetentionDays: number;
  readonly keyAlias: string;
  readonly topic: {
    /** Terraform reference. */
    readonly arn: string;
    /** The same as plain text. */
    readonly plainArn: string;
  };
  readonly failed: { readonly queue: string; readonly keyAlias: string };
  /** Whose messages these are, for people. */
  readonly owner: string;
  readonly alarmTopicArn: string;
}

const MEMORY_MIB = 256;
const TIMEOUT_SECONDS = 60;
/** Seconds in which a message is tried again. */
const RETRY_SECONDS = 3600;

/** A function that gets every message of a topic, and a queue for those that it does not get or cannot deal with. */
export class TopicFunction extends Construct {
  /** Terraform reference. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: TopicFunctionProps) {
    super(scope, id);
    const { accountId, region, name, topic, alarmTopicArn } = props;
    const identity = new StandaloneIdentity(this, "identity", {
      accountId,
      region,
      name,
      description: props.description,
    });
    this.roleArn = identity.roleArn;
    const failed = new FailedQueue(this, "failed", {
      accountId,
      region,
      name: props.failed.queue,
      keyAlias: props.failed.keyAlias,
      topicArn: topic.plainArn,
      owner: props.owner,
      alarmTopicArn,
    });
    const lambda = new LambdaFunction(this, "function", {
      identity,
      description: props.description,
      entry: props.entry,
      memoryMiB: MEMORY_MIB,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: props.environment,
      statements: [...props.statements, ...failed.statements],
      logGroup: props.logGroup,
      logRetentionDays: props.logRetentionDays,
      keyAlias: props.keyAlias,
      alarmTopicArn,
    });
    const retries = new LambdaFunctionEventInvokeConfig(this, "retries", {
      functionName: lambda.functionName,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: RETRY_SECONDS,
      destinationConfig: { onFailure: { destination: failed.arn } },
    });
    const permission = new LambdaPermission(this, "permission", {
      statementId: "topic",
      functionName: lambda.functionName,
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      sourceArn: topic.arn,
    });
    const subscription = new SnsTopicSubscription(this, "subscription", {
      topicArn: topic.arn,
      protocol: "lambda",
      endpoint: lambda.arn,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: failed.arn }),
    });
    createAfter(subscription, permission, retries, failed.ready);
  }
}
