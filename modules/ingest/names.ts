/** Names of the ingest API in the central account. */
export const INGEST_NAMES = {
  api: "tenantscope-ingest",
  vpcLink: "tenantscope-ingest",
  /** Access log of the stage. */
  logGroup: "/tenantscope/central/ingest-api",
  logsKeyAlias: "alias/tenantscope-ingest-logs",
  /** Role with which API Gateway writes logs, one for the account and Region. */
  loggingRole: "tenantscope-api-gateway-logs",
} as const;
