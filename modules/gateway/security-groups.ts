import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { GATEWAY_NAMES } from "./names";
import { GATEWAY_PORTS, LISTENER_PORTS } from "./ports";

export interface GatewaySecurityGroupsProps {
  readonly vpcId: string;
  /** Networks that may use the direct port. */
  readonly directCidrs: readonly string[];
  /** Programs behind the gateway and the ports at which it calls them. Their groups need the rule for the way in. */
  readonly upstreams: readonly {
    readonly name: string;
    readonly securityGroupId: string;
    readonly port: number;
  }[];
  /** Where image registry and log service are. */
  readonly httpsEgressCidrs: readonly string[];
  /** The same by prefix list: the S3 gateway endpoint, where image layers come from. */
  readonly httpsEgressPrefixListIds: readonly string[];
  /** The same by security group: interface endpoints. */
  readonly httpsEgressSecurityGroupIds: readonly string[];
}

/**
 * Load balancer and tasks. Nothing may reach the ingest port of the load balancer but the VPC link, whose traffic the
 * groups do not see: whoever could would be believed the tenant in the path.
 */
export class GatewaySecurityGroups extends Construct {
  /** Terraform references. */
  readonly taskId: string;
  readonly loadBalancerId: string;

  constructor(scope: Construct, id: string, props: GatewaySecurityGroupsProps) {
    super(scope, id);
    this.taskId = this.group("task", GATEWAY_NAMES.taskSecurityGroup, "Tasks of the gateway", props.vpcId);
    this.loadBalancerId = this.group(
      "load-balancer",
      GATEWAY_NAMES.loadBalancerSecurityGroup,
      "Load balancer of the gateway",
      props.vpcId,
    );
    for (const [name, port] of Object.entries(GATEWAY_PORTS)) {
      // The health checks of both ports use the ingest port.
      if (port === GATEWAY_PORTS.direct && props.directCidrs.length === 0) continue;
      const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
      new VpcSecurityGroupEgressRule(this, `load-balancer-out-${name}`, {
        ...rule,
        securityGroupId: this.loadBalancerId,
        description: `${name}: to the tasks`,
        referencedSecurityGroupId: this.taskId,
      });
      new VpcSecurityGroupIngressRule(this, `task-in-${name}`, {
        ...rule,
        securityGroupId: this.taskId,
        description: `${name}: from the load balancer`,
        referencedSecurityGroupId: this.loadBalancerId,
      });
    }
    this.directIngress(props.directCidrs);
    this.egress(props);
  }

  private directIngress(cidrs: readonly string[]): void {
    for (const cidr of [...new Set(cidrs)].sort()) {
      new VpcSecurityGroupIngressRule(this, `direct-${cidr.replace("/", "-")}`, {
        securityGroupId: this.loadBalancerId,
        description: "direct: from a joined network",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: LISTENER_PORTS.direct,
        toPort: LISTENER_PORTS.direct,
      });
    }
  }

  private egress(props: GatewaySecurityGroupsProps): void {
    const securityGroupId = this.taskId;
    for (const { name, securityGroupId: target, port } of props.upstreams) {
      new VpcSecurityGroupEgressRule(this, `task-out-${name}`, {
        securityGroupId,
        description: `to ${name}`,
        referencedSecurityGroupId: target,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      });
    }
    const https = {
      securityGroupId,
      description: "HTTPS: image registry and logs",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    };
    const targets = [
      ...props.httpsEgressCidrs.map((cidrIpv4) => ({ cidrIpv4 })),
      ...props.httpsEgressPrefixListIds.map((prefixListId) => ({ prefixListId })),
      ...props.httpsEgressSecurityGroupIds.map((referencedSecurityGroupId) => ({
        referencedSecurityGroupId,
      })),
    ];
    // By number: a target may be a reference, which is no name.
    for (const [index, target] of targets.entries()) {
      new VpcSecurityGroupEgressRule(this, `https-${index}`, { ...https, ...target });
    }
  }

  private group(id: string, name: string, description: string, vpcId: string): string {
    const group = new SecurityGroup(this, id, {
      name,
      description,
      vpcId,
      tags: { Name: name },
    });
    return attribute(group, "id");
  }
}
