import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Sleep } from "@cdktf/provider-time/lib/sleep";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ManagedService, Tenant } from "../../fleet/types";
import { policy, type PolicyDocument } from "../../lib/iam";
import { IAM_PATH, tenantNames } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { generationTags } from "../collector/generations";
import { containerDefinitions } from "./containers";
import { sidecarContainers, sidecarImages, type SidecarSettings } from "../sidecars/sidecars";
import { applicationTarget } from "./load-balancer";
import { emfLogGroup } from "./emf-log-group";
import { executionPolicy, taskTrust } from "./policies";
import { taskStatements } from "./task-statements";

/**
 * IAM is eventually consistent. A collector that starts before its grants are seen exits for good: ECS does not restart
 * a container that ran for less than its restart period.
 */
const IAM_PROPAGATION = "30s";

export interface ManagedEcsServiceProps {
  readonly tenant: Tenant;
  readonly service: ManagedService;
  readonly sidecars: SidecarSettings;
  /** Of the tasks. */
  readonly securityGroupId: string;
  readonly clusterArn: string;
  /** The VPC's ways to AWS that the same deployment makes: the first tasks pull their images through them. */
  readonly endpoints: readonly TerraformResource[];
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
  readonly writerRoleArn: string;
  /** The writer role's rights: the sidecar exits at its start when it cannot use them. */
  readonly writerGrant: TerraformResource;
  /** What the rights depend on: a change has to propagate like a new grant. */
  readonly writerIdentity: Readonly<Record<string, string>>;
}

/** One application of a tenant on ECS Fargate with its ADOT sidecar. */
export class ManagedEcsService extends Construct {
  readonly ecsService: EcsService;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ManagedEcsServiceProps,
  ) {
    super(scope, id);
    const { tenant, service } = props;
    const names = tenantNames(tenant.name).service(service.name);

    const logGroup = new CloudwatchLogGroup(this, "log", {
      name: names.logGroup,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.logsKeyArn,
    });
    const taskRole = this.role("task-role", names.taskRole, `Application and sidecar of ${service.name}`);
    const executionRole = this.role(
      "execution-role",
      names.executionRole,
      `ECS starts ${service.name} with it`,
    );
    const rolePolicies = [
      this.rolePolicy(
        "task-policy",
        taskRole,
        "telemetry",
        policy(...taskStatements(tenant, service, props.writerRoleArn)),
      ),
      this.rolePolicy(
        "execution-policy",
        executionRole,
        "execution",
        executionPolicy({
          service,
          sidecarImages: sidecarImages(service, props.sidecars),
          accountId: tenant.accountId,
          region: tenant.region,
          logGroup: names.logGroup,
        }),
      ),
      ...service.taskPolicyArns.map(
        (policyArn) =>
          new IamRolePolicyAttachment(this, `application-policy-${policyArn.replaceAll("/", "|")}`, {
            role: attribute(taskRole, "name"),
            policyArn,
          }),
      ),
    ];

    const taskDefinition = new EcsTaskDefinition(this, "task", {
      family: names.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(service.cpu),
      memory: String(service.memory),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: service.architecture },
      taskRoleArn: attribute(taskRole, "arn"),
      executionRoleArn: attribute(executionRole, "arn"),
      containerDefinitions: JSON.stringify(
        containerDefinitions(
          service,
          { group: names.logGroup, region: tenant.region },
          sidecarContainers(tenant, service, props.sidecars),
        ),
      ),
      ...generationTags(props.sidecars.generation),
    });
    const emfLog = emfLogGroup(this, props);
    createAfter(taskDefinition, logGroup, ...(emfLog === undefined ? [] : [emfLog]));
    const propagated = new Sleep(this, "iam-propagation", {
      createDuration: IAM_PROPAGATION,
      // What is granted anew has to propagate anew, before the tasks that need it start.
      triggers: {
        ...props.writerIdentity,
        taskRole: attribute(taskRole, "unique_id"),
        executionRole: attribute(executionRole, "unique_id"),
      },
    });
    createAfter(propagated, props.writerGrant, ...rolePolicies);
    this.ecsService = this.service(attribute(taskDefinition, "arn"), propagated);
  }

  private service(taskDefinition: string, grants: TerraformResource): EcsService {
    const { tenant, service } = this.props;
    const names = tenantNames(tenant.name).service(service.name);
    const { loadBalancer } = service;
    const port = service.containers[0]?.port;
    // `validate` refuses a load balancer without a port.
    const target =
      loadBalancer === undefined || port === undefined
        ? undefined
        : applicationTarget(this, {
            loadBalancer,
            name: names.targetGroup,
            vpcId: tenant.network.vpcId,
            port,
          });
    const ecsService = new EcsService(this, "service", {
      name: names.ecsService,
      cluster: this.props.clusterArn,
      taskDefinition,
      desiredCount: service.count,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: [...tenant.network.privateSubnetIds],
        securityGroups: [this.props.securityGroupId],
        assignPublicIp: false,
      },
      // A task whose application does not come up is rolled back. A broken sidecar is not essential, so it does not
      // count here: its alarm tells.
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      ...(target === undefined
        ? {}
        : {
            // Only the application is in the target group, never a sidecar.
            loadBalancer: [
              {
                targetGroupArn: target.targetGroupArn,
                containerName: service.name,
                containerPort: target.port,
              },
            ],
            healthCheckGracePeriodSeconds: 60,
          }),
    });
    createAfter(
      ecsService,
      grants,
      ...this.props.endpoints,
      ...(target?.rule === undefined ? [] : [target.rule]),
    );
    return ecsService;
  }

  private role(id: string, name: string, description: string): IamRole {
    const { accountId, region } = this.props.tenant;
    return new IamRole(this, id, {
      name,
      path: IAM_PATH,
      description,
      assumeRolePolicy: JSON.stringify(taskTrust(accountId, region)),
    });
  }

  private rolePolicy(id: string, role: IamRole, name: string, document: PolicyDocument): IamRolePolicy {
    return new IamRolePolicy(this, id, {
      role: attribute(role, "name"),
      name,
      policy: JSON.stringify(document),
    });
  }
}
