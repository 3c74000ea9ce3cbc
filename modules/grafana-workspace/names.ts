/** Names of the Grafana workspace and of what belongs to it, all in the central account. */
export const GRAFANA = {
  workspace: "tenantscope",
  securityGroup: "tenantscope-grafana",
  serviceAccount: "tenantscope-terraform",
} as const;

/** The secret with the token of the service account. */
export const GRAFANA_TOKEN = {
  secret: "tenantscope/grafana-token",
  keyAlias: "alias/tenantscope-grafana-token",
} as const;

/** The function that makes the tokens. */
export const GRAFANA_ADMIN = {
  name: "tenantscope-grafana-admin",
  entry: "lambda/grafana-admin/lambda.ts",
  keyAlias: "alias/tenantscope-grafana-admin",
  logGroup: "/tenantscope/central/grafana-admin",
  metricsNamespace: "Tenantscope/GrafanaAdmin",
  scheduleGroup: "tenantscope-grafana-admin",
  scheduleRole: "tenantscope-grafana-admin-schedule",
} as const;
