import { IAM_PATH, queryRoleName, tenantNames } from "./names";

/** Names and uids inside the Grafana workspace, and of the roles that it asks with. A uid has 40 characters at most. */

/** Role of the workspace: whoever looks, AWS sees this role. */
export const GRAFANA_ROLE = "tenantscope-grafana";

/** Roles that it takes on in the tenants' accounts, as a pattern of ARNs. */
export const GRAFANA_READ_ROLES = `arn:aws:iam::*:role${IAM_PATH}tenantscope-*-grafana`;

/** Plug-ins that are not part of Grafana, by the type of their data sources. */
export const PROMETHEUS_TYPE = "grafana-amazonprometheus-datasource";
export const XRAY_TYPE = "grafana-x-ray-datasource";

/** About all tenants. No tenant is called `fleet`. */
export const fleetGrafanaNames = {
  folder: "fleet",
  metrics: "amp-fleet",
  cloudwatch: "cloudwatch-fleet",
  xray: "xray-fleet",
  jaeger: "jaeger-fleet",
  contactPoint: "platform-team",
} as const;

/** What one tenant's people see. */
export const tenantGrafanaNames = (tenant: string) => ({
  team: `tenant-${tenant}`,
  folder: `tenant-${tenant}`,
  metrics: `amp-${tenant}`,
  loki: `loki-${tenant}`,
  cloudwatch: `cloudwatch-${tenant}`,
  xray: `xray-${tenant}`,
  jaeger: `jaeger-${tenant}`,
  /** In the tenant's account: what the workspace reads there. */
  readRole: tenantNames(tenant).grafanaRole,
  /** In the central account: the tenant's own workspace of metrics. */
  queryRole: queryRoleName(tenant),
});
