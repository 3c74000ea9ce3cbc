import { stringify } from "yaml";

/** By their JSON: most components are the same in every tenant, and writing YAML is slow. */
const written = new Map<string, string>();

/** A value on one line, quoted only where it must be and then singly: the text has to fit an SSM parameter. */
function flow(value: unknown): string {
  const json = JSON.stringify(value);
  let text = written.get(json);
  if (text === undefined) {
    text = stringify(value, {
      aliasDuplicateObjects: false,
      collectionStyle: "flow",
      flowCollectionPadding: false,
      lineWidth: 0,
      singleQuote: true,
      // Quotes also what only the older YAML of some parsers takes for something else: yes, no, 12:30.
      version: "1.1",
    }).trimEnd();
    written.set(json, text);
  }
  return text;
}

/**
 * A mapping as YAML: an entry a line, and so for the entries of the mappings for which `opens` says so (it gets the path
 * of keys). Keys must need no quotes; values are plain data.
 */
export function yamlText(
  mapping: object,
  opens: (path: readonly string[]) => boolean,
  path: readonly string[] = [],
): string {
  const indent = "  ".repeat(path.length);
  return Object.entries(mapping)
    .map(([name, value]: [string, unknown]) => {
      const here = [...path, name];
      return typeof value === "object" && value !== null && opens(here)
        ? `${indent}${name}:\n${yamlText(value, opens, here)}`
        : `${indent}${name}: ${flow(value)}\n`;
    })
    .join("");
}
