import type { Tenant } from "../../../fleet/types";
import { asObject, asText, walk, type Json, type JsonObject } from "../../support/json";
import { containersOf, environmentOf } from "../../support/containers";
import type { Stack, Tree } from "../../support/synth";
import {
  CONTRACT_LOCAL,
  contractField,
  countOpenings,
  interpolations,
  referredBlock,
  unescape,
  vpcOfNetworks,
} from "../../support/terraform";
import { forStacks, tenantOfStack, type Rule } from "./rule";

/** Strings of a stack as they stand in the file, without those inside embedded JSON: these are part of them. */
const strings = (stack: Stack): { readonly path: string; readonly text: string }[] =>
  [...walk(stack.json)].flatMap(({ path, value }) =>
    typeof value === "string" && !path.includes("$") ? [{ path: path.join("."), text: value }] : [],
  );

/** Attributes that other parts of a stack may refer to; a new one is a decision, not an accident. */
const REFERABLE = /^(arn|id|name|key_id|unique_id|prometheus_endpoint)$/;

/** Attributes of one type only. */
const REFERABLE_OF: Readonly<Record<string, RegExp>> = {
  aws_api_gateway_domain_name: /^domain_name(_id)?$/,
  aws_api_gateway_rest_api: /^execution_arn$/,
  aws_api_gateway_stage: /^(stage_name|invoke_url)$/,
  aws_appautoscaling_target: /^(resource_id|scalable_dimension|service_namespace)$/,
  aws_grafana_workspace: /^endpoint$/,
  aws_grafana_workspace_service_account: /^service_account_id$/,
  aws_lambda_function: /^function_name$/,
  aws_opensearch_domain: /^endpoint$/,
  aws_lb: /^(arn_suffix|dns_name)$/,
  aws_lb_target_group: /^arn_suffix$/,
  aws_vpc_endpoint: /^(prefix_list_id|dns_entry\[0\]\.(dns_name|hosted_zone_id))$/,
  aws_route53_zone: /^zone_id$/,
  tfe_organization_membership: /^user_id$/,
  grafana_data_source: /^uid$/,
  grafana_folder: /^uid$/,
};

const isReferable = (type: string, attribute: string): boolean =>
  REFERABLE.test(attribute) || REFERABLE_OF[type]?.test(attribute) === true;

/** `each.value` of a resource that stands once for every network of a VPC, and the `for_each` that makes it so. */
function isEachNetwork(stack: Stack, path: string, expression: string): boolean {
  if (path.endsWith(".for_each")) return vpcOfNetworks(stack, expression) !== undefined;
  const [, type = "", id = ""] = path.split(".");
  return expression === "each.value" && stack.resource(type)[id]?.for_each !== undefined;
}

/** Where a run in HCP Terraform finds its credentials; only a provider says so. */
const isCredentials = (stack: Stack, path: string, expression: string): boolean =>
  stack.json.variable !== undefined &&
  /^provider\.aws\.[01]\.shared_config_files\.0$/.test(path) &&
  /^var\.tfc_aws_dynamic_credentials\.(default|aliases\["CENTRAL"\])\.shared_config_file$/.test(expression);

export const referencesAreKnown = forStacks(
  "every ${...} is a known reference or escaped, and none dangles",
  (stack) =>
    strings(stack).flatMap(({ path, text }) => {
      const expressions = interpolations(text);
      const other = countOpenings(text) - expressions.length;
      const unknown = expressions.filter((expression) => {
        if (contractField(expression) !== undefined) return stack.json.locals === undefined;
        if (`\${${expression}}` === CONTRACT_LOCAL) return path !== "locals.contract";
        const reference = referredBlock(stack, expression);
        if (reference === undefined) {
          return !isEachNetwork(stack, path, expression) && !isCredentials(stack, path, expression);
        }
        return !isReferable(reference.block.type, reference.attribute);
      });
      return [
        ...unknown.map((expression) => `${path}: \${${expression}}`),
        ...(other > 0 ? [`${path}: an unfinished or nested interpolation, or a directive`] : []),
      ];
    }),
);

/** Dependencies are written as addresses without `${`. */
export const dependenciesExist = forStacks("every depends_on names a block of the stack", (stack) => {
  const known = new Set(
    stack.blocks.map(({ kind, type, id }) => `${kind === "data" ? "data." : ""}${type}.${id}`),
  );
  return stack.blocks.flatMap(({ address, attributes }) =>
    ((attributes.depends_on ?? []) as readonly string[])
      .filter((each) => !known.has(each))
      .map((each) => `${address} depends on ${each}`),
  );
});

/** How CDKTF writes the tokens of strings, lists and maps; numbers are a very large negative one. */
const TOKEN = /[$#&]\{TfToken\[/;
const NUMBER_TOKEN = /-1\.888154589\d+e\+?2\d\d/;

export const noTokens = forStacks("no unresolved CDKTF token", (stack) => [
  ...strings(stack)
    .filter(({ text }) => TOKEN.test(text))
    .map(({ path }) => `token in ${path}`),
  ...(NUMBER_TOKEN.test(stack.text) ? ["a number token"] : []),
]);

/** A rendered collector configuration and the variables that its container has. */
interface RenderedConfig {
  readonly where: string;
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Of task definitions, and of the parameters that publish them; the two belong together by their path. */
function renderedConfigs(stack: Stack): RenderedConfig[] {
  const collectors = containersOf(stack).flatMap(({ where, definitions }) =>
    definitions
      .filter(({ name }) => name === "adot-collector")
      .map((definition) => ({ where, environment: environmentOf(definition), path: logGroupOf(definition) })),
  );
  const inline = collectors.flatMap(({ where, environment }) =>
    environment.AOT_CONFIG_CONTENT === undefined
      ? []
      : [{ where, environment, text: environment.AOT_CONFIG_CONTENT }],
  );
  const published = Object.values(stack.resource("aws_ssm_parameter")).flatMap(
    ({ name, insecure_value: value }) => {
      const path = /^(.*)\/collector-config(\/\d)?$/.exec(asText(name))?.[1];
      if (path === undefined) return [];
      const environment = collectors.find((collector) => collector.path === path)?.environment ?? {};
      return [{ where: asText(name), environment, text: unescape(asText(value)) }];
    },
  );
  return [...inline, ...published];
}

const logGroupOf = (definition: JsonObject): string =>
  asText(asObject(asObject(definition.logConfiguration).options)["awslogs-group"]);

export const configsAreClosed = forStacks(
  "a rendered collector config names only variables that its container has",
  (stack) =>
    renderedConfigs(stack).flatMap(({ where, text, environment }) =>
      [...text.matchAll(/\$[^\s]*/g)]
        .map(([use]) => use)
        .filter((use) => !isOwnVariable(use, environment))
        .map((use) => `${where}: ${use}`),
    ),
);

/** `${env:NAME}` of a variable that is set, or an object of S3; a lone `$` at the end of a regular expression is plain text. */
function isOwnVariable(use: string, environment: Readonly<Record<string, string>>): boolean {
  if (/^\$\{s3:\/\/[a-z0-9.-]+\/[^$}]+\}[^$]*$/.test(use)) return true;
  const name = /^\$\{env:([A-Z_]+)\}[^$]*$/.exec(use)?.[1];
  return name === undefined ? /^\$["'),]+[^$]*$/.test(use) : (environment[name] ?? "") !== "";
}

export const configsArePublished = forStacks(
  "the published collector config of a service is the one that its sidecar runs",
  (stack, tree) => {
    const tenant = tenantOfStack(stack, tree);
    const services = tenant === undefined || tenant.lifecycle === "offboarding" ? [] : tenant.services;
    const configs = renderedConfigs(stack);
    const published = new Map(configs.map(({ where, text }) => [where, text]));
    return services.flatMap(({ name, mode }) => {
      const parameter = `/tenantscope/${tenant?.name ?? ""}/${name}/collector-config`;
      // Long ones are in parts.
      const parts = [parameter, `${parameter}/2`].flatMap((each) => published.get(each) ?? []);
      if (parts.length === 0) return [`nothing in ${parameter}`];
      const run = configs.some(({ where, text }) => !where.startsWith(parameter) && text === parts.join(""));
      // An attached service's document names the parameters instead of repeating them.
      return mode === "attached" || run ? [] : [`${parameter} is not what the task runs`];
    });
  },
);

/** Whole words; a longer name that contains the own one is looked for before the own one is taken out. */
function mentions(text: string, word: string, own: string): boolean {
  const rest = word.includes(own) ? text : text.replaceAll(own, "\0");
  return new RegExp(`(?<![A-Za-z0-9])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z0-9])`).test(
    rest,
  );
}

/** Whether a tenant has limits of its own in what the services share. */
const hasLimits = ({ isolation, limits }: Tenant): boolean =>
  (isolation === "pooled" && limits.activeSeries !== undefined) ||
  limits.logMiBPerSecond !== undefined ||
  limits.logRetentionDays !== undefined;

export const tenantsDoNotKnowEachOther = forStacks(
  "no stack mentions a tenant that it does not serve",
  (stack, tree) => {
    const own = tenantOfStack(stack, tree);
    const { central, tenants } = tree.fleet;
    const allowed = (name: string): boolean =>
      name === own?.name ||
      stack.name === "workspaces" ||
      (stack.name === "limits" && tenants.some((tenant) => tenant.name === name && hasLimits(tenant))) ||
      // The gateway knows the tenants of joined networks by their addresses.
      (stack.name === "central" && central.loki.direct.some(({ tenant }) => tenant === name));
    return tree.fleet.tenants.flatMap(({ name, accountId, services }) => {
      if (name === own?.name) return [];
      const roles = services.flatMap((service) => (service.mode === "attached" ? [service.taskRoleArn] : []));
      // The roles of runs are of one tenant each.
      const pulls =
        stack.name === "central" &&
        central.registry?.repositories.some(({ accountIds }) => accountIds?.includes(accountId)) === true;
      const inside =
        stack.name === "workspaces" ? [] : [...(pulls ? [] : [accountId]), `tenantscope-writer-${name}`];
      return [...(allowed(name) ? [] : [name]), ...inside, ...roles]
        .filter((word) => mentions(stack.text, word, own?.name ?? "\0"))
        .map((word) => `mentions ${word}`);
    });
  },
);

export const noForeignState = forStacks(
  "no stack reads another's state or a sensitive value",
  (stack, tree) => [
    ...(/terraform_remote_state|cross-stack-output|(?<!global_)remote_state/.test(stack.text)
      ? ["remote state"]
      : []),
    ...(/aws_ssm_parameter\.[A-Za-z0-9_-]+\.value\b/.test(stack.text) ? ["reads a parameter by .value"] : []),
    ...stack.blocks
      .filter(({ kind }) => kind === "data")
      .flatMap(({ address, attributes }) =>
        (address === "data.aws_ssm_parameter.contract" && isContractSource(attributes)) ||
        (address === "data.aws_vpc.endpoints_clients_vpc" &&
          isOwnVpc(attributes, tenantOfStack(stack, tree))) ||
        isDomainSource(stack, address, tree) ||
        isMember(stack, address)
          ? []
          : [`reads ${address}`],
      ),
  ],
);

/** Whom the private domain is shared with, and the endpoint through which a tenant comes to it. */
const isDomainSource = ({ name }: Stack, address: string, { fleet }: Tree): boolean =>
  fleet.central.ingest.domain !== undefined &&
  address ===
    (name === "central"
      ? "data.aws_organizations_organization.domain_organization"
      : "data.aws_vpc_endpoint.domain_endpoint");

const isContractSource = (attributes: Readonly<Record<string, Json | undefined>>): boolean =>
  attributes.name === "/tenantscope/contract/v1" &&
  Object.keys(attributes).every((key) => key === "name" || key === "provider");

/** Somebody whom HCP Terraform tells of failed runs. */
const isMember = ({ name }: Stack, address: string): boolean =>
  name === "workspaces" && /^data\.tfe_organization_membership\.member-\d+$/.test(address);

/** The tenant's own VPC, whose networks may use the endpoints that are made in it. */
const isOwnVpc = (attributes: JsonObject, tenant: Tenant | undefined): boolean =>
  tenant?.network.endpoints.kind === "created" &&
  JSON.stringify(attributes) === JSON.stringify({ id: tenant.network.vpcId });

export const TEXT_RULES: readonly Rule[] = [
  referencesAreKnown,
  dependenciesExist,
  noTokens,
  configsAreClosed,
  configsArePublished,
  tenantsDoNotKnowEachOther,
  noForeignState,
];
