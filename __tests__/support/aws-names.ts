import { shown, walk } from "./json";
import type { Stack } from "./synth";

/** Of a repository, without its length. */
const REPOSITORY = "[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*";

/** Labels between dots; the first may be `*`. */
const DOMAIN =
  /^(?=.{1,253}$)(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Of IAM: its words for people. */
const IAM_TEXT = /^[\u0020-\u007e\u00a1-\u00ff]{0,1000}$/;
/** EC2 takes printable ASCII alone where it says nothing of its own. */
const EC2_TEXT = /^[ -~]{0,255}$/;
/** Names of Grafana's, as its database keeps them. */
const GRAFANA = /^[\s\S]{1,190}$/;

/**
 * What AWS, HCP Terraform and Grafana take as a name or a description, by type and attribute of the resource; from the
 * services' API references, and no stricter than printable text where those say nothing.
 */
const NAMES: Readonly<Record<string, RegExp>> = {
  "aws_api_gateway_domain_name domain_name": DOMAIN,
  "aws_api_gateway_rest_api description": /^[\s\S]{0,1024}$/,
  "aws_api_gateway_rest_api name": /^[\s\S]{1,1024}$/,
  "aws_api_gateway_stage stage_name": /^[A-Za-z0-9_-]{1,128}$/,
  "aws_api_gateway_vpc_link description": /^[\s\S]{0,1024}$/,
  "aws_api_gateway_vpc_link name": /^[\s\S]{1,1024}$/,
  "aws_appautoscaling_policy name": /^[ -~]{1,256}$/,
  "aws_cloudformation_stack_set description": /^[\s\S]{1,1024}$/,
  "aws_cloudformation_stack_set name": /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/,
  "aws_cloudwatch_event_rule name": /^[.\-_A-Za-z0-9]{1,64}$/,
  "aws_cloudwatch_log_group name": /^[.\-_/#A-Za-z0-9]{1,512}$/,
  "aws_cloudwatch_log_metric_filter name": /^[^:*]{1,512}$/,
  "aws_cloudwatch_log_resource_policy policy_name": /^[ -~]{1,255}$/,
  "aws_cloudwatch_metric_alarm alarm_name": /^[ -~]{1,255}$/,
  "aws_cloudwatch_log_stream name": /^[^:*]{1,512}$/,
  "aws_cloudwatch_event_rule description": /^[\s\S]{0,512}$/,
  "aws_cloudwatch_metric_alarm alarm_description": /^[\s\S]{0,1024}$/,
  "aws_cloudwatch_metric_alarm metric_name": /^[^:][\s\S]{0,254}$/,
  "aws_ec2_client_vpn_authorization_rule description": EC2_TEXT,
  "aws_ec2_client_vpn_endpoint description": EC2_TEXT,
  "aws_ecr_pull_through_cache_rule ecr_repository_prefix": new RegExp(`^(?=.{2,30}$)${REPOSITORY}$`),
  "aws_ecr_repository name": new RegExp(`^(?=.{2,256}$)${REPOSITORY}$`),
  "aws_ecr_repository_creation_template description": /^[\s\S]{0,256}$/,
  "aws_ecr_repository_creation_template prefix": new RegExp(`^(?=.{1,256}$)${REPOSITORY}$`),
  "aws_ecs_cluster name": /^[A-Za-z0-9_-]{1,255}$/,
  "aws_ecs_service name": /^[A-Za-z0-9_-]{1,255}$/,
  "aws_ecs_task_definition family": /^[A-Za-z0-9_-]{1,255}$/,
  "aws_efs_file_system creation_token": /^.{1,64}$/,
  "aws_grafana_workspace description": /^[\p{L}\p{Z}\p{N}\p{P}]{0,2048}$/u,
  "aws_grafana_workspace name": /^[a-zA-Z0-9\-._~]{1,255}$/,
  "aws_grafana_workspace_service_account name": /^[ -~]{1,128}$/,
  "aws_iam_policy description": IAM_TEXT,
  "aws_iam_policy name": /^[\w+=,.@-]{1,128}$/,
  "aws_iam_role name": /^[\w+=,.@-]{1,64}$/,
  "aws_iam_role description": IAM_TEXT,
  "aws_iam_role_policy name": /^[\w+=,.@-]{1,128}$/,
  "aws_iam_service_linked_role description": IAM_TEXT,
  "aws_kms_alias name": /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/,
  "aws_kms_key description": /^[\s\S]{0,8192}$/,
  "aws_lambda_function function_name": /^[a-zA-Z0-9-_]{1,64}$/,
  "aws_lambda_function description": /^[\s\S]{0,256}$/,
  "aws_lambda_permission statement_id": /^[a-zA-Z0-9_-]{1,100}$/,
  "aws_lb name": /^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
  "aws_lb_target_group name": /^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
  "aws_oam_sink name": /^[a-zA-Z0-9_.-]{1,255}$/,
  "aws_opensearch_domain domain_name": /^[a-z][a-z0-9-]{2,27}$/,
  "aws_prometheus_workspace alias": /^\S{1,100}$/,
  "aws_prometheus_rule_group_namespace name": /^[0-9A-Za-z][-.0-9A-Z_a-z]{0,63}$/,
  "aws_ram_resource_share name": /^[ -~]{1,255}$/,
  "aws_route53_record name": DOMAIN,
  "aws_route53_zone name": DOMAIN,
  "aws_s3_bucket bucket": /^[a-z0-9]([a-z0-9-]{1,61})[a-z0-9]$/,
  "aws_s3_object bucket": /^[a-z0-9]([a-z0-9-]{1,61})[a-z0-9]$/,
  "aws_scheduler_schedule description": /^[\s\S]{0,512}$/,
  "aws_scheduler_schedule name": /^[0-9a-zA-Z-_.]{1,64}$/,
  "aws_scheduler_schedule_group name": /^[0-9a-zA-Z-_.]{1,64}$/,
  "aws_secretsmanager_secret description": /^[\s\S]{0,2048}$/,
  "aws_secretsmanager_secret name": /^[A-Za-z0-9/_+=.@-]{1,512}$/,
  "aws_security_group name": /^(?!sg-)[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
  "aws_security_group description": /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
  "aws_service_discovery_private_dns_namespace description": /^[\s\S]{0,1024}$/,
  "aws_service_discovery_private_dns_namespace name": /^[!-~]{1,253}$/,
  "aws_service_discovery_service description": /^[\s\S]{0,1024}$/,
  "aws_service_discovery_service name": /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?$/,
  "aws_sns_topic name": /^[A-Za-z0-9_-]{1,256}$/,
  "aws_sqs_queue name": /^[A-Za-z0-9_-]{1,80}$/,
  "aws_ssm_parameter description": /^[\s\S]{0,1024}$/,
  "aws_ssm_parameter name": /^(?=.{1,1011}$)(\/[a-zA-Z0-9_.-]+){1,15}$/,
  "aws_vpc_security_group_egress_rule description": /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  "aws_vpc_security_group_ingress_rule description": /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/,
  "aws_xray_group group_name": /^[A-Za-z0-9_-]{1,32}$/,
  "aws_xray_sampling_rule rule_name": /^[A-Za-z0-9_-]{1,32}$/,
  "aws_xray_sampling_rule service_name": /^[\s\S]{1,64}$/,
  "grafana_contact_point name": GRAFANA,
  "grafana_data_source name": GRAFANA,
  "grafana_folder title": GRAFANA,
  "grafana_rule_group name": GRAFANA,
  "grafana_team name": GRAFANA,
  "tfe_notification_configuration name": GRAFANA,
  "tfe_project description": /^[\s\S]{0,256}$/,
  "tfe_project name": /^[A-Za-z0-9 _-]{3,40}$/,
  "tfe_variable_set name": /^[A-Za-z0-9 _-]{1,90}$/,
  "tfe_workspace name": /^[A-Za-z0-9_-]{1,90}$/,
};
/** Attributes that look like a name of ours and are none, or that take any text. */
const FREE: ReadonlySet<string> = new Set([
  // Names of AWS's own.
  "aws_iam_service_linked_role aws_service_name",
  "aws_vpc_endpoint service_name",
  // HCP Terraform limits neither.
  "tfe_variable_set description",
  "tfe_workspace description",
]);
/** Attributes that name something for AWS, or say to people what it is. */
const NAMELIKE =
  /(^|_)(name|description)$|^(alias|bucket|creation_token|ecr_repository_prefix|family|prefix|statement_id|title)$/;

/** Images of ECR, in task definitions, policies and documents. */
const IMAGE = /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/([^:@"\\]+)[:@]/g;
/** Keys and values of tags. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Images in the text that are said to be in a repository of ECR that it would not make. */
export const refusedImages = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(IMAGE)]
      .filter(([, repository = ""]) => !NAMES["aws_ecr_repository name"]?.test(repository))
      .map(([image]) => image),
  ),
];

/** The whole value is somebody else's name: of another resource, or an answer of a data source. */
const isReference = (value: string): boolean => /^\$\{[^}]*\}$/.test(value);

/** Names in a stack that AWS would refuse; references are left out. */
export function refusedNames(stack: Stack): string[] {
  const names = stack.blocks.flatMap(({ address, type, attributes }) =>
    Object.entries(attributes)
      .filter(
        ([key, value]) => typeof value === "string" && !value.includes("${aws_") && NAMES[`${type} ${key}`],
      )
      .filter(([key, value]) => !NAMES[`${type} ${key}`]?.test(shown(value)))
      .map(([key, value]) => `${stack.name}: ${address} ${key} ${JSON.stringify(value)}`),
  );
  const tags = walk(stack.json)
    .filter(({ path }) => path.at(-1) === "tags" || path.at(-1) === "default_tags")
    .flatMap(({ path, value }) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value)
            .filter(([key, tag]) => key !== "tags" && !(TAG_KEY.test(key) && TAG_VALUE.test(shown(tag))))
            .map(([key, tag]) => `${stack.name}: ${path.join(".")} ${key}=${shown(tag)}`)
        : [],
    );
  return [...names, ...tags, ...refusedImages(stack.text).map((image) => `${stack.name}: image ${image}`)];
}

/** Names and descriptions, as type and attribute, of which nobody has said what they may be. */
export const unjudgedNames = (stacks: readonly Stack[]): string[] =>
  [
    ...new Set(
      stacks.flatMap(({ blocks }) =>
        blocks.flatMap(({ type, attributes }) =>
          Object.entries(attributes)
            .filter(([key, value]) => NAMELIKE.test(key) && typeof value === "string" && !isReference(value))
            .map(([key]) => `${type} ${key}`),
        ),
      ),
    ),
  ].filter((key) => !(key in NAMES) && !FREE.has(key));

/** Kinds of names that are judged. */
export const JUDGED: readonly string[] = Object.keys(NAMES);

/** How many names of each kind there are: whoever looks at none proves nothing. */
export const namedKinds = (stacks: readonly Stack[]): ReadonlySet<string> =>
  new Set(
    stacks.flatMap(({ blocks }) =>
      blocks.flatMap(({ type, attributes }) =>
        Object.keys(attributes)
          .map((key) => `${type} ${key}`)
          .filter((key) => key in NAMES),
      ),
    ),
  );
