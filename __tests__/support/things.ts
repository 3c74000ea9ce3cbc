import { asObject, asText, type Json, type JsonObject } from "./json";
import type { Block, Tree } from "./synth";
import { resolve } from "./terraform";

/** A resource as IAM knows it. */
export interface Thing {
  readonly arn: string;
  readonly accountId: string;
  /** Key of the service and of its type of resource in the service authorization reference. */
  readonly service: string;
  readonly type: string;
  /** Of the stack's block that makes it. */
  readonly block: Block;
}

type Kind = readonly [service: string, type: string, arn: string];

interface Place {
  readonly tree: Tree;
  readonly block: Block;
  /** An attribute of the block, resolved. */
  readonly text: (key: string) => string;
  /** What the block's `arn` will be. */
  readonly ownArn: () => string;
  /** `arn:aws:<service>:<region>:<account>:<rest>`. */
  readonly at: (service: string, rest: string) => string;
  readonly id: string;
}

const one =
  (service: string, type: string, arn: (place: Place) => string) =>
  (place: Place): readonly Kind[] => [[service, type, arn(place)]];

const own = (service: string, type: string) => one(service, type, ({ ownArn }) => ownArn());

/** A path below an owner's store that Jaeger asks for. */
const STORE_PATHS = ["_bulk", "_template/x-span", "x-span-2026-11-20/_search"];

/** Every path of an API's document for every tenant and owner of a store. */
function methodsOf({ tree, block, at, id }: Place): readonly Kind[] {
  const { paths } = asObject(JSON.parse(asText(block.attributes.body)) as Json);
  const names = tree.fleet.tenants.map(({ name }) => name);
  const fill = (path: string): string[] =>
    path.includes("{proxy+}")
      ? STORE_PATHS.flatMap((each) => fill(path.replace("{proxy+}", each)))
      : path.includes("{owner}")
        ? ["central", ...names].map((name) => path.replace("{owner}", name))
        : names.map((name) => path.replace("{tenant}", name));
  return Object.entries(asObject(paths)).flatMap(([path, methods]) =>
    fill(path).flatMap((filled) =>
      Object.keys(asObject(methods)).map((method): Kind => [
        "execute-api",
        "execute-api-general",
        at("execute-api", `${id}/v1/${method.toUpperCase()}${filled}`),
      ]),
    ),
  );
}

/** Keys of what any stack puts into a bucket. */
const objectsIn = (tree: Tree, bucket: string): string[] =>
  tree.stacks.flatMap((stack) =>
    Object.values(stack.resource("aws_s3_object"))
      .filter((object) => resolve(tree, stack, asText(object.bucket)) === bucket)
      .map(({ key }) => asText(key)),
  );

/** Types of the provider by what IAM has of them; `[]` for what has no ARN of its own. */
const KINDS: Readonly<Record<string, (place: Place) => readonly Kind[]>> = {
  aws_api_gateway_domain_name: one("execute-api", "execute-api-domain", ({ at, text, id }) =>
    at("execute-api", `/domainnames/${text("domain_name")}+${id}`),
  ),
  aws_api_gateway_rest_api: methodsOf,
  aws_cloudwatch_event_rule: one("events", "rule-on-default-event-bus", ({ at, text }) =>
    at("events", `rule/${text("name")}`),
  ),
  aws_cloudwatch_log_group: ({ at, text }) => [
    ["logs", "log-group", at("logs", `log-group:${text("name")}`)],
    ["logs", "log-stream", at("logs", `log-group:${text("name")}:log-stream:one`)],
  ],
  aws_cloudwatch_metric_alarm: one("cloudwatch", "alarm", ({ at, text }) =>
    at("cloudwatch", `alarm:${text("alarm_name")}`),
  ),
  aws_ec2_client_vpn_endpoint: one("ec2", "client-vpn-endpoint", ({ at, id }) =>
    at("ec2", `client-vpn-endpoint/cvpn-endpoint-${id}`),
  ),
  aws_iam_saml_provider: one(
    "iam",
    "saml-provider",
    ({ text, block }) => `arn:aws:iam::${block.stack.account(block).accountId}:saml-provider/${text("name")}`,
  ),
  aws_ecr_repository: one("ecr", "repository", ({ at, text }) => at("ecr", `repository/${text("name")}`)),
  aws_iam_openid_connect_provider: one(
    "iam",
    "oidc-provider",
    ({ text, block }) =>
      `arn:aws:iam::${block.stack.account(block).accountId}:oidc-provider/${text("url").replace("https://", "")}`,
  ),
  aws_ecs_cluster: ({ ownArn, at, text }) => [
    ["ecs", "cluster", ownArn()],
    ["ecs", "task", at("ecs", `task/${text("name")}/0123456789abcdef`)],
  ],
  aws_ecs_service: one("ecs", "service", ({ at, text }) => at("ecs", `service/cluster/${text("name")}`)),
  aws_ecs_task_definition: one("ecs", "task-definition", ({ at, text }) =>
    at("ecs", `task-definition/${text("family")}:1`),
  ),
  aws_efs_access_point: own("elasticfilesystem", "access-point"),
  aws_efs_file_system: own("elasticfilesystem", "file-system"),
  aws_grafana_workspace: own("grafana", "workspace"),
  aws_iam_role: ({ ownArn }) => [
    ["iam", "role", ownArn()],
    ["sts", "role", ownArn()],
  ],
  aws_kms_alias: one("kms", "alias", ({ at, text }) => at("kms", text("name"))),
  aws_kms_key: own("kms", "key"),
  aws_lambda_function: own("lambda", "function"),
  aws_lb: one("elasticloadbalancing", "loadbalancer/app/", ({ at, text }) =>
    at("elasticloadbalancing", `loadbalancer/app/${text("name")}/0123456789abcdef`),
  ),
  aws_oam_link: one("oam", "Link", ({ at, id }) => at("oam", `link/${id}`)),
  aws_oam_sink: own("oam", "Sink"),
  aws_opensearch_domain: ({ at, text }) => {
    const domain = at("es", `domain/${text("domain_name")}`);
    return ["", "/_search", "/x-span-2026-11-20/_search", "/_plugins/_security/api/roles"].map((path) => [
      "es",
      "domain",
      `${domain}${path}`,
    ]);
  },
  aws_prometheus_rule_group_namespace: one("aps", "rulegroupsnamespace", ({ at, text }) =>
    at("aps", `rulegroupsnamespace/${text("workspace_id")}/${text("name")}`),
  ),
  aws_prometheus_workspace: own("aps", "workspace"),
  aws_ram_resource_share: one("ram", "resource-share", ({ at, id }) => at("ram", `resource-share/${id}`)),
  aws_route53_zone: one("route53", "hostedzone", ({ id }) => `arn:aws:route53:::hostedzone/${id}`),
  aws_s3_bucket: ({ tree, text, ownArn }) => [
    ["s3", "bucket", ownArn()],
    ...["some/object", ...objectsIn(tree, text("bucket"))].map((key): Kind => [
      "s3",
      "object",
      `${ownArn()}/${key}`,
    ]),
  ],
  aws_scheduler_schedule: one("scheduler", "schedule", ({ at, text }) =>
    at("scheduler", `schedule/group/${text("name")}`),
  ),
  aws_scheduler_schedule_group: one("scheduler", "schedule-group", ({ at, text }) =>
    at("scheduler", `schedule-group/${text("name")}`),
  ),
  aws_secretsmanager_secret: own("secretsmanager", "Secret"),
  aws_security_group: one("ec2", "security-group", ({ at, id }) => at("ec2", `security-group/sg-${id}`)),
  aws_service_discovery_private_dns_namespace: one("servicediscovery", "namespace", ({ at, id }) =>
    at("servicediscovery", `namespace/ns-${id}`),
  ),
  aws_service_discovery_service: one("servicediscovery", "service", ({ at, id }) =>
    at("servicediscovery", `service/srv-${id}`),
  ),
  aws_sns_topic: own("sns", "topic"),
  aws_sqs_queue: own("sqs", "queue"),
  aws_ssm_parameter: one("ssm", "parameter", ({ at, text }) => at("ssm", `parameter${text("name")}`)),
  aws_subnet: one("ec2", "subnet", ({ at, id }) => at("ec2", `subnet/subnet-${id}`)),
  aws_vpc: one("ec2", "vpc", ({ at, id }) => at("ec2", `vpc/vpc-${id}`)),
  aws_vpc_endpoint: one("ec2", "vpc-endpoint", ({ at, id }) => at("ec2", `vpc-endpoint/vpce-${id}`)),
  aws_xray_group: one("xray", "group", ({ at, text, id }) => at("xray", `group/${text("group_name")}/${id}`)),
  aws_xray_sampling_rule: one("xray", "sampling-rule", ({ at, text }) =>
    at("xray", `sampling-rule/${text("rule_name")}`),
  ),
};

/**
 * Settings of something above, parts of the network, and what only Terraform knows. A type that is neither here nor
 * above is an error: whoever adds one says what IAM makes of it.
 */
const PARTS =
  /^aws_(api_gateway_(account|base_path_mapping|deployment|domain_name_access_association|method_settings|stage|vpc_link)|appautoscaling_.*|cloudwatch_event_target|cloudwatch_log_stream|ec2_client_vpn_(authorization_rule|network_association|route)|cloudwatch_log_(metric_filter|resource_policy)|default_security_group|ecr_(lifecycle_policy|pull_through_cache_rule|registry_policy|registry_scanning_configuration|repository_creation_template|repository_policy)|efs_(file_system_policy|mount_target)|eip|flow_log|grafana_(role_association|workspace_service_account)|iam_(role_policy|role_policy_attachment|service_linked_role)|internet_gateway|lambda_(function_event_invoke_config|invocation|permission)|lb_(listener|listener_rule|target_group)|nat_gateway|oam_sink_policy|prometheus_(alert_manager_definition|query_logging_configuration|workspace_configuration)|ram_(principal|resource)_association|route|route53_record|route_table|route_table_association|s3_bucket_.*|s3_object|secretsmanager_secret_policy|sns_topic_(policy|subscription)|sqs_queue_policy|vpc_security_group_(egress|ingress)_rule)$/;

/** Every resource of every stack that IAM can name, as it would be after an apply. */
export const thingsOf = (tree: Tree): Thing[] =>
  tree.stacks.flatMap((stack) =>
    stack.blocks
      .filter(({ kind, type }) => kind === "resource" && type.startsWith("aws_") && !PARTS.test(type))
      .flatMap((block) => {
        const kinds = KINDS[block.type];
        if (kinds === undefined) throw new Error(`${stack.name} ${block.address}: which ARN has it?`);
        const { accountId, region: usual } = stack.account(block);
        const region = asText(block.attributes.region ?? usual);
        const place: Place = {
          tree,
          block,
          text: (key) => resolve(tree, stack, asText(block.attributes[key])),
          ownArn: () => resolve(tree, stack, `\${${block.type}.${block.id}.arn}`),
          at: (service, rest) => `arn:aws:${service}:${region}:${accountId}:${rest}`,
          // As an id of AWS's: letters and digits.
          id: `${stack.name.startsWith("tenant-") ? stack.name : ""}${block.id}`
            .toLowerCase()
            .replace(/[^a-z0-9]/g, ""),
        };
        return kinds(place).map(([service, type, arn]): Thing => ({ arn, accountId, service, type, block }));
      }),
  );

/** The attribute in which a type keeps a policy of its own. */
const OWN_POLICY: Readonly<Record<string, string>> = {
  aws_api_gateway_domain_name: "policy",
  aws_api_gateway_rest_api: "policy",
  aws_iam_role: "assume_role_policy",
  aws_kms_key: "policy",
  aws_opensearch_domain: "access_policies",
};

/** Addresses of the documents that decide about a thing besides its caller's own, as `policiesOf` names them. */
export function policyPlaces({ block }: Thing): string[] {
  const attribute = OWN_POLICY[block.type];
  if (attribute !== undefined) return [`${block.address} ${attribute}`];
  const { stack } = block;
  if (block.type === "aws_cloudwatch_log_group") {
    // They hold for every log group of account and Region.
    return stack.blocks
      .filter(({ type }) => type === "aws_cloudwatch_log_resource_policy")
      .map(({ address }) => `${address} policy_document`);
  }
  const reference = `\${${block.type}.${block.id}.`;
  return stack.blocks
    .filter(({ type }) => /(?<!^aws_iam_role|_lifecycle)_policy$/.test(type))
    .filter(({ attributes }) =>
      Object.entries(attributes).some(
        ([key, value]) =>
          !key.startsWith("policy") && typeof value === "string" && value.startsWith(reference),
      ),
    )
    .map(({ address }) => `${address} policy`);
}

/** Who may run a function, which Terraform has no document for. */
export function functionPolicy(tree: Tree, { block }: Thing): object | undefined {
  const { stack } = block;
  const reference = `\${${block.type}.${block.id}.`;
  const statements = stack.blocks
    .filter(
      ({ type, attributes }) =>
        type === "aws_lambda_permission" && asText(attributes.function_name).startsWith(reference),
    )
    .map(({ attributes }, index): JsonObject => ({
      Sid: `Permission${String(index)}`,
      Effect: "Allow",
      Principal: { Service: asText(attributes.principal) },
      Action: asText(attributes.action),
      Resource: resolve(tree, stack, `\${${block.type}.${block.id}.arn}`),
      Condition: { ArnLike: { "aws:SourceArn": resolve(tree, stack, asText(attributes.source_arn)) } },
    }));
  return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements };
}
