import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { admit } from "../network/clients";

/** A security group without any rule. Returns a reference to its id. */
export function closedGroup(
  scope: Construct,
  id: string,
  props: { readonly name: string; readonly description: string; readonly vpcId: string },
): string {
  const group = new SecurityGroup(scope, id, {
    ...props,
    // Terraform leaves the rule "everything out" that AWS makes unless it is told to remove it.
    revokeRulesOnDelete: true,
    tags: { Name: props.name },
  });
  return attribute(group, "id");
}

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Of the rule on either side. */
  readonly description: string;
}

/** The two rules of a way from one security group to another: out of the first and into the second. */
export function openWay(scope: Construct, id: string, { from, to, port, description }: Way): void {
  new VpcSecurityGroupEgressRule(scope, `${id}-out`, {
    securityGroupId: from,
    description,
    referencedSecurityGroupId: to,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  });
  admit(scope, id, {
    securityGroupId: to,
    port,
    description,
    clients: { cidrs: [], securityGroupIds: { in: from } },
  });
}
