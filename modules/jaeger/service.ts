import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { ServiceDiscoveryService } from "@cdktf/provider-aws/lib/service-discovery-service";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { policy, type Statement } from "../../lib/iam";
import { attribute, createAfter } from "../../lib/terraform-text";
import { taskRole } from "../central-service/task-role";
import { imagePullStatements } from "../ecs-service/policies";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";
import type { HttpsEgress } from "../network/https-egress";
import type { LoadBalancerTarget } from "../network/load-balancer-target";
import { jaegerAlarms } from "./alarms";
import type { JaegerConfig } from "./config";
import { jaegerContainer } from "./container";
import type { JaegerNames } from "./names";
import { JAEGER_CENTRAL_HEALTH_PORT } from "./ports";
import { jaegerSecurityGroup } from "./security-group";

/** What the shared collector and the query services have in common. Ids, ARNs and URLs may be references. */
export interface JaegerPlace {
  readonly accountId: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly httpsEgress: HttpsEgress;
  readonly namespace: { readonly namespaceId: string; readonly namespaceName: string };
  readonly image: string;
  /** CPU units and MiB of one task. */
  readonly cpu: number;
  readonly memory: number;
  /** Days that may be asked for. */
  readonly retentionDays: number;
  /** Base URL of the store, `<api>/s/<owner>`. */
  readonly storageUrl: string;
  /** What its tasks may ask the storage API. */
  readonly statements: readonly Statement[];
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

export interface JaegerServiceProps extends JaegerPlace {
  readonly names: JaegerNames;
  readonly description: string;
  readonly config: JaegerConfig;
  /** That are always there. */
  readonly tasks: number;
  /** Whether something else changes their number. */
  readonly scaled: boolean;
  /** What a load balancer of people sends to. @default none */
  readonly front?: { readonly port: number; readonly target: LoadBalancerTarget };
}

/** One of Jaeger's services on ECS Fargate, found by its name in the private DNS namespace. */
export class JaegerService extends Construct {
  /** Whoever is to be let in needs a rule. */
  readonly securityGroupId: string;
  readonly service: EcsService;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JaegerServiceProps,
  ) {
    super(scope, id);
    const { provider, names, namespace, front } = props;
    this.securityGroupId = jaegerSecurityGroup(this, { ...props, name: names.securityGroup });
    const logGroup = this.logGroup();
    const discovery = new ServiceDiscoveryService(this, "discovery", {
      provider,
      name: names.service,
      description: props.description,
      dnsConfig: {
        namespaceId: namespace.namespaceId,
        routingPolicy: "MULTIVALUE",
        dnsRecords: [{ type: "A", ttl: 10 }],
      },
      // ECS reports health itself. The value is AWS's only one; without it the provider leaves the block out.
      healthCheckCustomConfig: { failureThreshold: 1 },
    });
    this.service = new EcsService(this, "service", {
      provider,
      name: names.service,
      cluster: props.clusterArn,
      taskDefinition: attribute(this.taskDefinition(logGroup), "arn"),
      desiredCount: props.tasks,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: [...props.subnetIds],
        securityGroups: [this.securityGroupId],
        assignPublicIp: false,
      },
      serviceRegistries: { registryArn: attribute(discovery, "arn") },
      ...(front === undefined
        ? {}
        : {
            loadBalancer: [
              { targetGroupArn: front.target.arn, containerName: names.service, containerPort: front.port },
            ],
            healthCheckGracePeriodSeconds: 120,
          }),
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // The number of tasks is the autoscaling's.
      ...(props.scaled ? { lifecycle: { ignoreChanges: ["desired_count"] } } : {}),
    });
    if (front !== undefined) createAfter(this.service, front.target.listener);
    jaegerAlarms(this, {
      provider,
      names,
      clusterName: props.clusterName,
      minimumTasks: props.tasks,
      takesSpans: props.config.processors !== undefined,
      logGroupName: attribute(logGroup, "name"),
      topicArn: props.alarmTopicArn,
    });
  }

  private logGroup(): CloudwatchLogGroup {
    const { provider, accountId, region, names, logRetentionDays } = this.props;
    const key = new EncryptionKey(this, "logs-key", {
      provider,
      alias: names.logsKeyAlias,
      description: `Log of ${names.service}`,
      accountId,
      region,
      statements: [logsStatement(region, accountId, [names.logGroup])],
      usedThrough: ["logs"],
    });
    return new CloudwatchLogGroup(this, "log", {
      provider,
      name: names.logGroup,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
    });
  }

  private taskDefinition(logGroup: CloudwatchLogGroup): EcsTaskDefinition {
    const { provider, accountId, region, names, image, memory, front } = this.props;
    const account = { accountId, region, ...(provider === undefined ? {} : { provider }) };
    const tasks = taskRole(this, "task-role", {
      ...account,
      name: names.taskRole,
      description: `Tasks of ${names.service}: their store of traces and nothing else`,
    });
    const execution = taskRole(this, "execution-role", {
      ...account,
      name: names.executionRole,
      description: `ECS starts ${names.service} with it`,
    });
    const writeLogs: Statement = {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${region}:${accountId}:log-group:${names.logGroup}:log-stream:*`,
    };
    const rights = [
      { id: "task-policy", role: tasks, statements: this.props.statements },
      {
        id: "execution-policy",
        role: execution,
        statements: [writeLogs, ...imagePullStatements([image])],
      },
    ].map(
      ({ id, role, statements }) =>
        new IamRolePolicy(this, id, {
          provider,
          role: attribute(role, "name"),
          name: "jaeger",
          policy: JSON.stringify(policy(...statements)),
        }),
    );
    const task = new EcsTaskDefinition(this, "task", {
      provider,
      family: names.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(this.props.cpu),
      memory: String(memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      taskRoleArn: attribute(tasks, "arn"),
      executionRoleArn: attribute(execution, "arn"),
      containerDefinitions: JSON.stringify([
        {
          ...jaegerContainer({
            name: names.service,
            image,
            config: this.props.config,
            environment: { JAEGER_STORAGE_URL: this.props.storageUrl },
            region,
            memoryMiB: memory,
            healthPort: JAEGER_CENTRAL_HEALTH_PORT,
            logGroup: names.logGroup,
            logPrefix: names.service,
          }),
          essential: true,
          ...(front === undefined ? {} : { portMappings: [{ containerPort: front.port, protocol: "tcp" }] }),
        },
      ]),
    });
    createAfter(task, logGroup, ...rights);
    return task;
  }
}
