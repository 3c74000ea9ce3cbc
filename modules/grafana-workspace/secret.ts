import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { EncryptionKey } from "../kms-key/kms-key";
import { GRAFANA_TOKEN } from "./names";
import { secretPolicy, tokenKeyStatements, type TokenReaders } from "./token-policies";

export interface TokenSecretProps extends TokenReaders {
  readonly region: string;
}

/** Where the token is kept. Its value comes from the admin function: Terraform never has it. Fields are references. */
export class TokenSecret extends Construct {
  readonly arn: string;
  readonly keyArn: string;
  /** Before it is there, others could read a value. */
  readonly guarded: TerraformResource;

  constructor(scope: Construct, id: string, props: TokenSecretProps) {
    super(scope, id);
    const key = new EncryptionKey(this, "key", {
      alias: GRAFANA_TOKEN.keyAlias,
      description: "Token of Grafana's service account",
      accountId: props.accountId,
      region: props.region,
      statements: tokenKeyStatements(props),
      usedThrough: ["secretsmanager"],
    });
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: GRAFANA_TOKEN.secret,
      description: "Token with which Terraform administers Grafana; the Grafana admin renews it",
      kmsKeyId: key.arn,
      // Gone at once: the token is revoked before, and a new one is made in seconds. A window would keep the name taken,
      // and a central stack could not be made again before it is over.
      recoveryWindowInDays: 0,
    });
    this.arn = attribute(secret, "arn");
    this.keyArn = key.arn;
    this.guarded = new SecretsmanagerSecretPolicy(this, "policy", {
      secretArn: this.arn,
      policy: JSON.stringify(secretPolicy(this.arn, props)),
      blockPublicPolicy: true,
    });
  }
}
