import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { attribute, createAfter } from "../../lib/terraform-text";
import { taskRole } from "../central-service/task-role";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import { gatewayAlarms } from "./alarms";
import { renderGatewayConfig, type GatewaySettings } from "./config";
import { GATEWAY_VOLUMES, gatewayContainers } from "./containers";
import { GatewayLoadBalancer } from "./load-balancer";
import { GATEWAY_NAMES } from "./names";
import { gatewayExecutionPolicy } from "./policies";
import { GATEWAY_PORTS } from "./ports";
import { gatewayScaling } from "./scaling";
import { GatewaySecurityGroups } from "./security-groups";

export interface GatewayProps {
  readonly accountId: string;
  readonly region: string;
  /** Id or reference. */
  readonly vpcId: string;
  readonly privateSubnetIds: readonly string[];
  /** ECS cluster; the ARN may be a reference, the name is plain. */
  readonly clusterArn: string;
  readonly clusterName: string;
  /** nginx that can run as user 101, and an image with a shell for the step before it. */
  readonly image: string;
  readonly initImage: string;
  readonly settings: GatewaySettings;
  /** Tasks; at least two, so that one can be lost. */
  readonly tasks: { readonly min: number; readonly max: number };
  /** CPU units and MiB of a task. */
  readonly cpu: number;
  readonly memory: number;
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
  /** Security groups of the programs behind; each needs a rule that lets `securityGroupId` in. */
  readonly lokiSecurityGroupId: string;
  readonly jaegerSecurityGroupId?: string;
  /** Where image registry and log service are; text or references. */
  readonly httpsEgressCidrs: readonly string[];
  readonly httpsEgressPrefixListIds: readonly string[];
  /** Of interface endpoints. @default none */
  readonly httpsEgressSecurityGroupIds?: readonly string[];
}

/** Port of a base URL such as `http://loki.example:3100`. */
const portOf = (url: string): number => Number(new URL(url).port);

/**
 * The only way to Loki and Jaeger from outside the central account: nginx on ECS Fargate behind an internal network load
 * balancer. It believes the tenant in the path, so only the ingest API may reach it. Fields are Terraform references.
 */
export class Gateway extends Construct {
  /** Security group of the tasks: Loki and Jaeger let it in. */
  readonly securityGroupId: string;
  readonly loadBalancerArn: string;
  readonly loadBalancerDnsName: string;
  /** Base URL for the ingest API's integrations. */
  readonly ingestUrl: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayProps,
  ) {
    super(scope, id);
    const { settings, vpcId, tasks } = props;
    const direct = settings.direct.length > 0;
    const groups = new GatewaySecurityGroups(this, "security-groups", {
      vpcId,
      directCidrs: settings.direct.map(({ cidr }) => cidr),
      upstreams: this.upstreams(),
      httpsEgressCidrs: props.httpsEgressCidrs,
      httpsEgressPrefixListIds: props.httpsEgressPrefixListIds,
      httpsEgressSecurityGroupIds: props.httpsEgressSecurityGroupIds ?? [],
    });
    const loadBalancer = new GatewayLoadBalancer(this, "load-balancer", {
      vpcId,
      subnetIds: props.privateSubnetIds,
      securityGroupId: groups.loadBalancerId,
      direct,
    });
    this.securityGroupId = groups.taskId;
    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerDnsName = loadBalancer.dnsName;
    this.ingestUrl = `http://${loadBalancer.dnsName}:${GATEWAY_PORTS.ingest}`;

    const logGroup = this.logGroup();
    const service = this.service(loadBalancer, this.taskDefinition(logGroup, direct));
    gatewayScaling(this, { clusterName: props.clusterName, min: tasks.min, max: tasks.max, service });
    gatewayAlarms(this, {
      topicArn: props.alarmTopicArn,
      logGroupName: attribute(logGroup, "name"),
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      targetGroupArnSuffix: loadBalancer.ingest.arnSuffix,
      minimumTasks: tasks.min,
    });
  }

  private upstreams() {
    const { settings, lokiSecurityGroupId, jaegerSecurityGroupId } = this.props;
    const { loki, jaeger } = settings.upstreams;
    return [
      { name: "loki", securityGroupId: lokiSecurityGroupId, port: portOf(loki) },
      ...(jaeger === undefined || jaegerSecurityGroupId === undefined
        ? []
        : [{ name: "jaeger", securityGroupId: jaegerSecurityGroupId, port: portOf(jaeger) }]),
    ];
  }

  private logGroup(): CloudwatchLogGroup {
    const { accountId, region, logRetentionDays } = this.props;
    const key = new EncryptionKey(this, "logs-key", {
      alias: GATEWAY_NAMES.logsKeyAlias,
      description: "Access log of the gateway",
      accountId,
      region,
      statements: [logsStatement(region, accountId, [GATEWAY_NAMES.logGroup])],
      usedThrough: ["logs"],
    });
    return new CloudwatchLogGroup(this, "log", {
      name: GATEWAY_NAMES.logGroup,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
    });
  }

  private taskDefinition(logGroup: CloudwatchLogGroup, direct: boolean): EcsTaskDefinition {
    const { accountId, region, image, initImage } = this.props;
    const executionRole = taskRole(this, "execution-role", {
      name: GATEWAY_NAMES.executionRole,
      description: "ECS starts the gateway with it",
      accountId,
      region,
    });
    const rights = new IamRolePolicy(this, "execution-policy", {
      role: attribute(executionRole, "name"),
      name: "execution",
      policy: JSON.stringify(gatewayExecutionPolicy({ accountId, region, images: [image, initImage] })),
    });
    const taskDefinition = new EcsTaskDefinition(this, "task", {
      family: GATEWAY_NAMES.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(this.props.cpu),
      memory: String(this.props.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      // nginx calls no AWS API: a role without rights, so that the task does not fall back to anything else.
      taskRoleArn: attribute(
        taskRole(this, "task-role", {
          name: GATEWAY_NAMES.taskRole,
          description: "The gateway's tasks; no rights",
          accountId,
          region,
        }),
        "arn",
      ),
      executionRoleArn: attribute(executionRole, "arn"),
      volume: GATEWAY_VOLUMES.map((name) => ({ name })),
      containerDefinitions: JSON.stringify(
        gatewayContainers({
          image,
          initImage,
          config: renderGatewayConfig(this.props.settings),
          direct,
          region,
        }),
      ),
    });
    createAfter(taskDefinition, logGroup, rights);
    return taskDefinition;
  }

  private service(loadBalancer: GatewayLoadBalancer, taskDefinition: EcsTaskDefinition): EcsService {
    const { clusterArn, privateSubnetIds, tasks } = this.props;
    const { ingest, direct } = loadBalancer;
    const targets = direct === undefined ? [ingest] : [ingest, direct];
    const service = new EcsService(this, "service", {
      name: GATEWAY_NAMES.service,
      cluster: clusterArn,
      taskDefinition: attribute(taskDefinition, "arn"),
      desiredCount: tasks.min,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: [...privateSubnetIds],
        securityGroups: [this.securityGroupId],
        assignPublicIp: false,
      },
      loadBalancer: targets.map(({ arn, port }) => ({
        targetGroupArn: arn,
        containerName: GATEWAY_NAMES.service,
        containerPort: port,
      })),
      healthCheckGracePeriodSeconds: 30,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      availabilityZoneRebalancing: "ENABLED",
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // The number of tasks is the autoscaling's.
      lifecycle: { ignoreChanges: ["desired_count"] },
    });
    createAfter(service, ...targets.map(({ listener }) => listener));
    return service;
  }
}
