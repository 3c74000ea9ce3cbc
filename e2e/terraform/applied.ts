import type { Resource, State } from "./stack";

/** Reading what an apply made: the values that AWS would have got. */

export type Environment = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly environment: Environment;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: Readonly<Record<string, string>>;
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

interface RawContainer {
  readonly name: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

export const toContainers = (raw: unknown): Container[] =>
  (raw as readonly RawContainer[]).map(({ name, environment = [] }) => ({
    name,
    environment: Object.fromEntries(environment.map((variable) => [variable.name, variable.value])),
  }));

/** Environment of the collector among `containers`. */
export function collectorEnvironment(containers: readonly Container[]): Environment {
  const collectors = containers.filter(({ name }) => name === "adot-collector");
  const [collector] = collectors;
  if (collector === undefined || collectors.length > 1) throw new Error(`${collectors.length} collectors`);
  return collector.environment;
}

/** Account id in an ARN; undefined for the resources that have no ARN or whose ARN names no account. */
export function accountOf({ values }: Resource): string | undefined {
  const account = typeof values.arn === "string" ? values.arn.split(":")[4] : undefined;
  return account === "" ? undefined : account;
}

/** Region that a resource was made in; undefined for the global ones. */
export const regionOf = ({ values }: Resource): string | undefined =>
  typeof values.region === "string" ? values.region : undefined;
