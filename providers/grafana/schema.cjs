/**
 * Reads the notation of `description.json` into a Terraform provider schema.
 *
 * An attribute is `type`, then `?` when it may be left out, `+` when the provider computes it, and ` secret` when it is
 * sensitive; one without either mark is required. Types: string, number, bool, list(T), set(T), map(T). A key
 * `name {list|set [min [max]]}` is a nested block.
 */
const ATTRIBUTE = /^([a-z()]+)(\??)(\+?)( secret)?$/;
const BLOCK = /^([a-z_]+) \{(list|set)(?: (\d+))?(?: (\d+))?\}$/;

function type(text) {
  const collection = /^(list|set|map)\((.+)\)$/.exec(text);
  if (collection) return [collection[1], type(collection[2])];
  if (!["string", "number", "bool"].includes(text)) throw new Error(`unknown type ${text}`);
  return text;
}

function attribute(name, text) {
  const match = ATTRIBUTE.exec(text);
  if (!match) throw new Error(`${name}: cannot read "${text}"`);
  const [, kind, optional, computed, sensitive] = match;
  return {
    type: type(kind),
    ...(!optional && !computed && { required: true }),
    ...(optional && { optional: true }),
    ...(computed && { computed: true }),
    ...(sensitive && { sensitive: true }),
  };
}

/** A described block as Terraform prints it: `{attributes, block_types}`. */
function block(description) {
  const attributes = {};
  const block_types = {};
  for (const [key, value] of Object.entries(description)) {
    const nested = BLOCK.exec(key);
    if (!nested) {
      attributes[key] = attribute(key, value);
      continue;
    }
    const [, name, nesting_mode, min, max] = nested;
    block_types[name] = {
      nesting_mode,
      block: block(value),
      ...(min && Number(min) > 0 && { min_items: Number(min) }),
      ...(max && { max_items: Number(max) }),
    };
  }
  return { attributes, ...(Object.keys(block_types).length > 0 && { block_types }) };
}

/** The whole description as `terraform providers schema -json` would print it. */
const providerSchema = (source, { provider, resources }) => ({
  format_version: "1.0",
  provider_schemas: {
    [source]: {
      provider: { version: 0, block: block(provider) },
      resource_schemas: Object.fromEntries(
        Object.entries(resources).map(([name, description]) => [
          name,
          { version: 0, block: block(description) },
        ]),
      ),
      data_source_schemas: {},
    },
  },
});

module.exports = { providerSchema };
