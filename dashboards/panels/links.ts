import { DashboardLinkBuilder, type DashboardLink } from "@grafana/grafana-foundation-sdk/dashboard";

/** Uids of the dashboards; other dashboards, alerts and documents link to them. */
export const dashboardUids = {
  overview: (tenant: string): string => `${tenant}-overview`,
  signals: (tenant: string): string => `${tenant}-signals`,
  fleetHealth: "fleet-health",
  fleetCapacity: "fleet-capacity",
  fleetCost: "fleet-cost",
  fleetTenant: "fleet-tenant",
} as const;

/** A link in the corner of a dashboard that keeps the time and, unless told otherwise, the variables. */
export const toDashboard = (title: string, uid: string, variables = true): DashboardLinkBuilder =>
  new DashboardLinkBuilder(title).url(`/d/${uid}`).keepTime(true).includeVars(variables);

/** A link of a series to a dashboard at the same time. `variables`: name to value, which may be `${__field.labels.x}`. */
export function seriesLink(
  title: string,
  uid: string,
  variables: Readonly<Record<string, string>>,
): DashboardLinkBuilder {
  const query = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`);
  return new DashboardLinkBuilder(title).url(`/d/${uid}?${[...query, "${__url_time_range}"].join("&")}`);
}

/** From a tenant's row of a table to the tenant: as the overrides of a field want it. */
export const TENANT_CELL_LINK = {
  title: "Its services and tasks",
  url: `/d/${dashboardUids.fleetTenant}?var-tenant=\${__data.fields.tenant}&\${__url_time_range}`,
} as DashboardLink;

/** From a tenant's line to the tenant. */
export const tenantSeriesLink = (): DashboardLinkBuilder =>
  seriesLink("Services and tasks of ${__field.labels.tenant}", dashboardUids.fleetTenant, {
    tenant: "${__field.labels.tenant}",
  });

/**
 * An address that opens a query in Explore at the dashboard's time. Grafana's own `${...}` inside the query stay as
 * they are; everything else is encoded.
 */
export function exploreUrl(uid: string, query: Readonly<Record<string, unknown>>): string {
  const panes = {
    one: {
      datasource: uid,
      queries: [{ refId: "A", datasource: { uid }, ...query }],
      range: { from: "${__from}", to: "${__to}" },
    },
  };
  const encoded = JSON.stringify(panes)
    .split(/(\$\{[^}]*\})/)
    .map((part) => (part.startsWith("${") ? part : encodeURIComponent(part)))
    .join("");
  return `/explore?schemaVersion=1&panes=${encoded}`;
}
