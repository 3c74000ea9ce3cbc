import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { Construct } from "constructs";
import type { LoadBalancer } from "../../fleet/types";
import { attribute, literal } from "../../lib/terraform-text";

/** What an ECS service registers its application with. */
export interface Target {
  readonly targetGroupArn: string;
  readonly port: number;
  /** Must exist before the service: ECS refuses a target group that no listener uses. */
  readonly rule?: LbListenerRule;
}

/** The application's target group: the team's own, or a new one behind a rule on the team's listener. */
export function applicationTarget(
  scope: Construct,
  props: {
    readonly loadBalancer: LoadBalancer;
    readonly name: string;
    readonly vpcId: string;
    readonly port: number;
  },
): Target {
  const { loadBalancer } = props;
  if (loadBalancer.kind === "target-group") {
    return { targetGroupArn: loadBalancer.targetGroupArn, port: props.port };
  }
  const group = new LbTargetGroup(scope, "target-group", {
    name: props.name,
    // ECS registers every task with the application's own port. This one is only a default, and a change of it would
    // replace the group, which AWS refuses while a listener rule uses it.
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: props.vpcId,
    deregistrationDelay: "30",
    healthCheck: { path: literal(loadBalancer.healthCheckPath), matcher: "200-399" },
  });
  const targetGroupArn = attribute(group, "arn");
  const rule = new LbListenerRule(scope, "listener-rule", {
    listenerArn: loadBalancer.listenerArn,
    priority: loadBalancer.priority,
    action: [{ type: "forward", targetGroupArn }],
    condition: [
      ...(loadBalancer.hosts.length > 0 ? [{ hostHeader: { values: [...loadBalancer.hosts] } }] : []),
      ...(loadBalancer.paths.length > 0
        ? [{ pathPattern: { values: loadBalancer.paths.map(literal) } }]
        : []),
    ],
  });
  return { targetGroupArn, port: props.port, rule };
}
