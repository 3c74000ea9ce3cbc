import type { AppContainer, Cluster, Endpoints, LoadBalancer, Service, Tenant } from "./types";

/** A tenant in the shape of its file, with everything that the file leaves to defaults; undefined: no such key. */
export function completeManifest(tenant: Tenant): Readonly<Record<string, unknown>> {
  const { name, displayName, accountId, region, lifecycle, isolation, network, share } = tenant;
  return {
    ...{ name, displayName, accountId, region, lifecycle, isolation, wave: tenant.wave },
    network: { ...network, endpoints: endpointsOf(network.endpoints) },
    share,
    cluster: clusterOf(tenant.cluster),
    services: tenant.services.map(serviceOf),
    limits: tenant.limits,
    grafana: tenant.grafana,
    alerts: tenant.alerts,
    tags: tenant.tags,
  };
}

function endpointsOf(endpoints: Endpoints): unknown {
  if (endpoints.kind !== "created") return endpoints.kind;
  return { ...endpoints, kind: undefined };
}

function clusterOf(cluster: Cluster): unknown {
  return cluster.kind === "existing"
    ? { existing: cluster.name }
    : { containerInsights: cluster.containerInsights };
}

function serviceOf(service: Service): unknown {
  const { otlp, metrics, logs, traces, exports, sidecar } = service;
  const telemetry = { otlp, metrics, logs, traces, exports, sidecar };
  const { name, mode } = service;
  if (service.mode === "attached") return { name, mode, taskRoleArn: service.taskRoleArn, ...telemetry };
  const { containers, loadBalancer, ...managed } = service;
  const [application, ...further] = containers;
  return {
    ...{ name, mode },
    // The file has the application's own settings at the level of the service.
    ...(application && applicationOf(application)),
    ...managed,
    containers: further,
    ...(loadBalancer && { loadBalancer: loadBalancerOf(loadBalancer) }),
    ...telemetry,
  };
}

const applicationOf = (container: AppContainer): object => ({ ...container, essential: undefined });

const loadBalancerOf = (loadBalancer: LoadBalancer): object => ({ ...loadBalancer, kind: undefined });
