import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import type { AttachedService, Tenant } from "../../fleet/types";
import { tenantNames } from "../../lib/names";
import { awslogs, collectorInput, CONFIG_VARIABLE } from "../collector/container";
import { generationTags } from "../collector/generations";
import { configurationParts, parameterTier, partNames } from "../collector/parameter";
import { imagePullStatements } from "../ecs-service/policies";
import { taskStatements } from "../ecs-service/task-statements";
import { emfLogGroup } from "../ecs-service/emf-log-group";
import { throughRouter } from "../firelens/container";
import { usesRouter } from "../firelens/size";
import { publishedSidecars, sidecarImages, type SidecarSettings } from "../sidecars/sidecars";

export interface AttachedEcsServiceProps {
  readonly tenant: Tenant;
  readonly service: AttachedService;
  readonly sidecars: SidecarSettings;
  readonly writerRoleArn: string;
  readonly logsKeyArn: string;
  readonly logRetentionDays: number;
}

/**
 * What a team merges into its own task definition and roles. Versioned: teams write code against it. The collector's
 * configuration is not in it, since both together outgrow an SSM parameter: `configuration` says whose values, one after
 * the other, to add as which plain environment variable (docs/ATTACHED.md). Not as an ECS secret: one that cannot be fetched stops the task.
 */
export function sidecarDocument(props: AttachedEcsServiceProps): object {
  const { tenant, service } = props;
  const { logGroup, configParameter } = tenantNames(tenant.name).service(service.name);
  const parts = configurationParts(collectorInput(tenant, service, props.sidecars));
  return {
    version: 2,
    containers: publishedSidecars(tenant, service, props.sidecars),
    // How the application's own containers log.
    logConfiguration: usesRouter(service.logs)
      ? throughRouter
      : awslogs(logGroup, tenant.region, service.name),
    configuration: { environment: CONFIG_VARIABLE, parameters: partNames(configParameter, parts.length) },
    volumes: [],
    taskRoleStatements: taskStatements(tenant, service, props.writerRoleArn),
    executionRoleStatements: [
      {
        Sid: "WriteCollectorLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `arn:aws:logs:${tenant.region}:${tenant.accountId}:log-group:${logGroup}:log-stream:*`,
      },
      ...imagePullStatements(sidecarImages(service, props.sidecars)),
    ],
  };
}

/**
 * Publishes the sidecar of a service that the team runs itself, as an SSM parameter and an output with the same
 * document, and keeps the log group that the sidecar writes to.
 */
export class AttachedEcsService extends Construct {
  constructor(scope: Construct, id: string, props: AttachedEcsServiceProps) {
    super(scope, id);
    const names = tenantNames(props.tenant.name).service(props.service.name);
    new CloudwatchLogGroup(this, "log", {
      name: names.logGroup,
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.logsKeyArn,
    });
    emfLogGroup(this, props);
    const document = JSON.stringify(sidecarDocument(props));
    new SsmParameter(this, "sidecar", {
      name: names.sidecarParameter,
      description: `Sidecar containers, volumes and role statements for ${props.service.name}`,
      type: "String",
      tier: parameterTier(document),
      insecureValue: document,
      ...generationTags(props.sidecars.generation),
    });
    const output = new TerraformOutput(this, "sidecar-output", { value: document });
    output.overrideLogicalId(`sidecar_${props.service.name.replaceAll("-", "_")}`);
  }
}
