import { asText, objects, shown, type Json, type JsonObject } from "../../support/json";
import type { Stack } from "../../support/synth";
import { interpolations, referredBlock } from "../../support/terraform";
import { forStacks, type Rule } from "./rule";

/** Types that keep data and the attribute that names their customer-managed key. */
const ENCRYPTED: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: "kms_key_id",
  aws_prometheus_workspace: "kms_key_arn",
  aws_sns_topic: "kms_master_key_id",
  aws_sqs_queue: "kms_master_key_id",
  aws_efs_file_system: "kms_key_id",
  aws_secretsmanager_secret: "kms_key_id",
  aws_dynamodb_table: "server_side_encryption",
  aws_ecr_repository: "encryption_configuration",
  aws_ecr_repository_creation_template: "encryption_configuration",
  aws_opensearch_domain: "encrypt_at_rest",
};

/** Whether the text is exactly a reference to the ARN of a key of this stack, in the account of the block. */
export function isOwnKey(stack: Stack, block: { readonly attributes: JsonObject }, value: unknown): boolean {
  const text = typeof value === "string" ? value : "";
  const [expression] = interpolations(text);
  const key = expression === undefined ? undefined : referredBlock(stack, expression);
  return (
    key?.block.type === "aws_kms_key" &&
    key.attribute === "arn" &&
    text === `\${${expression ?? ""}}` &&
    JSON.stringify(stack.account(key.block)) === JSON.stringify(stack.account(block))
  );
}

/** Some name the key in a block. */
function keyOf(value: unknown): unknown {
  if (typeof value === "string") return value;
  const [block] = objects(value as Json | undefined);
  if (block?.encryption_type !== undefined)
    return block.encryption_type === "KMS" ? block.kms_key : undefined;
  return block?.enabled === true ? block.kms_key_id : undefined;
}

export const dataIsEncrypted = forStacks(
  "whatever keeps data has a customer-managed key of its own account",
  (stack) =>
    stack.blocks
      .filter(({ kind, type }) => kind === "resource" && type in ENCRYPTED)
      .filter((block) => !isOwnKey(stack, block, keyOf(block.attributes[ENCRYPTED[block.type] ?? ""])))
      .map(({ address }) => `${address} has no key`),
);

export const keysRotate = forStacks("keys rotate and are not deleted at once", (stack) =>
  Object.entries(stack.resource("aws_kms_key"))
    .filter(
      ([, key]) =>
        key.enable_key_rotation !== true || key.deletion_window_in_days !== 30 || key.policy === undefined,
    )
    .map(([id]) => `aws_kms_key.${id}`),
);

export const logsAreKeptAsLongAsSaid = forStacks(
  "every log group keeps its logs as long as central.json says",
  (stack, { fleet }) =>
    Object.entries(stack.resource("aws_cloudwatch_log_group"))
      .filter(
        ([, group]) =>
          group.retention_in_days !== fleet.central.logRetentionDays || group.skip_destroy === true,
      )
      .map(([id, { retention_in_days }]) => `aws_cloudwatch_log_group.${id}: ${shown(retention_in_days)}`),
);

/** References that may stand in a parameter: none of them is sensitive. */
const OPEN =
  /^(aws_prometheus_workspace\.\S+\.(id|arn|prometheus_endpoint)|aws_iam_role\.\S+\.arn|aws_api_gateway_rest_api\.\S+\.(id|execution_arn)|aws_api_gateway_stage\.\S+\.invoke_url|aws_lb\.\S+\.dns_name|aws_vpc_endpoint\.\S+\.(id|prefix_list_id)|aws_(vpc|subnet|security_group)\.\S+\.id|aws_service_discovery_private_dns_namespace\.\S+\.id|aws_(sns_topic|ecs_cluster)\.\S+\.arn|aws_api_gateway_domain_name\.\S+\.(arn|domain_name_id)|aws_oam_sink\.\S+\.arn|aws_grafana_workspace\.\S+\.endpoint|local\.contract\.(metrics\.\w+|ingest\.(apiId|url)))$/;

export const parametersAreOpen = forStacks("parameters hold no secret", (stack, { fleet }) => {
  const secrets = fleet.tenants.flatMap(({ services }) =>
    services.flatMap((service) =>
      service.mode === "managed"
        ? service.containers.flatMap(({ secrets: named }) => Object.values(named))
        : [],
    ),
  );
  return Object.entries(stack.resource("aws_ssm_parameter")).flatMap(
    ([id, { type, insecure_value: value, key_id }]) => {
      const text = asText(value);
      return [
        ...(type === "String" && key_id === undefined ? [] : [`aws_ssm_parameter.${id} is a ${shown(type)}`]),
        ...interpolations(text)
          .filter((expression) => !OPEN.test(expression))
          .map((expression) => `aws_ssm_parameter.${id} holds \${${expression}}`),
        ...secrets
          .filter((secret) => text.includes(secret))
          .map((secret) => `aws_ssm_parameter.${id} names ${secret}`),
      ];
    },
  );
});

/** The attribute that AWS tells things of one type apart by; several where only all of them together do. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_account: [],
  aws_api_gateway_rest_api: ["name"],
  aws_api_gateway_vpc_link: ["name"],
  aws_appautoscaling_policy: ["resource_id", "name"],
  aws_cloudwatch_log_group: ["name"],
  aws_cloudwatch_log_metric_filter: ["log_group_name", "name"],
  aws_cloudwatch_log_resource_policy: ["policy_name"],
  aws_cloudwatch_event_rule: ["name"],
  aws_cloudwatch_metric_alarm: ["alarm_name"],
  aws_ecs_cluster: ["name"],
  aws_ecs_service: ["cluster", "name"],
  aws_ecs_task_definition: ["family"],
  aws_efs_file_system: ["creation_token"],
  aws_iam_role: ["name"],
  aws_iam_role_policy: ["role", "name"],
  aws_kms_alias: ["name"],
  aws_api_gateway_domain_name: ["domain_name"],
  aws_lambda_function: ["function_name"],
  aws_lambda_permission: ["function_name", "statement_id"],
  aws_opensearch_domain: ["domain_name"],
  aws_ram_resource_share: ["name"],
  aws_route53_zone: ["name"],
  aws_scheduler_schedule: ["group_name", "name"],
  aws_scheduler_schedule_group: ["name"],
  aws_grafana_workspace: ["name"],
  aws_prometheus_rule_group_namespace: ["workspace_id", "name"],
  aws_secretsmanager_secret: ["name"],
  aws_sqs_queue: ["name"],
  grafana_contact_point: ["name"],
  grafana_data_source: ["uid"],
  grafana_folder: ["uid"],
  // There is one, of the whole workspace.
  grafana_notification_policy: [],
  grafana_team: ["name"],
  aws_xray_group: ["group_name"],
  aws_xray_sampling_rule: ["rule_name"],
  aws_lb: ["name"],
  aws_lb_listener: ["load_balancer_arn", "port"],
  aws_lb_target_group: ["name"],
  aws_lb_listener_rule: ["listener_arn", "priority"],
  aws_oam_link: ["sink_identifier"],
  // One in each Region, whatever it is called.
  aws_oam_sink: ["region"],
  aws_prometheus_workspace: ["alias"],
  aws_s3_bucket: ["bucket"],
  aws_s3_object: ["bucket", "key"],
  aws_security_group: ["vpc_id", "name"],
  aws_service_discovery_private_dns_namespace: ["name"],
  aws_service_discovery_service: ["namespace_id", "name"],
  aws_sns_topic: ["name"],
  aws_ssm_parameter: ["name"],
};

export const namesAreUnique: Rule = {
  name: "no two stacks make a thing of the same name in one account",
  violations: (tree) => {
    const owners = new Map<string, string[]>();
    for (const stack of tree.stacks) {
      for (const block of stack.blocks) {
        const keys = NAMES[block.type];
        if (block.kind === "data" || keys === undefined) continue;
        const values = keys.map((key) => {
          const text = shown(block.attributes[key]);
          // An id of CDKTF's is unique in its stack only.
          return interpolations(text).length > 0 ? `${stack.name}/${text}` : text;
        });
        // One workspace for all of them.
        const inGrafana = block.type.startsWith("grafana_");
        const { accountId, region } = inGrafana ? { accountId: "", region: "" } : stack.account(block);
        const identity = [accountId, region, block.type, ...values].join(" ");
        owners.set(identity, [...(owners.get(identity) ?? []), `${stack.name} ${block.address}`]);
      }
    }
    return [...owners]
      .filter(([, by]) => by.length > 1)
      .map(([identity, by]) => `${identity}: ${by.join(", ")}`);
  },
};

export const outputsAreNotSensitive = forStacks("outputs are plain values", (stack) =>
  Object.entries(stack.outputs).flatMap(([id, output]) =>
    objects(output).flatMap(({ sensitive, value }) => [
      ...(sensitive === undefined ? [] : [`output.${id} is sensitive`]),
      ...interpolations(asText(value))
        .filter(
          (expression) =>
            !/^aws_(iam_role|sns_topic|prometheus_workspace|grafana_workspace|ec2_client_vpn_endpoint)\.|^local\.contract\./.test(
              expression,
            ),
        )
        .map((expression) => `output.${id} shows \${${expression}}`),
    ]),
  ),
);

export const DATA_RULES: readonly Rule[] = [
  dataIsEncrypted,
  keysRotate,
  logsAreKeptAsLongAsSaid,
  parametersAreOpen,
  namesAreUnique,
  outputsAreNotSensitive,
];
