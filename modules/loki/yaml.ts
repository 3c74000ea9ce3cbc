import { stringify } from "yaml";

/** Plain data as YAML, a line per setting. Every string is quoted, so that none is taken for a number or a boolean. */
export const yamlText = (value: object, keys: "plain" | "quoted" = "plain"): string =>
  stringify(value, {
    aliasDuplicateObjects: false,
    defaultKeyType: keys === "plain" ? "PLAIN" : "QUOTE_SINGLE",
    defaultStringType: "QUOTE_SINGLE",
    lineWidth: 0,
  });
