import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import { jaegerCollectorConfig } from "./config";
import { COLLECTOR_NAMES } from "./names";
import { JAEGER_COLLECTOR_PORT } from "./ports";
import { JaegerService, type JaegerPlace } from "./service";

export interface JaegerCollectorProps extends JaegerPlace {
  readonly tasks: { readonly min: number; readonly max: number };
}

/** Percent of the tasks' CPU and memory around which their number is held. */
const TARGETS = { cpu: 60, memory: 70 };

/** The shared Jaeger's way in: OTLP over HTTP, from the gateway alone. Fields but `url` are Terraform references. */
export class JaegerCollector extends Construct {
  /** Base URL, plain text. */
  readonly url: string;
  readonly securityGroupId: string;
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: JaegerCollectorProps) {
    super(scope, id);
    const { tasks, namespace } = props;
    const { service, securityGroupId } = new JaegerService(this, "collector", {
      ...props,
      names: COLLECTOR_NAMES,
      description: "Jaeger's collectors",
      config: jaegerCollectorConfig({ ...props, memoryMiB: props.memory }),
      tasks: tasks.min,
      scaled: true,
    });
    this.service = service;
    this.securityGroupId = securityGroupId;
    this.url = `http://${COLLECTOR_NAMES.service}.${namespace.namespaceName}:${JAEGER_COLLECTOR_PORT}`;
    this.scale(props);
  }

  private scale({ tasks, clusterName, provider }: JaegerCollectorProps): void {
    const target = new AppautoscalingTarget(this, "scaling-target", {
      provider,
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: `service/${clusterName}/${COLLECTOR_NAMES.service}`,
      minCapacity: tasks.min,
      maxCapacity: tasks.max,
    });
    createAfter(target, this.service);
    for (const [kind, predefinedMetricType] of [
      ["cpu", "ECSServiceAverageCPUUtilization"],
      ["memory", "ECSServiceAverageMemoryUtilization"],
    ] as const) {
      new AppautoscalingPolicy(this, `scaling-${kind}`, {
        provider,
        name: `${COLLECTOR_NAMES.family}-${kind}`,
        policyType: "TargetTrackingScaling",
        serviceNamespace: attribute(target, "service_namespace"),
        scalableDimension: attribute(target, "scalable_dimension"),
        resourceId: attribute(target, "resource_id"),
        targetTrackingScalingPolicyConfiguration: {
          targetValue: TARGETS[kind],
          predefinedMetricSpecification: { predefinedMetricType },
          scaleInCooldown: 300,
          scaleOutCooldown: 60,
        },
      });
    }
  }
}
