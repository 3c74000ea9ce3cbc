import { asObject, asText, isObject, objects, walk, type Json, type JsonObject } from "./json";
import type { Stack } from "./synth";
import { unescape } from "./terraform";

/** Container definitions that stand together, as a task runs them. */
export interface Containers {
  readonly stack: Stack;
  readonly where: string;
  readonly definitions: readonly JsonObject[];
}

const isContainer = (value: Json): boolean => isObject(value) && "image" in value && "name" in value;

/** Every list of container definitions in a stack: of task definitions, parameters and outputs. */
export function containersOf(stack: Stack): Containers[] {
  const places: readonly (readonly [string, JsonObject])[] = [
    ...stack.blocks.map(({ address, attributes }) => [address, attributes] as const),
    ...Object.entries(stack.outputs).map(([id, value]) => [`output.${id}`, value] as const),
  ];
  return places.flatMap(([where, attributes]) =>
    [...walk(attributes)].flatMap(({ value }) =>
      Array.isArray(value) && value.length > 0 && (value as Json[]).every(isContainer)
        ? [{ stack, where, definitions: objects(value) }]
        : [],
    ),
  );
}

/** The environment of a container as Terraform hands it over: `$${` has become `${`, references stand as they are. */
export const environmentOf = (definition: JsonObject): Record<string, string> =>
  Object.fromEntries(
    objects(definition.environment).map((entry) => [asText(entry.name), unescape(asText(entry.value))]),
  );

/** The parsed container definitions of a service's task definition. */
export function taskContainers(stack: Stack, family: string): JsonObject[] {
  const definition = Object.values(stack.resource("aws_ecs_task_definition")).find(
    (each) => each.family === family,
  );
  if (definition === undefined) throw new Error(`${stack.name}: no task definition ${family}`);
  return objects(JSON.parse(asText(definition.container_definitions)) as Json).map(asObject);
}
