import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { type CallerIdentity, FunctionIdentity } from "../lambda-function/identity";
import { LambdaFunction } from "../lambda-function/lambda-function";
import { StandaloneIdentity } from "../lambda-function/standalone-identity";
import type { HttpsEgress } from "../network/https-egress";
import { GRAFANA_ADMIN } from "./names";
import { TokenRotation } from "./rotation";
import { TokenSecret } from "./secret";
import { grafanaAdminStatements } from "./token-policies";

export interface GrafanaVpc {
  /** Id or reference; so are the subnets': private, in two zones at least. */
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Where AWS services are. */
  readonly httpsEgress: HttpsEgress;
}

export interface GrafanaTokenProps {
  readonly accountId: string;
  readonly region: string;
  /** References. */
  readonly workspace: { readonly arn: string; readonly id: string; readonly url: string };
  readonly serviceAccountId: string;
  /** Where the workspace answers to addresses of its choice only: the admin has an address in the VPC then. */
  readonly vpc?: GrafanaVpc;
  /** Role that deploys in the central account. */
  readonly deployRoleName?: string;
  /** Role that reads the token for plans, where there is a deploy role. */
  readonly tokenRoleName?: string;
  /** The function's ways out of the VPC, where it is in one. */
  readonly after: readonly TerraformResource[];
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
}

const MEMORY_MIB = 256;
/** A new token is waited for, and each of two plugins. */
const TIMEOUT_SECONDS = 600;

/** The token with which Terraform administers Grafana: where it is kept, who makes it and when. */
export class GrafanaToken extends Construct {
  /** Reference. */
  readonly secretArn: string;
  readonly applied: TerraformResource;
  /** Of the admin, where it has an address in the VPC; reference. */
  readonly securityGroupId?: string;

  constructor(scope: Construct, id: string, props: GrafanaTokenProps) {
    super(scope, id);
    const { accountId, region, workspace, serviceAccountId, vpc, alarmTopicArn } = props;
    const who = {
      accountId,
      region,
      name: GRAFANA_ADMIN.name,
      description: "Keeps the token with which Terraform administers Grafana",
    };
    // Both call their role the same: it stays the same one when the way to the workspace changes.
    const identity: CallerIdentity =
      vpc === undefined
        ? new StandaloneIdentity(this, "identity", who)
        : new FunctionIdentity(this, "identity", { ...who, ...vpc });
    if (identity.attachment !== undefined) this.securityGroupId = identity.attachment.securityGroupId;
    const secret = new TokenSecret(this, "kept", props);
    const lambda = new LambdaFunction(this, "admin", {
      identity,
      description: "Token and plugins of Grafana",
      entry: GRAFANA_ADMIN.entry,
      memoryMiB: MEMORY_MIB,
      timeoutSeconds: TIMEOUT_SECONDS,
      environment: {
        REGION: region,
        WORKSPACE_ID: workspace.id,
        SERVICE_ACCOUNT_ID: serviceAccountId,
        GRAFANA_URL: workspace.url,
        SECRET_ARN: secret.arn,
        METRICS_NAMESPACE: GRAFANA_ADMIN.metricsNamespace,
      },
      statements: grafanaAdminStatements(props, {
        workspace: workspace.arn,
        secret: secret.arn,
        key: secret.keyArn,
      }),
      logGroup: GRAFANA_ADMIN.logGroup,
      logRetentionDays: props.logRetentionDays,
      keyAlias: GRAFANA_ADMIN.keyAlias,
      alarmTopicArn,
    });
    const rotation = new TokenRotation(this, "rotation", {
      accountId,
      region,
      functionArn: lambda.arn,
      functionName: lambda.functionName,
      revision: `${lambda.codeHash} ${workspace.id} ${serviceAccountId}`,
      after: [...props.after, secret.guarded],
      alarmTopicArn,
    });
    this.secretArn = secret.arn;
    this.applied = rotation.applied;
  }
}
