import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import {
  VpcSecurityGroupIngressRule,
  type VpcSecurityGroupIngressRuleConfig,
} from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";

/** A security group that may call an endpoint. `key` names the rule in the state, `securityGroupId` may be a reference. */
export interface ClientGroup {
  readonly key: string;
  readonly securityGroupId: string;
}

/**
 * Who may open connections to an endpoint.
 * - `groups`: the named security groups and nobody else;
 * - `cidr`: a network that is known beforehand;
 * - `vpc`: every network of the VPC, looked up when Terraform plans. For endpoints with private DNS in somebody else's
 *   VPC: the name of the service then leads everything in the VPC to the endpoint, also what this program does not know,
 *   and whoever its security group turns away has lost the service.
 */
export type EndpointClients =
  | { readonly kind: "groups"; readonly groups: readonly ClientGroup[] }
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "vpc" };

export interface EndpointSecurityGroupProps {
  readonly name: string;
  readonly description: string;
  /** Id or reference. */
  readonly vpcId: string;
  readonly clients: EndpointClients;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Security group of interface endpoints: HTTPS from the clients, nothing out. */
export class EndpointSecurityGroup extends Construct {
  /** Terraform reference. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: EndpointSecurityGroupProps) {
    super(scope, id);
    const { provider, clients } = props;
    const group = new SecurityGroup(this, "group", {
      provider,
      name: props.name,
      description: props.description,
      vpcId: props.vpcId,
      revokeRulesOnDelete: true,
      tags: { Name: props.name },
    });
    this.id = attribute(group, "id");
    const admit = (
      ruleId: string,
      source: Pick<
        VpcSecurityGroupIngressRuleConfig,
        "cidrIpv4" | "description" | "referencedSecurityGroupId"
      >,
    ): VpcSecurityGroupIngressRule =>
      new VpcSecurityGroupIngressRule(this, ruleId, {
        provider,
        securityGroupId: this.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        ...source,
      });

    switch (clients.kind) {
      case "groups":
        for (const { key, securityGroupId } of clients.groups) {
          admit(`in-${key}`, {
            description: `HTTPS from ${key}`,
            referencedSecurityGroupId: securityGroupId,
          });
        }
        return;
      case "cidr":
        admit("in-vpc", { description: "HTTPS from the VPC", cidrIpv4: clients.cidr });
        return;
      case "vpc": {
        const vpc = new DataAwsVpc(this, "vpc", { provider, id: props.vpcId });
        const networks = `data.aws_vpc.${vpc.friendlyUniqueId}.cidr_block_associations`;
        admit("in-vpc", {
          description: "HTTPS from the VPC",
          cidrIpv4: "${each.value}",
        }).addOverride(
          "for_each",
          `\${toset([for each in ${networks} : each.cidr_block if each.state == "associated"])}`,
        );
        return;
      }
    }
  }
}
