import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { policy } from "../../lib/iam";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";

export interface AlertTopicProps {
  readonly name: string;
  readonly keyAlias: string;
  /** Whose alerts these are, for people. */
  readonly owner: string;
  readonly accountId: string;
  readonly region: string;
  readonly emails: readonly string[];
}

/** A topic for the alarms of one account: whoever is told about them subscribes here. */
export class AlertTopic extends Construct {
  /** Terraform reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const { accountId, region } = props;
    const fromAlarms = {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${region}:${accountId}:alarm:*` },
    };
    const key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: `Alerts of ${props.owner}`,
      accountId,
      statements: [
        {
          Sid: "CloudWatchAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: fromAlarms,
        },
      ],
    });
    const topic = new SnsTopic(this, "topic", { name: props.name, kmsMasterKeyId: key.arn });
    this.arn = attribute(topic, "arn");
    new SnsTopicPolicy(this, "policy", {
      arn: this.arn,
      policy: JSON.stringify(
        policy({
          Sid: "CloudWatchAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: `arn:aws:sns:${region}:${accountId}:${props.name}`,
          Condition: fromAlarms,
        }),
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
  }
}
