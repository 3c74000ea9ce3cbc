import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import type { VpnService } from "../../fleet/vpn-types";
import { attribute } from "../../lib/terraform-text";
import type { LoadBalancerTarget } from "../network/load-balancer-target";
import { closedGroup } from "./access-group";
import { VPN_NAMES } from "./names";
import { serviceAddress } from "./plan";
import { VPN_PORTS } from "./ports";
import type { ServiceSubnet } from "./service-subnets";

export interface ServiceFrontProps {
  readonly service: Exclude<VpnService, "grafana">;
  /** What the service's tasks listen on. */
  readonly port: number;
  readonly vpcId: string;
  readonly subnets: readonly ServiceSubnet[];
}

/**
 * A service at addresses of its own: rules of Client VPN name addresses, and those of tasks change with every task. An
 * internal network load balancer keeps them.
 */
export class ServiceFront extends Construct {
  /** Terraform reference. */
  readonly securityGroupId: string;
  readonly target: LoadBalancerTarget;

  constructor(scope: Construct, id: string, { service, port, vpcId, subnets }: ServiceFrontProps) {
    super(scope, id);
    const name = VPN_NAMES.service(service);
    this.securityGroupId = closedGroup(this, "group", {
      name,
      description: `Way of people to ${service}`,
      vpcId,
    });
    const loadBalancer = new Lb(this, "load-balancer", {
      name,
      loadBalancerType: "network",
      internal: true,
      subnetMapping: subnets.map((subnet) => ({
        subnetId: subnet.subnetId,
        privateIpv4Address: serviceAddress(service, subnet),
      })),
      securityGroups: [this.securityGroupId],
      // Fewer tasks than zones must not leave a zone without one.
      enableCrossZoneLoadBalancing: true,
    });
    const group = new LbTargetGroup(this, "targets", {
      name,
      vpcId,
      targetType: "ip",
      protocol: "TCP",
      port,
      // The tasks then see an address of the load balancer, whose security group they admit.
      preserveClientIp: "false",
      // A single task stops before the next one starts: waiting for people would keep it from taking telemetry.
      deregistrationDelay: "0",
      // A listening port is enough: ECS replaces what fails here, and asks the container itself how it is.
      healthCheck: { protocol: "TCP", port: String(port), interval: 10, unhealthyThreshold: 5 },
    });
    const arn = attribute(group, "arn");
    const listener = new LbListener(this, "listener", {
      loadBalancerArn: attribute(loadBalancer, "arn"),
      protocol: "TCP",
      port: VPN_PORTS[service],
      defaultAction: [{ type: "forward", targetGroupArn: arn }],
    });
    this.target = { arn, listener };
  }
}
