import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import { GATEWAY_NAMES } from "./names";

/** Percent of the tasks' CPU around which their number is held. */
const CPU_TARGET = 60;

export interface GatewayScalingProps {
  readonly clusterName: string;
  readonly min: number;
  readonly max: number;
  readonly service: TerraformResource;
}

export function gatewayScaling(scope: Construct, props: GatewayScalingProps): void {
  const target = new AppautoscalingTarget(scope, "scaling-target", {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${props.clusterName}/${GATEWAY_NAMES.service}`,
    minCapacity: props.min,
    maxCapacity: props.max,
  });
  createAfter(target, props.service);
  new AppautoscalingPolicy(scope, "scaling-policy", {
    name: `${GATEWAY_NAMES.family}-cpu`,
    policyType: "TargetTrackingScaling",
    serviceNamespace: attribute(target, "service_namespace"),
    scalableDimension: attribute(target, "scalable_dimension"),
    resourceId: attribute(target, "resource_id"),
    targetTrackingScalingPolicyConfiguration: {
      targetValue: CPU_TARGET,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      scaleInCooldown: 300,
      scaleOutCooldown: 60,
    },
  });
}
