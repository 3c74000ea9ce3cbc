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
  readonly region: string;
  /** Which services may use the key, for which data. */
  readonly statements: readonly Statement[];
  /**
   * Services on whose behalf alone the account's own principals may use it, whatever IAM allows them; none leaves that to IAM.
   */
  readonly usedThrough: readonly KeyService[];
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** First part of a service's name in `kms:ViaService`. */
export type KeyService =
  "aps" | "ecr" | "elasticfilesystem" | "es" | "logs" | "s3" | "secretsmanager" | "sns" | "sqs";

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
      policy: JSON.stringify(
        policy(keyAdministration(props.accountId), ...onlyThroughServices(props), ...props.statements),
      ),
    });
    new KmsAlias(this, "alias", {
      provider: props.provider,
      name: props.alias,
      targetKeyId: attribute(key, "key_id"),
    });
    this.arn = attribute(key, "arn");
  }
}

/**
 * Who administers the key by IAM could otherwise also decrypt with it what a bucket policy, a topic policy or a secret's policy
 * keeps from them. The services' own calls, and those by their grants, are not the account's.
 */
function onlyThroughServices({ accountId, region, usedThrough }: EncryptionKeyProps): Statement[] {
  if (usedThrough.length === 0) return [];
  const statement: Statement = {
    Sid: "OnlyThroughServices",
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    // In a key policy "*" is the key itself.
    Resource: "*",
    Condition: {
      StringEquals: { "aws:PrincipalAccount": accountId },
      StringNotEquals: {
        "kms:ViaService": usedThrough.map((service) => `${service}.${region}.amazonaws.com`),
      },
    },
  };
  return [statement];
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
