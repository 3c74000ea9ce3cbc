import type { Service, Tenant } from "../../fleet/types";
import { called, container, json, ofType, only, text, toContainers, type Container } from "./applied";
import type { State } from "./stack";

/** The containers that run beside a tenant's application, after all references have become values. */
export interface Sidecars {
  /** In a published document the application's is not among them. */
  readonly containers: readonly Container[];
  /** With the configuration, wherever that is kept. */
  readonly collector: Container;
}

const CONFIGURATION = "AOT_CONFIG_CONTENT";

export const parameter = (state: State, name: string): string =>
  text(called(state, "aws_ssm_parameter", name), "insecure_value");

/** Of a service that its team runs, merged as the published document says. */
function attached(tenant: Tenant, service: string, state: State): Sidecars {
  const document = parameter(state, `/tenantscope/${tenant.name}/${service}/sidecar`);
  expect(state.outputs[`sidecar_${service}`]).toBe(document);
  const published = JSON.parse(document) as {
    readonly containers: unknown;
    readonly configuration: { readonly environment: string; readonly parameters: readonly string[] };
  };
  const containers = toContainers(published.containers);
  const collector = container(containers, "adot-collector");
  const { environment: variable, parameters } = published.configuration;
  expect(variable).toBe(CONFIGURATION);
  expect(collector.environment).not.toHaveProperty(variable);
  const environment = {
    ...collector.environment,
    [variable]: parameters.map((name) => parameter(state, name)).join(""),
  };
  return { containers, collector: { ...collector, environment } };
}

/** In the task definition of a service. */
function managed(tenant: Tenant, service: string, state: State): Sidecars {
  const definition = only(
    ofType(state, "aws_ecs_task_definition"),
    (candidate) => text(candidate, "family") === `tenantscope-${tenant.name}-${service}`,
  );
  const containers = toContainers(json(definition, "container_definitions"));
  expect(containers[0]?.name).toBe(service);
  return { containers, collector: container(containers, "adot-collector") };
}

export function sidecarsOf(tenant: Tenant, { name, mode }: Service, state: State): Sidecars {
  const sidecars = (mode === "attached" ? attached : managed)(tenant, name, state);
  const config = sidecars.collector.environment[CONFIGURATION];
  // A long one is published in parts.
  const published = ofType(state, "aws_ssm_parameter")
    .map((candidate) => text(candidate, "name"))
    .filter((each) => each.startsWith(`/tenantscope/${tenant.name}/${name}/collector-config`))
    .sort();
  expect(published.map((each) => parameter(state, each)).join("")).toBe(config);
  return sidecars;
}
