import type { Service, Tenant } from "../../fleet/types";
import { COLLECTOR_CONTAINER, JAEGER_CONTAINER, ROUTER_CONTAINER, tenantNames } from "../../lib/names";
import {
  collectorContainer,
  collectorInput,
  unconfiguredCollectorContainer,
  type ContainerDefinition,
} from "../collector/container";
import type { CollectorEnv } from "../collector/environment";
import type { Generation } from "../collector/generations";
import { routerContainer } from "../firelens/container";
import { usesRouter } from "../firelens/size";
import { jaegerSidecarContainer } from "../jaeger/sidecar";
import { hasJaegerSidecar } from "../jaeger/size";

/** What the sidecars of all services of a tenant share. Strings may be Terraform references. */
export interface SidecarSettings {
  readonly centralRegion: string;
  /** Of the collector's configuration. */
  readonly generation: Generation;
  readonly images: { readonly adotCollector: string; readonly fluentBit: string; readonly jaeger: string };
  readonly collectorEnvironment: Readonly<Partial<Record<CollectorEnv, string>>>;
  /** Host of Loki's listener for joined networks. */
  readonly directHost?: string;
  /** What a Jaeger in the tasks needs. */
  readonly jaeger?: {
    /** Base URL of the tenant's store. */
    readonly storageUrl: string;
    readonly writerRoleArn: string;
    readonly externalId: string;
    readonly retentionDays: number;
  };
}

/** Names of the sidecars of a task. */
export const sidecarNames = (service: Service): string[] => [
  COLLECTOR_CONTAINER,
  ...(usesRouter(service.logs) ? [ROUTER_CONTAINER] : []),
  ...(hasJaegerSidecar(service.traces) ? [JAEGER_CONTAINER] : []),
];

/** Images that a task pulls for its sidecars. */
export const sidecarImages = (service: Service, { images }: SidecarSettings): string[] => [
  images.adotCollector,
  ...(usesRouter(service.logs) ? [images.fluentBit] : []),
  ...(hasJaegerSidecar(service.traces) ? [images.jaeger] : []),
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

function jaeger(tenant: Tenant, service: Service, settings: SidecarSettings): ContainerDefinition[] {
  if (!hasJaegerSidecar(service.traces) || settings.jaeger === undefined) return [];
  return [
    jaegerSidecarContainer({
      ...settings.jaeger,
      tenant: tenant.name,
      tenantRegion: tenant.region,
      centralRegion: settings.centralRegion,
      image: settings.images.jaeger,
      logGroup: tenantNames(tenant.name).service(service.name).logGroup,
    }),
  ];
}

function collectorProps(tenant: Tenant, service: Service, settings: SidecarSettings) {
  return {
    input: collectorInput(tenant, service, settings),
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
  ...jaeger(tenant, service, settings),
];

/** The same for a document that says where the collector's configuration is. */
export const publishedSidecars = (
  tenant: Tenant,
  service: Service,
  settings: SidecarSettings,
): ContainerDefinition[] => [
  unconfiguredCollectorContainer(collectorProps(tenant, service, settings)),
  ...router(tenant, service, settings),
  ...jaeger(tenant, service, settings),
];
