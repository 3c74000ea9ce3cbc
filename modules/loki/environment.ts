/**
 * Variables that the rendered configuration names (`-config.expand-env`): what only a deployment knows. Loki reads an
 * unset one as an empty string, so the task definition must set all of them.
 */
export const LOKI_ENV = ["LOKI_CHUNKS_KEY_ARN"] as const;

export type LokiEnv = (typeof LOKI_ENV)[number];

/** Loki's own reference to a variable; `lib/terraform-text` keeps Terraform from reading it as its own. */
export const env = (name: LokiEnv): string => `\${${name}}`;
