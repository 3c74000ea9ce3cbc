/** Names of the traces' store in the central account. */
export const TRACE_STORE = {
  domain: "tenantscope-traces",
  securityGroup: "tenantscope-traces",
  dataKeyAlias: "alias/tenantscope-traces-data",
  logsKeyAlias: "alias/tenantscope-traces-logs",
  logPolicy: "tenantscope-traces",
} as const;

/** What OpenSearch Service publishes, and the log group of each. */
export const DOMAIN_LOGS = {
  ES_APPLICATION_LOGS: "/tenantscope/central/opensearch/application",
  INDEX_SLOW_LOGS: "/tenantscope/central/opensearch/slow-index",
  SEARCH_SLOW_LOGS: "/tenantscope/central/opensearch/slow-search",
  AUDIT_LOGS: "/tenantscope/central/opensearch/audit",
} as const;

/** The function that stands before the domain. */
export const STORAGE_PROXY = {
  name: "tenantscope-storage-proxy",
  entry: "lambda/jaeger-storage-proxy/lambda.ts",
  keyAlias: "alias/tenantscope-storage-proxy",
  logGroup: "/tenantscope/central/storage-proxy",
} as const;

/** The function that keeps the domain in order. */
export const STORAGE_ADMIN = {
  name: "tenantscope-storage-admin",
  entry: "lambda/storage-admin/lambda.ts",
  keyAlias: "alias/tenantscope-storage-admin",
  logGroup: "/tenantscope/central/storage-admin",
  /** The function's own metrics, by task. */
  metricsNamespace: "Tenantscope/StorageAdmin",
  scheduleGroup: "tenantscope-storage-admin",
  scheduleRole: "tenantscope-storage-admin-schedule",
} as const;

/** The end of the text of every alarm of the traces' store. */
export const RUNBOOK = "Runbook: docs/runbooks/central-traces-storage.md";

/** Parameters below it name the tenants whose traces have a retention of their own; the tenants' stacks write them. */
export const RETENTION_PATH = "/tenantscope/traces/retention";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** The domain's ARN, which is known before the domain is made. */
export const domainArn = ({ accountId, region }: Place): string =>
  `arn:aws:es:${region}:${accountId}:domain/${TRACE_STORE.domain}`;
