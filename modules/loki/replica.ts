import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import type { LoadBalancerTarget } from "../network/load-balancer-target";
import { lokiContainers, VOLUMES, type LokiContainersProps } from "./containers";
import { LOKI_CONTAINER, lokiNames } from "./names";
import { LOKI_HTTP_PORT } from "./ports";

export interface LokiReplicaProps {
  readonly containers: LokiContainersProps;
  /** CPU units of the task. */
  readonly cpu: number;
  readonly ephemeralStorageGiB: number;
  readonly clusterArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly taskRoleArn: string;
  readonly executionRoleArn: string;
  readonly fileSystemId: string;
  readonly accessPointId: string;
  /** Of the Cloud Map service. */
  readonly registryArn: string;
  /** What a load balancer of people sends to. @default none */
  readonly target?: LoadBalancerTarget;
  /** What must be there before a task starts. */
  readonly after: readonly TerraformResource[];
}

/**
 * One replica: an ECS service of exactly one task. The old task has stopped before the new one starts, since two that
 * write to one log would destroy it; lines wait in the sidecars meanwhile, or go to the other replicas.
 */
export class LokiReplica extends Construct {
  readonly service: EcsService;

  constructor(scope: Construct, id: string, props: LokiReplicaProps) {
    super(scope, id);
    const { target } = props;
    const { input } = props.containers;
    const names = lokiNames.replica(input.replica);
    const task = new EcsTaskDefinition(this, "task", {
      family: names.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(props.cpu),
      memory: String(props.containers.taskMemory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      ephemeralStorage: { sizeInGib: props.ephemeralStorageGiB },
      taskRoleArn: props.taskRoleArn,
      executionRoleArn: props.executionRoleArn,
      volume: [
        { name: VOLUMES.config },
        { name: VOLUMES.overrides },
        { name: VOLUMES.scratch },
        {
          name: VOLUMES.data,
          efsVolumeConfiguration: {
            fileSystemId: props.fileSystemId,
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: props.accessPointId, iam: "ENABLED" },
          },
        },
      ],
      containerDefinitions: JSON.stringify(lokiContainers(props.containers)),
    });
    this.service = new EcsService(this, "service", {
      name: names.service,
      cluster: props.clusterArn,
      taskDefinition: attribute(task, "arn"),
      desiredCount: 1,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      // It would start a second task in another zone first.
      availabilityZoneRebalancing: "DISABLED",
      deploymentCircuitBreaker: { enable: true, rollback: true },
      // One replica after the other: Terraform goes on when the new task is healthy.
      waitForSteadyState: input.replicas > 1,
      networkConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [props.securityGroupId],
        assignPublicIp: false,
      },
      serviceRegistries: { registryArn: props.registryArn },
      ...(target === undefined
        ? {}
        : {
            loadBalancer: [
              { targetGroupArn: target.arn, containerName: LOKI_CONTAINER, containerPort: LOKI_HTTP_PORT },
            ],
            // As long as the container itself has to replay its log.
            healthCheckGracePeriodSeconds: 600,
          }),
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
    });
    createAfter(this.service, ...props.after, ...(target === undefined ? [] : [target.listener]));
  }
}
