import type { Tenant } from "../fleet/types";
import { tenantGrafanaNames } from "../lib/grafana-names";
import { tenantNames } from "../lib/names";
import type { TenantDashboardInput, TenantSources } from "./input";

const sendsTo = ({ services }: Pick<Tenant, "services">, destination: "xray" | "jaeger"): boolean =>
  services.some(({ traces }) => traces.destinations.includes(destination));

/** What the tenant's own people may query, which is what its dashboards ask. */
export function tenantSources(
  tenant: Pick<Tenant, "name" | "isolation" | "services" | "grafana">,
): TenantSources {
  const names = tenantGrafanaNames(tenant.name);
  const { sharedQueries } = tenant.grafana;
  const jaegers = tenant.services
    .filter(({ traces }) => traces.destinations.includes("jaeger"))
    .map(({ traces }) => traces.jaeger);
  const ownJaeger = jaegers.includes("sidecar");
  return {
    ...(tenant.isolation === "dedicated" || sharedQueries.includes("metrics")
      ? { metrics: names.metrics }
      : {}),
    ...(tenant.services.some(({ logs }) => logs.destinations.some((each) => each !== "cloudwatch"))
      ? { loki: names.loki }
      : {}),
    cloudwatch: names.cloudwatch,
    ...(sendsTo(tenant, "xray") ? { xray: names.xray } : {}),
    ...(ownJaeger || (jaegers.length > 0 && sharedQueries.includes("traces"))
      ? { jaeger: { uid: names.jaeger, shared: !ownJaeger } }
      : {}),
  };
}

/** The dashboards' view of a tenant, with these data sources. */
export function tenantDashboardInput(tenant: Tenant, sources: TenantSources): TenantDashboardInput {
  const names = tenantNames(tenant.name);
  const { jaeger } = sources;
  return {
    tenant: tenant.name,
    displayName: tenant.displayName,
    accountId: tenant.accountId,
    region: tenant.region,
    cluster: tenant.cluster.kind === "existing" ? tenant.cluster.name : names.cluster,
    services: [...tenant.services]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, logs, traces, mode }) => ({
        name,
        loki: logs.destinations.some((each) => each !== "cloudwatch"),
        // An attached service's team makes its log group, and calls it what it likes.
        ...(logs.destinations.includes("cloudwatch") && mode === "managed"
          ? { logGroup: names.service(name).logGroup }
          : {}),
        jaeger:
          jaeger !== undefined &&
          traces.destinations.includes("jaeger") &&
          (traces.jaeger === "central") === jaeger.shared,
      })),
    sources,
  };
}
