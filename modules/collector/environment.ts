/**
 * Environment variables that the rendered configuration names: what only a deployment knows. The collector reads an
 * unset one as an empty string, so the task definition must set all of them.
 */
export const COLLECTOR_ENV = [
  "AMP_REMOTE_WRITE_URL",
  "AMP_WRITER_ROLE_ARN",
  "AMP_EXTERNAL_ID",
  // The ingest API: base URL with the stage, and the API's id, which a call through an endpoint's own name needs.
  "INGEST_URL",
  "INGEST_API_ID",
] as const;

export type CollectorEnv = (typeof COLLECTOR_ENV)[number];

/** The collector's own reference to a variable; `lib/terraform-text` keeps Terraform from reading it as its own. */
export const env = (name: CollectorEnv): string => `\${env:${name}}`;
