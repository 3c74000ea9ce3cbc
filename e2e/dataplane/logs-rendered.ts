import { parse } from "yaml";
import { roleArn, stackNames, writerRoleName } from "../../lib/names";
import { INGEST_NAMES } from "../../modules/ingest/names";
import type { LokiConfig } from "../../modules/loki/config";
import { type ApiDocument } from "../standins/api-gateway-document";
import { type SynthesisedFleet } from "./fleet-under-test";

/** What an apply would know of the ingest API and of what is around it. */
export const API_ID = "abcde12345";
export const VPC_LINK = "vpclink";
export const LOAD_BALANCER = "gateway.elb.internal";
/** Of the storage API. */
export const STORAGE_API_ID = "stor1abcde";

export type Resource = Readonly<Record<string, unknown>>;
interface Stack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

const REFERENCE = /(?<!\$)\$\{([^}]+)\}/g;

/** Values of references: by how each begins and ends. */
export type Known = readonly (readonly [RegExp, string])[];

/** The text with its Terraform references resolved. Throws when one is unknown. */
export function applied(text: string, known: Known): string {
  const resolved = text.replace(REFERENCE, (_, reference: string) => {
    const value = known.find(([pattern]) => pattern.test(reference))?.[1];
    if (value === undefined) throw new Error(`what is ${reference} after an apply?`);
    return value;
  });
  return resolved.replace(/([$%])\1\{/g, "$1{");
}

export const resources = (stack: unknown, type: string): Resource[] =>
  Object.values((stack as Stack).resource[type] ?? {});

export function only<T>(items: readonly T[], what: string): T {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0) throw new Error(`${items.length} of ${what}, not one`);
  return first;
}

/** The value of a variable that exactly one container of the stack has. */
function variable(stack: unknown, name: string): string {
  const definitions = resources(stack, "aws_ecs_task_definition").flatMap(
    ({ container_definitions: text }) =>
      JSON.parse(text as string) as { environment?: { name: string; value: string }[] }[],
  );
  const values = definitions.flatMap(({ environment = [] }) =>
    environment.filter((entry) => entry.name === name).map(({ value }) => value),
  );
  return applied(only(values, name), []);
}

/** The central services as their stacks have them. */
export interface RenderedCentral {
  readonly gateway: string;
  readonly loki: LokiConfig;
  /** What the `limits` stack puts where Loki's tasks look. */
  readonly lokiOverrides: string;
  readonly document: ApiDocument;
  readonly resourcePolicy: object;
}

/** Read back from the synthesised `central` and `limits` stacks, with references resolved. */
export function renderedCentral({ fleet, stack }: SynthesisedFleet): RenderedCentral {
  const central = stack(stackNames.central);
  const apis = resources(central, "aws_api_gateway_rest_api");
  const api = only(
    apis.filter(({ name }) => name === INGEST_NAMES.api),
    "ingest APIs",
  );
  const known = [
    [/^aws_api_gateway_vpc_link\..*\.id$/, VPC_LINK],
    [/^aws_lb\..*\.dns_name$/, LOAD_BALANCER],
  ] as const;
  return {
    gateway: variable(central, "NGINX_CONF"),
    loki: parse(variable(central, "CONFIG")) as LokiConfig,
    lokiOverrides: only(resources(stack(stackNames.limits), "aws_s3_object"), "objects").content as string,
    document: JSON.parse(applied(api.body as string, known)) as ApiDocument,
    resourcePolicy: policyOfApi(api, fleet.central, API_ID),
  };
}

/** A REST API's resource policy as it holds for the API of this id: the simulator takes a wildcard in its place for no match. */
export function policyOfApi(
  { policy }: Resource,
  { region, accountId }: { readonly region: string; readonly accountId: string },
  apiId: string,
): object {
  const arns = `:${region}:${accountId}:`;
  return JSON.parse(
    (policy as string)
      .replaceAll(`${arns}*/`, `${arns}${apiId}/`)
      .replaceAll(`${arns}*"`, `${arns}${apiId}/*"`),
  ) as object;
}

/** The policies of the role of this name in a stack. Throws when it has none. */
export function rolePolicies({ fleet, stack }: SynthesisedFleet, from: string, roleName: string): object[] {
  const { accountId, region } = fleet.central;
  const json = stack(from) as Stack;
  const [key = ""] =
    Object.entries(json.resource.aws_iam_role ?? {}).find(([, { name }]) => name === roleName) ?? [];
  const policies = resources(json, "aws_iam_role_policy").filter(
    ({ role }) => role === `\${aws_iam_role.${key}.name}`,
  );
  const executionArn = (apiId: string): string => `arn:aws:execute-api:${region}:${accountId}:${apiId}`;
  const known = [
    [/^local\.contract\.ingest\.executionArn$/, executionArn(API_ID)],
    [
      /^(local\.contract\.storage\.executionArn|aws_api_gateway_rest_api\.storage-.*\.execution_arn)$/,
      executionArn(STORAGE_API_ID),
    ],
    [/^local\.contract\.metrics\.workspaceArn$/, `arn:aws:aps:${region}:${accountId}:workspace/ws-1`],
  ] as const;
  if (policies.length === 0) throw new Error(`${roleArn(accountId, roleName)} has no policy`);
  return policies.map(({ policy }) => JSON.parse(applied(policy as string, known)) as object);
}

/** The policies of a tenant's writer role, read from the tenant's stack. */
export const writerPolicies = (of: SynthesisedFleet, tenant: string): object[] =>
  rolePolicies(of, stackNames.tenant(tenant), writerRoleName(tenant));
