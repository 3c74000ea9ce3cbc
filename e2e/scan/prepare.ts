import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asObject, type Json, type JsonObject } from "../../__tests__/support/json";
import type { Stack } from "../../__tests__/support/synth";

/**
 * The stack as checkov can read it in Terraform's JSON: its reader fails on `required_version`, silently and for the whole run.
 */
export function asConfiguration({ json }: Pick<Stack, "json">): JsonObject {
  return { ...json, terraform: without(asObject(json.terraform), new Set(["required_version"])) };
}

/** Arguments of Terraform itself, which a plan's values do not have. */
const META_ARGUMENTS = new Set(["//", "provider", "lifecycle", "depends_on", "provisioner", "for_each"]);

/**
 * The same stack in the shape of a plan (`terraform show -json`), references as they stand. Policies and container definitions
 * are texts in both; only in a plan does checkov look into them.
 */
export function asPlan({ blocks }: Pick<Stack, "blocks">): JsonObject {
  const resources = blocks
    .filter(({ kind }) => kind === "resource")
    .map(({ type, id, attributes }) => ({
      place: { address: `${type}.${id}`, mode: "managed", type, name: id },
      values: without(attributes, META_ARGUMENTS),
    }));
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: {
      root_module: { resources: resources.map(({ place, values }): Json => ({ ...place, values })) },
    },
    resource_changes: resources.map(({ place, values }): Json => ({
      ...place,
      change: { actions: ["create"], before: null, after: values, after_unknown: {} },
    })),
    configuration: { root_module: {} },
  };
}

const without = (object: JsonObject, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));

/** Writes both below `<folder>/<name>`, laid out over lines. */
export function writePrepared(folder: string, name: string, stack: Pick<Stack, "json" | "blocks">): void {
  const write = (file: string, document: JsonObject) => {
    writeFileSync(join(folder, name, file), JSON.stringify(document, null, 1));
  };
  mkdirSync(join(folder, name), { recursive: true });
  write("cdk.tf.json", asConfiguration(stack));
  write("tfplan.json", asPlan(stack));
}
