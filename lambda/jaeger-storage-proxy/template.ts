import { flag, integer, listOf, literal, mapOf, object, pattern, type Check } from "./grammar";
import { type IndexKind, type OwnIndices } from "./indices";
import { parseJson } from "./json";
import { denied } from "./refusal";

/** Jaeger's default. Every index that a tenant can make has so many shards, and the cluster has room for so many. */
const MAX_SHARDS = 5;
const MAX_REPLICAS = 2;

const settings = object({
  "index.number_of_shards": integer(1, MAX_SHARDS),
  "index.number_of_replicas": integer(0, MAX_REPLICAS),
  "index.mapping.nested_fields.limit": integer(1, 50),
  "index.requests.cache.enable": flag,
});

const leaf = {
  type: literal("keyword", "text", "long", "integer", "date", "object", "nested", "boolean", "double"),
  ignore_above: integer(1, 8191),
  format: literal("epoch_millis"),
  dynamic: literal(true, false, "true", "false"),
};
const property: Check = (value, at) => {
  object({ ...leaf, properties: mapOf(property) })(value, at);
};
const mappings = object({
  dynamic_templates: listOf(
    mapOf(
      object(
        { mapping: object(leaf), path_match: pattern(/^[A-Za-z.]{1,40}\.\*$/) },
        "mapping",
        "path_match",
      ),
    ),
  ),
  properties: mapOf(property),
  dynamic: leaf.dynamic,
});

/**
 * The index template that Jaeger puts at its start. It sends the pattern `*<prefix>jaeger-span-*`, and `*jaeger-sampling-*`
 * for any prefix: these match other owners' indices too, so the owner's own pattern is written in their place.
 * @returns the body to forward
 */
export function checkedTemplate(body: Buffer, kind: IndexKind, own: OwnIndices): Buffer {
  const index = `jaeger-${kind}-*`;
  const spellings = [`${own.prefix}${index}`, `*${own.prefix}${index}`, `*${index}`];
  const patterns: Check = (value) => {
    const all: unknown[] = Array.isArray(value) ? value : [value];
    if (all.length !== 1 || !spellings.some((spelling) => spelling === all[0])) {
      throw denied(`index_patterns must be ${own.prefix}${index}`);
    }
  };
  const template = parseJson(body, "the body");
  object({ index_patterns: patterns, settings, mappings, aliases: object({}) }, "index_patterns")(
    template,
    "the template",
  );
  return Buffer.from(JSON.stringify({ ...(template as object), index_patterns: [`${own.prefix}${index}`] }));
}
