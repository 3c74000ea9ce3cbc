import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute } from "../../lib/terraform-text";
import { GATEWAY_NAMES } from "./names";
import { GATEWAY_PORTS, HEALTH_PATH, LISTENER_PORTS } from "./ports";

export interface GatewayLoadBalancerProps {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly direct: boolean;
}

export interface GatewayTargets {
  readonly port: number;
  readonly arn: string;
  readonly arnSuffix: string;
  /** A service can register only where a listener sends to. */
  readonly listener: TerraformResource;
}

/** The internal network load balancer behind the VPC link. Fields are Terraform references. */
export class GatewayLoadBalancer extends Construct {
  readonly arn: string;
  readonly arnSuffix: string;
  readonly dnsName: string;
  readonly ingest: GatewayTargets;
  readonly direct?: GatewayTargets;

  constructor(scope: Construct, id: string, props: GatewayLoadBalancerProps) {
    super(scope, id);
    const loadBalancer = new Lb(this, "load-balancer", {
      name: GATEWAY_NAMES.loadBalancer,
      loadBalancerType: "network",
      internal: true,
      subnets: [...props.subnetIds],
      securityGroups: [props.securityGroupId],
      // What comes through a VPC link has no address that a rule could name.
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "off",
      // Fewer tasks than zones must not leave a zone without one.
      enableCrossZoneLoadBalancing: true,
    });
    this.arn = attribute(loadBalancer, "arn");
    this.arnSuffix = attribute(loadBalancer, "arn_suffix");
    this.dnsName = attribute(loadBalancer, "dns_name");
    this.ingest = this.target("ingest", GATEWAY_NAMES.ingestTargets, props.vpcId, false);
    // The address of the client is what its tenant is known by.
    if (props.direct) this.direct = this.target("direct", GATEWAY_NAMES.directTargets, props.vpcId, true);
  }

  private target(
    id: keyof typeof GATEWAY_PORTS,
    name: string,
    vpcId: string,
    preserveClientIp: boolean,
  ): GatewayTargets {
    const port = GATEWAY_PORTS[id];
    const group = new LbTargetGroup(this, `${id}-targets`, {
      name,
      vpcId,
      targetType: "ip",
      protocol: "TCP",
      port,
      preserveClientIp: String(preserveClientIp),
      deregistrationDelay: "30",
      healthCheck: {
        protocol: "HTTP",
        path: HEALTH_PATH,
        port: String(GATEWAY_PORTS.ingest),
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
    const arn = attribute(group, "arn");
    const listener = new LbListener(this, `${id}-listener`, {
      loadBalancerArn: this.arn,
      protocol: "TCP",
      port: LISTENER_PORTS[id],
      defaultAction: [{ type: "forward", targetGroupArn: arn }],
    });
    return { port, arn, arnSuffix: attribute(group, "arn_suffix"), listener };
  }
}
