import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { keyAdministration, policy, type Statement } from "../../lib/iam";
import { KEY_DELETION_DAYS } from "../../lib/retention";
import { attribute } from "../../lib/terraform-text";

export interface EncryptionKeyProps {
  readonly alias: string;
  readonly description: string;
  readonly accountId: string;
  /** Which services may use the key, for which data. */
  readonly statements: readonly Statement[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** A customer-managed key for one purpose: rotated yearly, with time to change one's mind about its deletion. */
export class EncryptionKey extends Construct {
  /** Terraform reference. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      provider: props.provider,
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: KEY_DELETION_DAYS,
      policy: JSON.stringify(policy(keyAdministration(props.accountId), ...props.statements)),
    });
    new KmsAlias(this, "alias", {
      provider: props.provider,
      name: props.alias,
      targetKeyId: attribute(key, "key_id"),
    });
    this.arn = attribute(key, "arn");
  }
}

/** CloudWatch Logs may use a key for exactly these log groups. */
export function logsStatement(region: string, accountId: string, logGroups: readonly string[]): Statement {
  return {
    Sid: "CloudWatchLogs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: "*",
    Condition: {
      ArnEquals: {
        "kms:EncryptionContext:aws:logs:arn": logGroups.map(
          (name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`,
        ),
      },
    },
  };
}
