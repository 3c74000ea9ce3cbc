import { Document, visit, type Tags } from "yaml";

/** By their JSON: most components are the same in every tenant, and writing YAML is slow. */
const written = new Map<string, string>();

/**
 * Strings that the library would leave plain and Go's parser would refuse or read differently: inside a flow mapping it
 * takes any `?`, and a `:` at the beginning, for a key's mark; it knows one-sided merges, numbers of every base, with
 * underscores anywhere, and dates without zeros.
 */
const MISREAD = [
  /[?]/,
  /^:/,
  /^(=|<<)$/,
  /^[-+]?0[box][\da-f_]*$/i,
  /^[-+]?[.\d][\d_.e+-]*$/i,
  /^\d{4}-\d/,
] as const;

// eslint-disable-next-line no-control-regex -- these are the ones to find
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
/** Of these, the ones that JSON leaves as they are: Go refuses them, or takes them for the end of a line. */
const LEFT = /[\u007f-\u009f\u2028\u2029\ufeff]/g;
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const SETTINGS = {
  // Quotes also what only the older YAML of some parsers takes for something else: yes, no, 12:30.
  version: "1.1",
  // The library writes the mark of a merge as it is, whatever it is told.
  customTags: (tags: Tags): Tags =>
    tags.filter((each) => typeof each === "string" || each.tag !== "tag:yaml.org,2002:merge"),
} as const;

/** A value on one line, quoted only where it must be and then singly: the text has to fit an SSM parameter. */
function flow(value: unknown): string {
  const json = JSON.stringify(value);
  let text = written.get(json);
  if (text === undefined) {
    const document = new Document(value, { ...SETTINGS, aliasDuplicateObjects: false });
    visit(document, {
      Scalar: (_key, node) => {
        const { value: found } = node;
        if (typeof found !== "string") return;
        if (CONTROL.test(found)) node.type = "QUOTE_DOUBLE";
        else if (MISREAD.some((pattern) => pattern.test(found))) node.type = "QUOTE_SINGLE";
      },
    });
    text = document
      .toString({
        collectionStyle: "flow",
        doubleQuotedMinMultiLineLength: Infinity,
        flowCollectionPadding: false,
        lineWidth: 0,
        singleQuote: true,
      })
      .trimEnd()
      .replace(LEFT, escape);
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
