import { parse } from "yaml";
import { roleArn, stackNames, writerRoleName } from "../../lib/names";
import type { LokiConfig } from "../../modules/loki/config";
import { type ApiDocument } from "../standins/api-gateway-document";
import { type SynthesisedFleet } from "./fleet-under-test";

/** What an apply would know of the ingest API and of what is around it. */
export const API_ID = "abcde12345";
export const VPC_LINK = "vpclink";
export const LOAD_BALANCER = "gateway.elb.internal";

type Resource = Readonly<Record<string, unknown>>;
interface Stack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}

const REFERENCE = /(?<!\$)\$\{([^}]+)\}/g;

/** The text with its Terraform references resolved: by how each begins and ends. Throws when one is unknown. */
function applied(text: string, known: readonly (readonly [RegExp, string])[]): string {
  const resolved = text.replace(REFERENCE, (_, reference: string) => {
    const value = known.find(([pattern]) => pattern.test(reference))?.[1];
    if (value === undefined) throw new Error(`what is ${reference} after an apply?`);
    return value;
  });
  return resolved.replace(/([$%])\1\{/g, "$1{");
}

const resources = (stack: unknown, type: string): Resource[] =>
  Object.values((stack as Stack).resource[type] ?? {});

function only<T>(items: readonly T[], what: string): T {
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
  /** As it holds for this API: the simulator takes a wildcard in the place of the id for no match. */
  readonly resourcePolicy: object;
}

/** Read back from the synthesised `central` and `limits` stacks, with references resolved. */
export function renderedCentral({ fleet, stack }: SynthesisedFleet): RenderedCentral {
  const { accountId, region } = fleet.central;
  const central = stack(stackNames.central);
  const api = only(resources(central, "aws_api_gateway_rest_api"), "REST APIs");
  const known = [
    [/^aws_api_gateway_vpc_link\..*\.id$/, VPC_LINK],
    [/^aws_lb\..*\.dns_name$/, LOAD_BALANCER],
  ] as const;
  const arns = `:${region}:${accountId}:`;
  return {
    gateway: variable(central, "NGINX_CONF"),
    loki: parse(variable(central, "CONFIG")) as LokiConfig,
    lokiOverrides: only(resources(stack(stackNames.limits), "aws_s3_object"), "objects").content as string,
    document: JSON.parse(applied(api.body as string, known)) as ApiDocument,
    resourcePolicy: JSON.parse(
      (api.policy as string)
        .replaceAll(`${arns}*/`, `${arns}${API_ID}/`)
        .replaceAll(`${arns}*"`, `${arns}${API_ID}/*"`),
    ) as object,
  };
}

/** The policies of a tenant's writer role, read from the tenant's stack. */
export function writerPolicies({ fleet, stack }: SynthesisedFleet, tenant: string): object[] {
  const { accountId, region } = fleet.central;
  const json = stack(stackNames.tenant(tenant)) as Stack;
  const [key = ""] =
    Object.entries(json.resource.aws_iam_role ?? {}).find(
      ([, { name }]) => name === writerRoleName(tenant),
    ) ?? [];
  const policies = resources(json, "aws_iam_role_policy").filter(
    ({ role }) => role === `\${aws_iam_role.${key}.name}`,
  );
  const known = [
    [/^local\.contract\.ingest\.executionArn$/, `arn:aws:execute-api:${region}:${accountId}:${API_ID}`],
    [/^local\.contract\.metrics\.workspaceArn$/, `arn:aws:aps:${region}:${accountId}:workspace/ws-1`],
  ] as const;
  if (policies.length === 0) throw new Error(`${roleArn(accountId, writerRoleName(tenant))} has no policy`);
  return policies.map(({ policy }) => JSON.parse(applied(policy as string, known)) as object);
}
