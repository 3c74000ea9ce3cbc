import { stringify } from "yaml";

/** By their JSON: most components are the same in every tenant, and writing YAML is slow. */
const written = new Map<string, string>();

/** A value on one line. Every string is quoted, singly: none is taken for a number, and JSON need not escape it. */
function flow(value: unknown): string {
  const json = JSON.stringify(value);
  let text = written.get(json);
  if (text === undefined) {
    text = stringify(value, {
      aliasDuplicateObjects: false,
      collectionStyle: "flow",
      defaultKeyType: "PLAIN",
      defaultStringType: "QUOTE_SINGLE",
      flowCollectionPadding: false,
      lineWidth: 0,
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
