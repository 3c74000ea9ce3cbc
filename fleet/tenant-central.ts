import type { Central, Tenant, TenantCentral } from "./types";
import { centralFor } from "./waves";

/** What the stack of that tenant is given of the central settings. */
export function tenantCentral(all: Central, tenant: Pick<Tenant, "wave">): TenantCentral {
  const { accountId, region, organizationId, deploy, backend, metrics, network, alerts, ...central } =
    centralFor(all, tenant);
  const { adotCollector, fluentBit, jaeger } = central.images;
  const { exposure, domain } = central.ingest;
  const { retentionDays, query } = central.jaeger;
  return {
    ...{ accountId, region, organizationId, deploy, backend, metrics, network, alerts },
    logRetentionDays: central.logRetentionDays,
    tags: central.tags,
    images: { adotCollector, fluentBit, jaeger },
    configGeneration: central.configGeneration,
    ingest: { exposure, ...(domain === undefined ? {} : { domain }) },
    jaeger: { retentionDays, query },
    grafana: { licence: central.grafana.licence },
  };
}
