import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/** From where a service is used. */
export interface Clients {
  readonly cidrs: readonly string[];
  /** A name, which is part of the resource's address, and the id: an id or a reference. */
  readonly securityGroupIds: Readonly<Record<string, string>>;
}

export interface AdmissionProps {
  /** Of the service that is used; id or reference. */
  readonly securityGroupId: string;
  readonly port: number;
  readonly description: string;
  readonly clients: Clients;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** Lets clients in at one port, each by a rule of its own. */
export function admit(scope: Construct, id: string, props: AdmissionProps): void {
  const { securityGroupId, port, description, clients, provider } = props;
  const sources = [
    ...clients.cidrs.map((cidrIpv4) => [cidrIpv4.replace("/", "-"), { cidrIpv4 }] as const),
    ...Object.entries(clients.securityGroupIds).map(
      ([name, referencedSecurityGroupId]) => [name, { referencedSecurityGroupId }] as const,
    ),
  ];
  for (const [name, source] of sources) {
    new VpcSecurityGroupIngressRule(scope, `${id}-${name}`, {
      provider,
      securityGroupId,
      description,
      ...source,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
  }
}

/** Clients by the ids of their security groups, which are no references. */
export const plainClients = (clients: {
  readonly cidrs: readonly string[];
  readonly securityGroupIds: readonly string[];
}): Clients => ({
  cidrs: clients.cidrs,
  securityGroupIds: Object.fromEntries(clients.securityGroupIds.map((groupId) => [groupId, groupId])),
});
