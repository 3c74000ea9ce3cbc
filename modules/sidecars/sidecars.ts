import type { Service, Tenant } from "../../fleet/types";
import { COLLECTOR_CONTAINER, ROUTER_CONTAINER, tenantNames } from "../../lib/names";
import {
  collectorContainer,
  collectorInput,
  unconfiguredCollectorContainer,
  type ContainerDefinition,
} from "../collector/container";
import type { CollectorEnv } from "../collector/environment";
import { routerContainer } from "../firelens/container";
import { usesRouter } from "../firelens/size";

/** What the sidecars of all services of a tenant share. Strings may be Terraform references. */
export interface SidecarSettings {
  readonly centralRegion: string;
  readonly images: { readonly adotCollector: string; readonly fluentBit: string };
  readonly collectorEnvironment: Readonly<Partial<Record<CollectorEnv, string>>>;
  /** Host of Loki's listener for joined networks. */
  readonly directHost?: string;
}

/** Names of the sidecars of a task. */
export const sidecarNames = (service: Service): string[] => [
  COLLECTOR_CONTAINER,
  ...(usesRouter(service.logs) ? [ROUTER_CONTAINER] : []),
];

/** Images that a task pulls for its sidecars. */
export const sidecarImages = (service: Service, { images }: SidecarSettings): string[] => [
  images.adotCollector,
  ...(usesRouter(service.logs) ? [images.fluentBit] : []),
];

function router(tenant: Tenant, service: Service, settings: SidecarSettings): ContainerDefinition[] {
  const { destinations } = service.logs;
  if (!usesRouter(service.logs)) return [];
  return [
    routerContainer({
      input: {
        destinations,
        otlpHttpPort: service.otlp.httpPort,
        tenant: tenant.name,
        region: tenant.region,
        logGroup: tenantNames(tenant.name).service(service.name).logGroup,
      },
      image: settings.images.fluentBit,
      ...(destinations.includes("loki-direct") ? { directHost: settings.directHost } : {}),
    }),
  ];
}

function collectorProps(tenant: Tenant, service: Service, settings: SidecarSettings) {
  return {
    input: collectorInput(tenant, service, settings.centralRegion),
    image: settings.images.adotCollector,
    sidecar: service.sidecar,
    logGroup: tenantNames(tenant.name).service(service.name).logGroup,
    environment: settings.collectorEnvironment,
  };
}

/** The sidecars of a task that this program runs. */
export const sidecarContainers = (
  tenant: Tenant,
  service: Service,
  settings: SidecarSettings,
): ContainerDefinition[] => [
  collectorContainer(collectorProps(tenant, service, settings)),
  ...router(tenant, service, settings),
];

/** The same for a document that says where the collector's configuration is. */
export const publishedSidecars = (
  tenant: Tenant,
  service: Service,
  settings: SidecarSettings,
): ContainerDefinition[] => [
  unconfiguredCollectorContainer(collectorProps(tenant, service, settings)),
  ...router(tenant, service, settings),
];
