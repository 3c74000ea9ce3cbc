import { GrafanaRoleAssociation } from "@cdktf/provider-aws/lib/grafana-role-association";
import { GrafanaWorkspace as AwsWorkspace } from "@cdktf/provider-aws/lib/grafana-workspace";
import { GrafanaWorkspaceServiceAccount } from "@cdktf/provider-aws/lib/grafana-workspace-service-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { GRAFANA_ROLE } from "../../lib/grafana-names";
import { IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { GRAFANA } from "./names";
import { grafanaPolicy, grafanaTrust, type GrafanaRights } from "./policies";
import { grafanaSecurityGroup } from "./security-group";
import {
  GRAFANA_VERSION,
  isRestricted,
  networkAccess,
  roleGroups,
  WORKSPACE_CONFIGURATION,
  type GrafanaSettings,
} from "./settings";
import { GrafanaToken, type GrafanaVpc } from "./token";

export interface GrafanaWorkspaceProps extends GrafanaRights {
  readonly settings: GrafanaSettings;
  /** Loki and Jaeger are in it. 2 to 6 subnets. */
  readonly vpc: GrafanaVpc;
  /** The ways out of the VPC: the admin's first run comes after them. @default none */
  readonly vpcEgress?: readonly TerraformResource[];
  /** Role that deploys in the central account and may read the token. @default whoever IAM lets */
  readonly deployRoleName?: string;
  /** Role that reads the token for plans, where there is a deploy role. */
  readonly tokenRoleName?: string;
  readonly logRetentionDays: number;
}

/**
 * The Grafana workspace, who has a role in it, what it may read, and the token with which Terraform fills it. Its contents
 * (dashboards, users' preferences) are encrypted with a key of AWS's: a key of one's own can only be given when a
 * workspace is made, and the provider's version does not know that argument yet. Telemetry is never stored in it.
 * Fields are Terraform references.
 */
export class GrafanaWorkspace extends Construct {
  readonly id: string;
  /** `https://<host>`. */
  readonly url: string;
  /** Grafana reads data with it; roles of tenants trust it. */
  readonly roleArn: string;
  /** Of Grafana's interfaces in the VPC. */
  readonly securityGroupId: string;
  /** Of the admin function, where it has an address in the VPC. */
  readonly adminSecurityGroupId?: string;
  /** With the token of Terraform. */
  readonly secretArn: string;
  /** Grafana's contents can be made once these are there: a token is kept, and the plugins are installed. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: GrafanaWorkspaceProps) {
    super(scope, id);
    const { accountId, region, settings, vpc } = props;
    const count = vpc.subnetIds.length;
    if (count < 2 || count > 6) {
      throw new Error(`${this.node.path}: Grafana takes 2 to 6 subnets, there are ${count}`);
    }
    const role = new IamRole(this, "role", {
      name: GRAFANA_ROLE,
      path: IAM_PATH,
      description: "Grafana reads data with it",
      assumeRolePolicy: JSON.stringify(grafanaTrust(props)),
    });
    this.roleArn = attribute(role, "arn");
    const rights = new IamRolePolicy(this, "policy", {
      role: attribute(role, "name"),
      name: "read",
      policy: JSON.stringify(grafanaPolicy(props)),
    });
    this.securityGroupId = grafanaSecurityGroup(this, vpc);
    const workspace = this.workspace(props);
    createAfter(workspace, rights);
    this.id = attribute(workspace, "id");
    this.url = `https://${attribute(workspace, "endpoint")}`;
    const roles = this.roles(settings);
    const account = new GrafanaWorkspaceServiceAccount(this, "service-account", {
      workspaceId: this.id,
      name: GRAFANA.serviceAccount,
      grafanaRole: "ADMIN",
    });
    const token = new GrafanaToken(this, "token", {
      accountId,
      region,
      workspace: { arn: attribute(workspace, "arn"), id: this.id, url: this.url },
      serviceAccountId: attribute(account, "service_account_id"),
      ...(isRestricted(settings) ? { vpc } : {}),
      ...(props.deployRoleName === undefined ? {} : { deployRoleName: props.deployRoleName }),
      ...(props.tokenRoleName === undefined ? {} : { tokenRoleName: props.tokenRoleName }),
      after: isRestricted(settings) ? (props.vpcEgress ?? []) : [],
      logRetentionDays: props.logRetentionDays,
      alarmTopicArn: props.alertTopicArn,
    });
    if (token.securityGroupId !== undefined) this.adminSecurityGroupId = token.securityGroupId;
    this.secretArn = token.secretArn;
    this.ready = [token.applied, ...roles];
  }

  private workspace({ settings, vpc }: GrafanaWorkspaceProps): AwsWorkspace {
    return new AwsWorkspace(this, "workspace", {
      name: GRAFANA.workspace,
      description: "Metrics, logs and traces of all tenants",
      accountAccessType: "CURRENT_ACCOUNT",
      authenticationProviders: ["AWS_SSO"],
      permissionType: "CUSTOMER_MANAGED",
      roleArn: this.roleArn,
      grafanaVersion: GRAFANA_VERSION,
      configuration: JSON.stringify(WORKSPACE_CONFIGURATION),
      dataSources: ["CLOUDWATCH", "PROMETHEUS", "XRAY"],
      notificationDestinations: ["SNS"],
      vpcConfiguration: {
        subnetIds: [...vpc.subnetIds],
        securityGroupIds: [this.securityGroupId],
      },
      ...networkAccess(settings),
    });
  }

  /** One for each role: two of the same role would take each other's groups away. */
  private roles(settings: GrafanaSettings): TerraformResource[] {
    return roleGroups(settings).map(
      ({ role, groupIds }) =>
        new GrafanaRoleAssociation(this, role.toLowerCase(), {
          workspaceId: this.id,
          role,
          groupIds: [...groupIds],
        }),
    );
  }
}
