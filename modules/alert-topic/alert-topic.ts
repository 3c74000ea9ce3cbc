import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import type { Tenant } from "../../fleet/types";
import { policy } from "../../lib/iam";
import { tenantNames } from "../../lib/names";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";

/** The tenant's own topic, in its own account: whoever is told about its alarms subscribes here. */
export class AlertTopic extends Construct {
  /** Terraform reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, tenant: Tenant) {
    super(scope, id);
    const names = tenantNames(tenant.name);
    const { accountId, region } = tenant;
    const alarms = `arn:aws:cloudwatch:${region}:${accountId}:alarm:*`;
    const fromAlarms = {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": alarms },
    };
    const key = new EncryptionKey(this, "key", {
      alias: names.kmsAlias("alerts"),
      description: `Alerts of tenant ${tenant.name}`,
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
    const topic = new SnsTopic(this, "topic", { name: names.alertTopic, kmsMasterKeyId: key.arn });
    this.arn = attribute(topic, "arn");
    new SnsTopicPolicy(this, "policy", {
      arn: this.arn,
      policy: JSON.stringify(
        policy({
          Sid: "CloudWatchAlarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: `arn:aws:sns:${region}:${accountId}:${names.alertTopic}`,
          Condition: fromAlarms,
        }),
      ),
    });
    for (const email of tenant.alerts.emails) {
      // SNS asks the address to confirm; until then Terraform shows the subscription as pending.
      new SnsTopicSubscription(this, `email-${email}`, {
        topicArn: this.arn,
        protocol: "email",
        endpoint: email,
      });
    }
  }
}
