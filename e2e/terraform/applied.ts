import type { Resource, State } from "./stack";

/** Reading what an apply made: the values that AWS would have got. */

export type Environment = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly environment: Environment;
  readonly logDriver: string;
  readonly firelens: boolean;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: string | Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export const ofType = (state: State, type: string): Resource[] =>
  state.resources.filter((resource) => resource.type === type);

/** The one resource that `matches`; anything but one is an error. */
export function only(
  resources: readonly Resource[],
  matches: (resource: Resource) => boolean = () => true,
): Resource {
  const found = resources.filter(matches);
  const [resource] = found;
  if (resource === undefined || found.length > 1) {
    throw new Error(
      `wanted one resource, found ${found.length}: ${found.map(({ address }) => address).join(", ")}`,
    );
  }
  return resource;
}

/** The one resource of its type with this name. */
export const called = (state: State, type: string, name: string): Resource =>
  only(ofType(state, type), ({ values }) => values.name === name);

/** A value that has to be a text. */
export function text(resource: Resource, attribute: string): string {
  const value = resource.values[attribute];
  if (typeof value !== "string")
    throw new Error(`${resource.address}.${attribute} is ${JSON.stringify(value)}`);
  return value;
}

export const json = (resource: Resource, attribute: string): unknown => JSON.parse(text(resource, attribute));

/** Statements of an IAM document. */
export const statements = (resource: Resource, attribute: string): readonly Statement[] =>
  (json(resource, attribute) as { Statement: readonly Statement[] }).Statement;

/** Only these principals of the account become the role, and only with an id that is the tenant's; the id. */
export function trustedWith(
  role: Resource,
  trust: {
    readonly sid: string;
    readonly accountId: string;
    readonly principals: string | readonly string[];
  },
): string {
  const found = statements(role, "assume_role_policy");
  const externalId = found[0]?.Condition?.StringEquals?.["sts:ExternalId"];
  if (typeof externalId !== "string") throw new Error(`${role.address}: no external id in the trust policy`);
  expect(found).toEqual([
    {
      Sid: trust.sid,
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${trust.accountId}:root` },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "sts:ExternalId": externalId, "aws:PrincipalArn": trust.principals },
      },
    },
  ]);
  return externalId;
}

interface RawContainer {
  readonly name: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly logConfiguration: { readonly logDriver: string };
  readonly firelensConfiguration?: object;
}

export const toContainers = (raw: unknown): Container[] =>
  (raw as readonly RawContainer[]).map(
    ({ name, environment = [], logConfiguration, firelensConfiguration }) => ({
      name,
      environment: Object.fromEntries(environment.map((variable) => [variable.name, variable.value])),
      logDriver: logConfiguration.logDriver,
      firelens: firelensConfiguration !== undefined,
    }),
  );

/** The one container of this name. */
export function container(containers: readonly Container[], name: string): Container {
  const named = containers.filter((candidate) => candidate.name === name);
  const [found] = named;
  if (found === undefined || named.length > 1)
    throw new Error(`${named.length} containers are called ${name}`);
  return found;
}

/** Account id in an ARN; undefined for the resources that have no ARN or whose ARN names no account. */
export function accountOf({ values }: Resource): string | undefined {
  const account = typeof values.arn === "string" ? values.arn.split(":")[4] : undefined;
  return account === "" ? undefined : account;
}

/** Region that a resource was made in; undefined for the global ones. */
export const regionOf = ({ values }: Resource): string | undefined =>
  typeof values.region === "string" ? values.region : undefined;
