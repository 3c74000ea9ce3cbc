import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import type { HttpsEgress } from "../network/https-egress";
import { lokiNames, type Replicas } from "./names";
import { LOKI_GRPC_PORT, LOKI_HTTP_PORT, LOKI_MEMBERLIST_PORT, NFS_PORT } from "./ports";

export interface LokiSecurityGroupProps {
  readonly vpcId: string;
  readonly replicas: Replicas;
  /** Who may send and query: a name, which is part of the resource's address, and the security group's id. */
  readonly clients: Readonly<Record<string, string>>;
  /** Where S3, CloudWatch Logs, KMS and the image registry are. */
  readonly httpsEgress: HttpsEgress;
}

/** Loki's tasks: in from its clients, to and from each other, out to HTTPS and the file system. */
export class LokiSecurityGroup extends Construct {
  /** Terraform reference. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: LokiSecurityGroupProps) {
    super(scope, id);
    const group = new SecurityGroup(this, "group", {
      name: lokiNames.securityGroup,
      description: "Loki",
      vpcId: props.vpcId,
      // Terraform leaves the rule "everything out" that AWS makes unless it is told to remove it.
      revokeRulesOnDelete: true,
      tags: { Name: lokiNames.securityGroup },
    });
    this.id = attribute(group, "id");
    for (const [name, source] of Object.entries(props.clients)) {
      this.ingress(`in-${name}`, `Lines and queries from ${name}`, source, LOKI_HTTP_PORT);
    }
    if (props.replicas > 1) {
      for (const [name, port] of [
        ["grpc", LOKI_GRPC_PORT],
        ["memberlist", LOKI_MEMBERLIST_PORT],
      ] as const) {
        this.ingress(`in-${name}`, `${name} from the other replicas`, this.id, port);
        this.egress(`out-${name}`, `${name} to the other replicas`, port, {
          referencedSecurityGroupId: this.id,
        });
      }
    }
    const https = "HTTPS: S3, CloudWatch Logs, image registry";
    for (const cidrIpv4 of props.httpsEgress.cidrs) {
      this.egress(`https-${cidrIpv4.replace("/", "-")}`, https, 443, { cidrIpv4 });
    }
    for (const [name, prefixListId] of Object.entries(props.httpsEgress.prefixListIds ?? {})) {
      this.egress(`https-${name}`, `HTTPS: ${name}`, 443, { prefixListId });
    }
    for (const [name, referencedSecurityGroupId] of Object.entries(
      props.httpsEgress.securityGroupIds ?? {},
    )) {
      this.egress(`https-${name}`, https, 443, { referencedSecurityGroupId });
    }
  }

  /** Lets the tasks mount the file system. */
  allowFileSystem(securityGroupId: string): void {
    this.egress("out-nfs", "NFS to the file system", NFS_PORT, {
      referencedSecurityGroupId: securityGroupId,
    });
  }

  private ingress(id: string, description: string, source: string, port: number): void {
    new VpcSecurityGroupIngressRule(this, id, {
      securityGroupId: this.id,
      description,
      referencedSecurityGroupId: source,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
  }

  private egress(
    id: string,
    description: string,
    port: number,
    target:
      | { readonly cidrIpv4: string }
      | { readonly prefixListId: string }
      | { readonly referencedSecurityGroupId: string },
  ): void {
    new VpcSecurityGroupEgressRule(this, id, {
      securityGroupId: this.id,
      description,
      ...target,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    });
  }
}
