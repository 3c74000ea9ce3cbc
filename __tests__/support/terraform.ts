import { asObject, asText, type Json, type JsonObject } from "./json";
import type { Account, Block, Stack, Tree } from "./synth";

/** An interpolation of Terraform's: `${` that is not escaped as `$${`. Group 1 is the expression. */
const INTERPOLATION = /(?<!\$)\$\{([^{}]*)\}/g;

/** Expressions of all interpolations in a text. */
export const interpolations = (text: string): string[] =>
  [...text.matchAll(INTERPOLATION)].map(([, expression]) => expression ?? "");

/** `${` and `%{` that Terraform would read as its own. */
export const countOpenings = (text: string): number => (text.match(/(?<!\$)\$\{|(?<!%)%\{/g) ?? []).length;

/** What Terraform makes of a text without interpolations. */
export const unescape = (text: string): string => text.replace(/\$\$\{/g, () => "${").replace(/%%\{/g, "%{");

/** Expressions that a stack may hold; `type` and `id` must then name a block of the same stack. */
const BLOCK_REFERENCE = /^(data\.)?([a-z0-9_]+)\.([A-Za-z0-9_-]+)\.([a-z_]+(?:\[0\]\.[a-z_]+)?)$/;
const CONTRACT_REFERENCE = /^local\.contract\.([A-Za-z]+(?:\.[A-Za-z0-9]+|\["[a-z0-9-]+"\])(?:\[\d\])?)$/;
/** The networks of a VPC that Terraform looks up; group 1 is the data source. */
const VPC_NETWORKS =
  /^toset\(\[for each in data\.aws_vpc\.([A-Za-z0-9_-]+)\.cidr_block_associations : each\.cidr_block if each\.state == "associated"\]\)$/;
export const CONTRACT_LOCAL = "${jsondecode(data.aws_ssm_parameter.contract.insecure_value)}";

/** The block and attribute that an expression refers to; undefined when it is no reference or a dangling one. */
export function referredBlock(
  stack: Stack,
  expression: string,
): { readonly block: Block; readonly attribute: string } | undefined {
  const [, data, type, id, attribute] = BLOCK_REFERENCE.exec(expression) ?? [];
  const kind = data === undefined ? "resource" : "data";
  const block = stack.blocks.find((each) => each.kind === kind && each.type === type && each.id === id);
  return block === undefined || attribute === undefined ? undefined : { block, attribute };
}

/** The field of the contract that an expression refers to, such as `metrics.workspaceArn` or `oamSinks["eu-west-1"]`. */
export const contractField = (expression: string): string | undefined =>
  CONTRACT_REFERENCE.exec(expression)?.[1];

/** The VPC of a `for_each` over the networks of one, as its data source names it; undefined for every other expression. */
export function vpcOfNetworks(stack: Stack, expression: string): Json | undefined {
  const id = VPC_NETWORKS.exec(expression)?.[1];
  return id === undefined ? undefined : stack.data("aws_vpc")[id]?.id;
}

type Shape = (attributes: JsonObject, at: Account, id: string) => string;
const regional =
  (service: string, name: (attributes: JsonObject, id: string) => string): Shape =>
  (attributes, at, id) =>
    `arn:aws:${service}:${asText(attributes.region ?? at.region)}:${at.accountId}:${name(attributes, id)}`;

/** An id as AWS gives it: of letters and digits, the same for the same block. */
const madeId = (id: string): string => id.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Values in the shape that AWS gives them, made of what the configuration says. */
const ATTRIBUTES: Record<string, Record<string, Shape>> = {
  aws_api_gateway_rest_api: {
    id: (_, __, id) => madeId(id),
    execution_arn: regional("execute-api", (_, id) => madeId(id)),
  },
  aws_api_gateway_stage: {
    invoke_url: ({ stage_name }, { region }) =>
      `https://api.execute-api.${region}.amazonaws.com/${asText(stage_name)}`,
  },
  aws_api_gateway_domain_name: {
    arn: ({ domain_name }, at, id) =>
      `arn:aws:apigateway:${at.region}:${at.accountId}:/domainnames/${asText(domain_name)}+${madeId(id)}`,
    domain_name: ({ domain_name }) => asText(domain_name),
    domain_name_id: (_, __, id) => madeId(id),
  },
  aws_ec2_client_vpn_endpoint: { id: (_, __, id) => `cvpn-endpoint-${madeId(id)}` },
  aws_cloudwatch_event_rule: { name: ({ name }) => asText(name) },
  aws_grafana_workspace: {
    arn: regional("grafana", (_, id) => `/workspaces/g-${madeId(id)}`),
    id: (_, __, id) => `g-${madeId(id)}`,
    endpoint: (_, { region }, id) => `g-${madeId(id)}.grafana-workspace.${region}.amazonaws.com`,
  },
  aws_grafana_workspace_service_account: { service_account_id: () => "1" },
  aws_lambda_function: {
    arn: regional("lambda", ({ function_name }) => `function:${asText(function_name)}`),
    function_name: ({ function_name }) => asText(function_name),
  },
  aws_opensearch_domain: {
    endpoint: ({ domain_name }, { region }) => `vpc-${asText(domain_name)}.${region}.es.amazonaws.com`,
  },
  aws_security_group: { id: (_, __, id) => `sg-${madeId(id)}` },
  aws_service_discovery_private_dns_namespace: { id: (_, __, id) => `ns-${madeId(id)}` },
  aws_secretsmanager_secret: {
    arn: regional("secretsmanager", ({ name }) => `secret:${asText(name)}-AbCdEf`),
  },
  aws_sns_topic: { arn: regional("sns", ({ name }) => asText(name)) },
  aws_sqs_queue: {
    arn: regional("sqs", ({ name }) => asText(name)),
    id: ({ name }, at) => `https://sqs.${at.region}.amazonaws.com/${at.accountId}/${asText(name)}`,
    url: ({ name }, at) => `https://sqs.${at.region}.amazonaws.com/${at.accountId}/${asText(name)}`,
  },
  aws_subnet: { id: (_, __, id) => `subnet-${madeId(id)}` },
  aws_vpc: { id: (_, __, id) => `vpc-${madeId(id)}` },
  aws_vpc_endpoint: {
    id: (_, __, id) => `vpce-${madeId(id)}`,
    prefix_list_id: (_, __, id) => `pl-${madeId(id)}`,
    "dns_entry[0].dns_name": (_, { region }, id) => `vpce-${madeId(id)}.vpce.${region}.vpce.amazonaws.com`,
  },
  aws_ecr_repository: { name: ({ name }) => asText(name) },
  aws_efs_access_point: { arn: regional("elasticfilesystem", (_, id) => `access-point/fsap-${madeId(id)}`) },
  aws_efs_file_system: { arn: regional("elasticfilesystem", (_, id) => `file-system/fs-${madeId(id)}`) },
  aws_kms_key: { arn: regional("kms", (_, id) => `key/${madeId(id)}`) },
  aws_lb: { dns_name: ({ name }, { region }) => `${asText(name)}.elb.${region}.amazonaws.com` },
  aws_oam_sink: { arn: regional("oam", (_, id) => `sink/${madeId(id)}`) },
  aws_s3_bucket: { arn: ({ bucket }) => `arn:aws:s3:::${asText(bucket)}` },
  aws_iam_role: {
    arn: ({ name, path }, at) => `arn:aws:iam::${at.accountId}:role${asText(path ?? "/")}${asText(name)}`,
    name: ({ name }) => asText(name),
  },
  aws_prometheus_workspace: {
    arn: ({ alias }, at) => `arn:aws:aps:${at.region}:${at.accountId}:workspace/ws-${asText(alias)}`,
    id: ({ alias }) => `ws-${asText(alias)}`,
    prometheus_endpoint: ({ alias }, { region }) =>
      `https://aps-workspaces.${region}.amazonaws.com/workspaces/ws-${asText(alias)}/`,
  },
  aws_ecs_cluster: {
    arn: ({ name }, at) => `arn:aws:ecs:${at.region}:${at.accountId}:cluster/${asText(name)}`,
  },
};

/**
 * The text as it would be after an apply. Follows the contract from a tenant's stack into the central one. Throws on
 * every expression that it does not know: an unresolved `${` would silently match nothing, or everything.
 */
export function resolve(tree: Tree, stack: Stack, text: string): string {
  const resolved = text.replace(INTERPOLATION, (_, expression: string) => valueOf(tree, stack, expression));
  if (countOpenings(resolved) > 0) throw new Error(`${stack.name}: unresolved in ${resolved}`);
  return unescape(resolved);
}

function valueOf(tree: Tree, stack: Stack, expression: string): string {
  const field = contractField(expression);
  if (field !== undefined) return contractValue(tree, stack, field);
  const reference = referredBlock(stack, expression);
  if (reference === undefined) throw new Error(`${stack.name}: cannot resolve \${${expression}}`);
  const { block, attribute } = reference;
  const make = ATTRIBUTES[block.type]?.[attribute];
  if (make === undefined) throw new Error(`no value known for ${block.type}.${attribute}`);
  // Tenants' stacks have blocks of the same ids; what AWS makes of them has not.
  const id = stack.name.startsWith("tenant-") ? `${stack.name}-${block.id}` : block.id;
  return make(block.attributes, stack.account(block), id);
}

/** Reads the parameter that the stack's contract names, as the central stack writes it. */
function contractValue(tree: Tree, stack: Stack, field: string): string {
  const local = asObject(stack.json.locals).contract;
  if (local !== CONTRACT_LOCAL)
    throw new Error(`${stack.name}: unexpected local.contract ${JSON.stringify(local)}`);
  const source = stack.blocks.find(
    ({ kind, type, id }) => kind === "data" && `${type}.${id}` === "aws_ssm_parameter.contract",
  );
  if (source === undefined) throw new Error(`${stack.name}: no data source for the contract`);
  const central = tree.stack("central");
  const here = stack.account(source);
  const parameter = central.blocks.find((block) => {
    const there = central.account(block);
    return (
      block.type === "aws_ssm_parameter" &&
      block.attributes.name === source.attributes.name &&
      there.accountId === here.accountId &&
      there.region === here.region
    );
  });
  if (parameter === undefined) throw new Error(`${stack.name}: nobody publishes the contract that it reads`);
  const document = JSON.parse(resolve(tree, central, asText(parameter.attributes.insecure_value))) as Json;
  const steps = field.split(/\.|\["?|"?\]/).filter((step) => step !== "");
  return asText(
    steps.reduce<Json | undefined>(
      (value, key) => (Array.isArray(value) ? (value as Json[])[Number(key)] : asObject(value)[key]),
      document,
    ),
  );
}
