import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import type { HttpsEgress } from "../network/https-egress";

export interface JaegerSecurityGroupProps {
  readonly name: string;
  readonly vpcId: string;
  readonly httpsEgress: HttpsEgress;
  readonly provider?: TerraformProvider;
}

/** Nobody in, and out to HTTPS: the storage API, the log service and the image registry. Returns a reference to its id. */
export function jaegerSecurityGroup(scope: Construct, props: JaegerSecurityGroupProps): string {
  const { name, vpcId, httpsEgress, provider } = props;
  const group = new SecurityGroup(scope, "security-group", {
    provider,
    name,
    description: name,
    vpcId,
    // Terraform leaves the rule "everything out" that AWS makes unless it is told to remove it.
    revokeRulesOnDelete: true,
    tags: { Name: name },
  });
  const id = attribute(group, "id");
  const targets = [
    ...httpsEgress.cidrs.map((cidrIpv4) => [cidrIpv4.replace("/", "-"), { cidrIpv4 }] as const),
    ...Object.entries(httpsEgress.prefixListIds ?? {}).map(
      ([key, prefixListId]) => [key, { prefixListId }] as const,
    ),
    ...Object.entries(httpsEgress.securityGroupIds ?? {}).map(
      ([key, referencedSecurityGroupId]) => [key, { referencedSecurityGroupId }] as const,
    ),
  ];
  for (const [key, target] of targets) {
    new VpcSecurityGroupEgressRule(scope, `https-${key}`, {
      provider,
      securityGroupId: id,
      description: "HTTPS: storage API, CloudWatch Logs, image registry",
      ...target,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  }
  return id;
}
