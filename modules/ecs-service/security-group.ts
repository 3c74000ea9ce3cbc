import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { ManagedService } from "../../fleet/types";
import { attribute, literal } from "../../lib/terraform-text";
import { LISTENER_PORTS } from "../gateway/ports";

export interface TaskSecurityGroupProps {
  readonly name: string;
  readonly vpcId: string;
  readonly httpsEgressCidrs: readonly string[];
  /** Network of the listener that `loki-direct` pushes to. */
  readonly centralCidr: string;
  readonly service: ManagedService;
}

/** The tasks of one service: in from the named security groups to the application's port, out to HTTPS and what the manifest lists. */
export class TaskSecurityGroup extends Construct {
  /** Terraform reference. */
  readonly id: string;

  constructor(scope: Construct, id: string, props: TaskSecurityGroupProps) {
    super(scope, id);
    const { service } = props;
    const group = new SecurityGroup(this, "group", {
      name: props.name,
      description: `Tasks of the service ${service.name}`,
      vpcId: props.vpcId,
      tags: { Name: props.name },
    });
    this.id = attribute(group, "id");

    const port = service.containers[0]?.port;
    const callers = [
      ...(service.loadBalancer === undefined ? [] : [service.loadBalancer.securityGroupId]),
      ...service.allowFromSecurityGroups,
    ];
    if (port !== undefined) {
      for (const source of new Set(callers)) {
        new VpcSecurityGroupIngressRule(this, `in-${source}`, {
          securityGroupId: this.id,
          description: `${service.name} from ${source}`,
          referencedSecurityGroupId: source,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        });
      }
    }
    for (const cidr of props.httpsEgressCidrs) {
      new VpcSecurityGroupEgressRule(this, `https-${cidr.replace("/", "-")}`, {
        securityGroupId: this.id,
        description: "HTTPS: AWS APIs, image registry, remote write",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      });
    }
    if (service.logs.destinations.includes("loki-direct")) {
      new VpcSecurityGroupEgressRule(this, "loki-direct", {
        securityGroupId: this.id,
        description: "Loki over the joined networks",
        cidrIpv4: props.centralCidr,
        ipProtocol: "tcp",
        fromPort: LISTENER_PORTS.direct,
        toPort: LISTENER_PORTS.direct,
      });
    }
    for (const rule of service.egress) {
      const target = rule.cidr ?? rule.securityGroupId ?? "";
      new VpcSecurityGroupEgressRule(this, `out-${rule.protocol}-${rule.port}-${target.replace("/", "-")}`, {
        securityGroupId: this.id,
        description: literal(rule.description),
        ...(rule.cidr === undefined
          ? { referencedSecurityGroupId: rule.securityGroupId }
          : { cidrIpv4: rule.cidr }),
        ipProtocol: rule.protocol,
        fromPort: rule.port,
        toPort: rule.port,
      });
    }
  }
}
