import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import type { HttpsEgress } from "../network/https-egress";
import { functionTrust, networkPolicy, type FunctionPlace } from "./policies";

/** Who a function is, whether in a VPC or not. Fields are Terraform references. */
export interface CallerIdentity {
  readonly place: FunctionPlace;
  readonly roleArn: string;
  readonly roleName: string;
  /** Where it is attached to a VPC. @default it is not */
  readonly attachment?: VpcAttachment;
}

export interface VpcAttachment {
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** What Lambda needs to attach the function to the VPC: create the function after it. */
  readonly network: readonly TerraformResource[];
}

export interface FunctionIdentityProps extends FunctionPlace {
  readonly description: string;
  /** Id or reference; so are the subnets'. */
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Where AWS services are that the function calls. @default it calls none */
  readonly httpsEgress?: HttpsEgress;
}

/**
 * Who a function is, before there is a function: its role and its security group, in whose names others let it in.
 * Fields are Terraform references.
 */
export class FunctionIdentity extends Construct implements CallerIdentity {
  readonly place: FunctionPlace;
  readonly roleArn: string;
  readonly roleName: string;
  readonly securityGroupId: string;
  readonly attachment: VpcAttachment;

  constructor(scope: Construct, id: string, props: FunctionIdentityProps) {
    super(scope, id);
    const { accountId, region, name, description } = props;
    this.place = { accountId, region, name };
    const role = new IamRole(this, "role", {
      name,
      path: IAM_PATH,
      description,
      assumeRolePolicy: JSON.stringify(functionTrust(this.place)),
    });
    this.roleArn = attribute(role, "arn");
    this.roleName = attribute(role, "name");
    const rights = new IamRolePolicy(this, "network-policy", {
      role: this.roleName,
      name: "network",
      policy: JSON.stringify(networkPolicy(this.place, props)),
    });
    const group = new SecurityGroup(this, "security-group", {
      name,
      description,
      vpcId: props.vpcId,
      revokeRulesOnDelete: true,
      // Lambda takes its interfaces away up to 20 minutes after the function is gone.
      timeouts: { delete: "45m" },
      tags: { Name: name },
    });
    // Destroyed before the policy, then: until the group is gone, Lambda needs the rights to delete the interfaces.
    createAfter(group, rights);
    this.securityGroupId = attribute(group, "id");
    const { subnetIds } = props;
    this.attachment = { subnetIds, securityGroupId: this.securityGroupId, network: [rights] };
    if (props.httpsEgress !== undefined) this.allowHttps(props.httpsEgress);
  }

  private allowHttps({ cidrs, prefixListIds = {}, securityGroupIds = {} }: HttpsEgress): void {
    const targets = [
      ...cidrs.map((cidrIpv4) => [cidrIpv4.replace("/", "-"), { cidrIpv4 }] as const),
      ...Object.entries(prefixListIds).map(([name, prefixListId]) => [name, { prefixListId }] as const),
      ...Object.entries(securityGroupIds).map(
        ([name, referencedSecurityGroupId]) => [name, { referencedSecurityGroupId }] as const,
      ),
    ];
    for (const [name, destination] of targets) {
      new VpcSecurityGroupEgressRule(this, `https-${name}`, {
        securityGroupId: this.securityGroupId,
        description: "HTTPS: AWS services",
        ...destination,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
    }
  }
}
