import { stringify } from "yaml";
import type { RuleFile } from "./types";

/** Every string in quotes: no older YAML takes one for something else. */
const OPTIONS = {
  aliasDuplicateObjects: false,
  lineWidth: 0,
  defaultStringType: "QUOTE_DOUBLE",
  defaultKeyType: "PLAIN",
} as const;

export const quotedYaml = (value: unknown): string => stringify(value, OPTIONS);

/** As Prometheus reads it. Plain text: an argument of Terraform still needs `literal()`. */
export const ruleYaml = (file: RuleFile): string => quotedYaml(file);
