import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { tenantDashboards } from "../dashboards/dashboards";
import type { TenantSources } from "../dashboards/input";
import { tenantDashboardInput, tenantSources } from "../dashboards/tenant-input";
import type { Tenant, TenantCentral } from "../fleet/types";
import { GRAFANA_ROLE, tenantGrafanaNames } from "../lib/grafana-names";
import { externalId, roleArn, tenantNames } from "../lib/names";
import type { ContractFields } from "../modules/contract/contract";
import {
  cloudwatchSource,
  jaegerSource,
  lokiSource,
  metricsSource,
  xraySource,
  type DataSourceSpec,
} from "../modules/grafana-content/data-sources";
import {
  accessTrust,
  GrafanaAccessRole,
  queryStatements,
  readStatements,
} from "../modules/grafana-content/roles";
import { TenantContent } from "../modules/grafana-content/tenant-content";
import { queryUrl } from "../modules/jaeger/query";

export interface TenantGrafanaProps {
  readonly central: TenantCentral;
  readonly tenant: Tenant;
  readonly contract: ContractFields;
  /** Where the tenant's metrics are; references. */
  readonly metrics: { readonly workspaceArn: string; readonly queryUrl: string };
  /** Provider of the central account. */
  readonly provider: TerraformProvider;
}

/** The roles that Grafana takes on for a tenant: one in its account, and one for a workspace of metrics of its own. */
function accessRoles(scope: Construct, { central, tenant, metrics, provider }: TenantGrafanaProps) {
  const names = tenantGrafanaNames(tenant.name);
  const trust = accessTrust({
    centralAccountId: central.accountId,
    grafanaRoleArn: roleArn(central.accountId, GRAFANA_ROLE),
    externalId: externalId(central, tenant),
  });
  const as = (arn: string) => ({ arn, externalId: externalId(central, tenant) });
  new GrafanaAccessRole(scope, "grafana-read", {
    name: names.readRole,
    description: `What Grafana reads in the account of tenant ${tenant.name}`,
    trust,
    statements: readStatements({ ...tenant, logGroupPrefix: tenantNames(tenant.name).logGroupPrefix }),
  });
  const read = as(roleArn(tenant.accountId, names.readRole));
  if (tenant.isolation === "pooled") return { read };
  new GrafanaAccessRole(scope, "grafana-query", {
    provider,
    name: names.queryRole,
    description: `Grafana queries the metrics of tenant ${tenant.name} with it`,
    trust,
    statements: queryStatements(metrics.workspaceArn),
  });
  return { read, query: as(roleArn(central.accountId, names.queryRole)) };
}

/** How each of the tenant's data sources asks. The dashboards know of the same ones. */
function specs(scope: Construct, props: TenantGrafanaProps, uids: TenantSources): DataSourceSpec[] {
  const { central, tenant, contract, metrics } = props;
  const { name, region } = tenant;
  const { read, query } = accessRoles(scope, props);
  return [
    ...(uids.metrics === undefined
      ? []
      : [
          metricsSource({
            uid: uids.metrics,
            name: `${name} metrics`,
            url: metrics.queryUrl,
            region: central.region,
            ...(query === undefined ? {} : { role: query }),
          }),
        ]),
    ...(uids.loki === undefined
      ? []
      : [
          lokiSource({
            uid: uids.loki,
            name: `${name} logs`,
            url: contract.loki.url,
            tenant: name,
            ...(uids.jaeger === undefined ? {} : { jaegerUid: uids.jaeger.uid }),
          }),
        ]),
    ...(uids.jaeger === undefined
      ? []
      : [
          jaegerSource({
            uid: uids.jaeger.uid,
            name: `${name} traces`,
            url: queryUrl(uids.jaeger.shared ? undefined : name),
            ...(uids.loki === undefined ? {} : { lokiUid: uids.loki }),
            ...(uids.metrics === undefined ? {} : { metrics: { uid: uids.metrics, tenant: name } }),
          }),
        ]),
    ...(uids.cloudwatch === undefined
      ? []
      : [
          cloudwatchSource({
            uid: uids.cloudwatch,
            name: `${name} CloudWatch`,
            region,
            role: read,
            ...(uids.xray === undefined ? {} : { xrayUid: uids.xray }),
          }),
        ]),
    ...(uids.xray === undefined
      ? []
      : [xraySource({ uid: uids.xray, name: `${name} X-Ray`, region, role: read })]),
  ];
}

/** What a tenant's people see in Grafana, and the roles that it is read with. */
export function tenantGrafana(scope: Construct, props: TenantGrafanaProps): void {
  const { central, tenant } = props;
  const sources = tenantSources(tenant);
  new TenantContent(scope, "grafana", {
    tenant: tenant.name,
    displayName: tenant.displayName,
    licence: central.grafana.licence,
    groupIds: tenant.grafana.groupIds,
    sources: specs(scope, props, sources),
    dashboards: tenantDashboards(tenantDashboardInput(tenant, sources)),
  });
}
