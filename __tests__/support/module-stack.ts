import { TerraformStack, Testing } from "cdktf";
import { asText, type JsonObject } from "./json";
import { Stack } from "./synth";

/** What one module makes in a stack of its own, and the stack. */
export function alone<T>(build: (scope: TerraformStack) => T): { readonly made: T; readonly stack: Stack } {
  const scope = new TerraformStack(Testing.app(), "test");
  const made = build(scope);
  return { made, stack: new Stack("test", Testing.synth(scope)) };
}

/** A value whose references lack the hashes that CDKTF appends to ids. */
export const withoutHashes = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value).replace(/([a-z_]+\.[\w-]+?)_[0-9A-F]{8}(?=["\\.])/g, "$1"));

/** An attribute of every resource of a type, by address without the type and the id of the module. */
export const byName = (
  stack: Stack,
  module: string,
  type: string,
  attribute: string,
): Record<string, unknown> =>
  Object.fromEntries(
    stack.blocks
      .filter((block) => block.kind === "resource" && block.type === type)
      .map(({ address, attributes }) => [
        address.slice(`${type}.${module}_`.length),
        withoutHashes(attributes[attribute]),
      ]),
  );

/** The VPC endpoints of a stack by the last part of their service's name. */
export const endpointsByService = (stack: Stack): Record<string, JsonObject> =>
  Object.fromEntries(
    Object.values(stack.resource("aws_vpc_endpoint")).map((endpoint) => [
      asText(endpoint.service_name).replace(/^com\.amazonaws\.[a-z0-9-]+\./, ""),
      endpoint,
    ]),
  );

/** A policy that is the text of an attribute. */
export const policyOf = (attributes: JsonObject | undefined, attribute = "policy"): unknown =>
  JSON.parse(asText(attributes?.[attribute]));
