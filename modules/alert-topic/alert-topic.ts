import { createHash } from "node:crypto";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { policy } from "../../lib/iam";
import { attribute, createAfter, literal } from "../../lib/terraform-text";
import { failedKeyStatement } from "../alerting/policies";
import { undeliveredQueue } from "../alerting/undelivered-queue";
import { EncryptionKey } from "../kms-key/kms-key";
import { publisherKeyStatements, publisherStatements } from "./publishers";

export interface AlertTopicProps {
  readonly name: string;
  readonly keyAlias: string;
  /** Whose alerts these are, for people. */
  readonly owner: string;
  readonly accountId: string;
  readonly region: string;
  readonly emails: readonly string[];
  /** Endpoints that confirm the subscription by themselves; else the deployment fails. @default none */
  readonly httpsUrls?: readonly string[];
  /** Exact ARNs of roles, of whatever account, that may publish besides the account's alarms. @default none */
  readonly publishers?: readonly string[];
}

/** A topic for the alarms of one account: whoever is told about them subscribes here. */
export class AlertTopic extends Construct {
  /** Terraform references. */
  readonly arn: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const { accountId, region, publishers = [], httpsUrls = [] } = props;
    const plainArn = `arn:aws:sns:${region}:${accountId}:${props.name}`;
    const fromAlarms = {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${accountId}:alarm:*` },
    };
    const key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: `Alerts of ${props.owner}`,
      accountId,
      region,
      statements: [
        {
          Sid: "CloudWatchAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: fromAlarms,
        },
        ...publisherKeyStatements(region, publishers),
        ...(httpsUrls.length === 0 ? [] : [failedKeyStatement(plainArn)]),
      ],
      // Messages that an endpoint did not take wait in a queue, with the same key.
      usedThrough: httpsUrls.length === 0 ? ["sns"] : ["sns", "sqs"],
    });
    this.keyArn = key.arn;
    const topic = new SnsTopic(this, "topic", { name: props.name, kmsMasterKeyId: key.arn });
    this.arn = attribute(topic, "arn");
    new SnsTopicPolicy(this, "policy", {
      arn: this.arn,
      policy: JSON.stringify(
        policy(
          {
            Sid: "CloudWatchAlarms",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: plainArn,
            Condition: fromAlarms,
          },
          ...publisherStatements(plainArn, publishers),
        ),
      ),
    });
    for (const email of props.emails) {
      // SNS asks the address to confirm; until then Terraform shows the subscription as pending.
      new SnsTopicSubscription(this, `email-${email}`, {
        topicArn: this.arn,
        protocol: "email",
        endpoint: email,
      });
    }
    if (httpsUrls.length === 0) return;
    const name = `${props.name}-undelivered`;
    const undelivered = undeliveredQueue(new Construct(this, "undelivered"), {
      accountId,
      region,
      name,
      keyArn: key.arn,
      topicArn: plainArn,
      alarmDescription: `An HTTPS endpoint of ${props.owner} did not take alerts: they are in the queue ${name}.`,
      alarmTopicArn: this.arn,
    });
    for (const url of httpsUrls) {
      const subscription = new SnsTopicSubscription(this, `https-${shortHash(url)}`, {
        topicArn: this.arn,
        protocol: "https",
        endpoint: literal(url),
        endpointAutoConfirms: true,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: undelivered.arn }),
      });
      createAfter(subscription, undelivered.ready);
    }
  }
}

/** Stands for an address in a resource's name: its path may be a secret of the endpoint. */
const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
