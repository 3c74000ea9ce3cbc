import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import type { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import type { HttpsEgress } from "../network/https-egress";
import { GRAFANA } from "./names";

/**
 * Nobody in, and out to HTTPS: all that Grafana asks leaves through the VPC, AWS's services included. The ways to Loki and
 * Jaeger are opened by those who have them. Returns a reference to its id.
 */
export function grafanaSecurityGroup(
  scope: Construct,
  { vpcId, httpsEgress }: { readonly vpcId: string; readonly httpsEgress: HttpsEgress },
): string {
  const group = new SecurityGroup(scope, "security-group", {
    name: GRAFANA.securityGroup,
    description: "Grafana",
    vpcId,
    revokeRulesOnDelete: true,
    // The service takes its interfaces away some time after the workspace is gone.
    timeouts: { delete: "45m" },
    tags: { Name: GRAFANA.securityGroup },
  });
  const securityGroupId = attribute(group, "id");
  const { cidrs, prefixListIds = {}, securityGroupIds = {} } = httpsEgress;
  const targets = [
    ...cidrs.map((cidrIpv4) => [cidrIpv4.replace("/", "-"), { cidrIpv4 }] as const),
    ...Object.entries(prefixListIds).map(([name, prefixListId]) => [name, { prefixListId }] as const),
    ...Object.entries(securityGroupIds).map(
      ([name, referencedSecurityGroupId]) => [name, { referencedSecurityGroupId }] as const,
    ),
  ];
  for (const [name, destination] of targets) {
    new VpcSecurityGroupEgressRule(scope, `https-${name}`, {
      securityGroupId,
      description: "HTTPS: AWS services",
      ...destination,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  }
  return securityGroupId;
}
