/** Names of the storage API in the central account. */
export const STORAGE_NAMES = {
  api: "tenantscope-storage",
  /** Access log of the stage. */
  logGroup: "/tenantscope/central/storage-api",
  logsKeyAlias: "alias/tenantscope-storage-api-logs",
  metricsNamespace: "Tenantscope/StorageApi",
  /** Of what the function behind the API counts itself. */
  proxyMetricsNamespace: "Tenantscope/StorageProxy",
} as const;

/** Roles of the Jaegers in the central account; a tenant with sidecars has a query role of its own. */
export const JAEGER_ROLES = {
  collector: "tenantscope-jaeger-collector",
  query: "tenantscope-jaeger-query",
  tenantQuery: (tenant: string): string => `tenantscope-jaeger-query-${tenant}`,
} as const;
