import { IMAGES } from "../lib/images";
import { tenantNames } from "../lib/names";
import { OLDEST_GENERATION } from "../modules/collector/generations";
import type {
  RawAttachedService,
  RawContainer,
  RawManagedService,
  RawService,
  RawSidecarSettings,
  RawTenant,
} from "./raw";
import type { AppContainer, Cluster, LoadBalancer, LogDestination, Service, Tenant } from "./types";
import { REGISTRY_DEFAULTS } from "./registry-defaults";
import type { SharedQuery } from "./grafana-types";
import type { TraceDestination } from "./trace-types";
import { VPN_DEFAULTS } from "./vpn-defaults";

const CONTAINER = { environment: {}, secrets: {}, readonlyRootFilesystem: false, dependsOn: [] } as const;

/**
 * Every default of the manifests, in the shape of the files. The schemas state the same values for editors; a test
 * compares the two. Nothing else in the program knows a default.
 */
export const DEFAULTS = {
  central: {
    deploy: { tenantRoleName: "tenantscope-deploy" },
    backend: {
      type: "local",
      cloud: {
        project: "tenantscope",
        executionMode: "remote",
        terraformVersion: "1.11.4",
        assessments: false,
        notifications: { emails: [] },
        manageOidcProvider: true,
      },
      s3: { keyPrefix: "tenantscope" },
    },
    metrics: { retentionDays: 150, sharedActiveSeries: 2_000_000, queryLogMinSamples: 1_000_000 },
    images: IMAGES,
    configGeneration: OLDEST_GENERATION,
    network: {
      cidr: "10.0.0.0/16",
      zones: ["a", "b"],
      egress: "nat",
      natPerZone: false,
      clients: { cidrs: [], securityGroupIds: [] },
    },
    ingest: {
      exposure: "private",
      maxBodyMiB: 4,
      requestsPerSecond: 50,
      burst: 100,
      tasks: { min: 2, max: 6 },
      manageAccountLogging: true,
    },
    jaeger: {
      cpu: 512,
      memory: 1024,
      tasks: { min: 2, max: 6 },
      query: { cpu: 256, memory: 512, tasks: 1 },
      retentionDays: 7,
      storage: {
        instanceType: "m7g.medium.search",
        zones: 2,
        volumeGiB: 50,
        dedicatedMasters: false,
        manageServiceLinkedRole: true,
      },
    },
    loki: {
      replicas: 1,
      cpu: 1024,
      memory: 2048,
      retentionDays: 30,
      logMiBPerSecond: 4,
      maxStreams: 10_000,
      direct: [],
    },
    grafana: {
      licence: "standard",
      adminGroupIds: [],
      editorGroupIds: [],
      viewerGroupIds: [],
      networkAccess: { prefixListIds: [], vpcEndpointIds: [] },
    },
    alerts: {
      emails: [],
      runbooksUrl: "docs/runbooks",
      thresholds: {
        errorRatio: 0.01,
        latencySeconds: 1,
        cpuRatio: 0.9,
        memoryRatio: 0.9,
        taskRestarts: 3,
        queueRatio: 0.8,
        seriesRatio: 0.8,
      },
    },
    waves: [{ name: "canary" }, { name: "fleet" }],
    logRetentionDays: 30,
    tags: {},
  },
  tenant: {
    lifecycle: "active",
    isolation: "pooled",
    network: { httpsEgressCidrs: ["0.0.0.0/0"], endpoints: "none" },
    share: { logs: true, metrics: false, traces: true },
    cluster: { containerInsights: "disabled" },
    limits: {},
    grafana: { groupIds: [], sharedQueries: [] },
    alerts: { emails: [], httpsUrls: [], secretKmsKeyArns: [], thresholds: {} },
    tags: {},
  },
  vpn: VPN_DEFAULTS,
  service: {
    ...CONTAINER,
    mode: "managed",
    cpu: 512,
    memory: 1024,
    architecture: "X86_64",
    count: 1,
    containers: [],
    metrics: {
      otlp: true,
      statsd: false,
      statsdRates: [],
      ecs: true,
      ecsIntervalSeconds: 20,
      statsdIntervalSeconds: 60,
      batchSeconds: 60,
      scrape: { path: "/metrics", intervalSeconds: 60 },
    },
    logs: { destinations: ["loki"] },
    traces: {
      destinations: ["xray", "jaeger"],
      jaeger: "central",
      zipkin: true,
      sampling: { ratio: 1, keepErrors: true, xrayRemote: false },
    },
    exports: { otlp: [] },
    otlp: { grpcPort: 4317, httpPort: 4318, legacyHttp: false },
    sidecar: { memory: 256, cpu: 64, debug: true },
    loadBalancer: { hosts: [], paths: [], healthCheckPath: "/" },
    allowFromSecurityGroups: [],
    egress: [],
    taskPolicyArns: [],
    secretKmsKeyArns: [],
  },
  container: { ...CONTAINER, essential: true },
  egress: { protocol: "tcp" },
  /** Of a wave. */
  wave: { concurrency: 10, images: {} },
  ...REGISTRY_DEFAULTS,
  /** Of a tenant's interface endpoints that are to be created. */
  endpoints: { s3RouteTableIds: [], trustedAccountIds: [] },
  ingestEndpoint: { privateDns: false },
  /** Of a further OTLP endpoint. */
  otlpExport: { headers: {}, secretHeaders: {} },
} as const;

const LOG_DESTINATIONS: readonly LogDestination[] = ["loki", "loki-direct", "cloudwatch"];
const SHARED_QUERIES: readonly SharedQuery[] = ["metrics", "traces"];
const TRACE_DESTINATIONS: readonly TraceDestination[] = ["xray", "jaeger"];

/** Port of a scrape that names none while the service has none either; a rule rejects it, so it never leaves `fleet/`. */
export const NO_PORT = 0;

/** `file` is relative to the fleet's root. */
export function effectiveTenant(raw: RawTenant, file: string, centralRegion: string): Tenant {
  const defaults = DEFAULTS.tenant;
  return {
    file,
    name: raw.name,
    displayName: raw.displayName ?? raw.name,
    accountId: raw.accountId,
    region: raw.region ?? centralRegion,
    lifecycle: raw.lifecycle ?? defaults.lifecycle,
    isolation: raw.isolation ?? defaults.isolation,
    ...(raw.wave !== undefined && { wave: raw.wave }),
    network: effectiveTenantNetwork(raw.network),
    share: effectiveShare(raw.share ?? {}, raw.name),
    cluster: effectiveCluster(raw.cluster ?? {}),
    services: raw.services.map(effectiveService),
    limits: raw.limits ?? defaults.limits,
    grafana: effectiveGrafana(raw.grafana ?? {}),
    alerts: { ...defaults.alerts, ...raw.alerts },
    tags: raw.tags ?? defaults.tags,
  };
}

export const effectiveGrafana = (raw: NonNullable<RawTenant["grafana"]>): Tenant["grafana"] => ({
  ...DEFAULTS.tenant.grafana,
  ...raw,
  sharedQueries: SHARED_QUERIES.filter((each) => raw.sharedQueries?.includes(each)),
});

/** Of the log groups, those of the program's services unless the manifest says otherwise. */
export const effectiveShare = (raw: NonNullable<RawTenant["share"]>, tenant: string): Tenant["share"] => ({
  ...DEFAULTS.tenant.share,
  logGroupPrefixes: [tenantNames(tenant).logGroupPrefix],
  ...raw,
});

export function effectiveTenantNetwork(raw: RawTenant["network"]): Tenant["network"] {
  const defaults = DEFAULTS.tenant.network;
  const endpoints = raw.endpoints ?? defaults.endpoints;
  const { ingestEndpoint, ...rest } = raw;
  return {
    ...defaults,
    ...rest,
    ...(ingestEndpoint && { ingestEndpoint: { ...DEFAULTS.ingestEndpoint, ...ingestEndpoint } }),
    endpoints:
      typeof endpoints === "string"
        ? { kind: endpoints }
        : { kind: "created", subnetIds: raw.privateSubnetIds, ...DEFAULTS.endpoints, ...endpoints },
  };
}

function effectiveCluster(raw: NonNullable<RawTenant["cluster"]>): Cluster {
  if (raw.existing !== undefined) return { kind: "existing", name: raw.existing };
  return { kind: "created", ...DEFAULTS.tenant.cluster, ...raw };
}

export const effectiveService = (raw: RawService): Service =>
  raw.mode === "attached" ? effectiveAttached(raw) : effectiveManaged(raw);

const effectiveAttached = (raw: RawAttachedService): Service => ({
  ...sidecarSettings(raw, undefined),
  mode: "attached",
  taskRoleArn: raw.taskRoleArn,
});

function effectiveManaged(raw: RawManagedService): Service {
  const defaults = DEFAULTS.service;
  const further = raw.containers ?? defaults.containers;
  return {
    ...sidecarSettings(raw, raw.port),
    mode: raw.mode ?? defaults.mode,
    cpu: raw.cpu ?? defaults.cpu,
    memory: raw.memory ?? defaults.memory,
    architecture: raw.architecture ?? defaults.architecture,
    count: raw.count ?? defaults.count,
    containers: [
      effectiveContainer(raw, true),
      ...further.map((each) => ({
        ...effectiveContainer(each, each.essential ?? DEFAULTS.container.essential),
        ...(each.memory !== undefined && { memory: each.memory }),
        ...(each.cpu !== undefined && { cpu: each.cpu }),
      })),
    ],
    ...(raw.loadBalancer && { loadBalancer: effectiveLoadBalancer(raw.loadBalancer) }),
    allowFromSecurityGroups: raw.allowFromSecurityGroups ?? defaults.allowFromSecurityGroups,
    egress: (raw.egress ?? defaults.egress).map((rule) => ({ ...DEFAULTS.egress, ...rule })),
    taskPolicyArns: raw.taskPolicyArns ?? defaults.taskPolicyArns,
    secretKmsKeyArns: raw.secretKmsKeyArns ?? defaults.secretKmsKeyArns,
  };
}

/** `cpu` and `memory` of a service are the task's, so the caller adds those of a container. */
function effectiveContainer(raw: RawContainer & { readonly name: string }, essential: boolean): AppContainer {
  return {
    name: raw.name,
    image: raw.image,
    essential,
    ...(raw.command && { command: raw.command }),
    ...(raw.entryPoint && { entryPoint: raw.entryPoint }),
    ...(raw.port !== undefined && { port: raw.port }),
    environment: raw.environment ?? CONTAINER.environment,
    secrets: raw.secrets ?? CONTAINER.secrets,
    ...(raw.user !== undefined && { user: raw.user }),
    readonlyRootFilesystem: raw.readonlyRootFilesystem ?? CONTAINER.readonlyRootFilesystem,
    dependsOn: raw.dependsOn ?? CONTAINER.dependsOn,
    ...(raw.healthCheck !== undefined && { healthCheck: raw.healthCheck }),
  };
}

function sidecarSettings(raw: RawSidecarSettings, servicePort?: number) {
  const { name, metrics = {}, logs, traces = {}, exports = {}, otlp, sidecar } = raw;
  const destinations: readonly LogDestination[] = logs?.destinations ?? DEFAULTS.service.logs.destinations;
  const tracesDefaults = DEFAULTS.service.traces;
  const traceDestinations: readonly TraceDestination[] = traces.destinations ?? tracesDefaults.destinations;
  const { scrape: scrapeDefaults, ...metricsDefaults } = DEFAULTS.service.metrics;
  const { scrape, ...otherMetrics } = metrics;
  return {
    name,
    otlp: { ...DEFAULTS.service.otlp, ...otlp },
    metrics: {
      ...metricsDefaults,
      ...otherMetrics,
      ...(scrape && {
        scrape: { ...scrapeDefaults, ...scrape, port: scrape.port ?? servicePort ?? NO_PORT },
      }),
    },
    logs: { destinations: LOG_DESTINATIONS.filter((each) => destinations.includes(each)) },
    traces: {
      ...tracesDefaults,
      ...traces,
      destinations: TRACE_DESTINATIONS.filter((each) => traceDestinations.includes(each)),
      sampling: { ...tracesDefaults.sampling, ...traces.sampling },
    },
    exports: {
      ...exports,
      otlp: (exports.otlp ?? DEFAULTS.service.exports.otlp).map((each) => ({
        ...DEFAULTS.otlpExport,
        ...each,
      })),
    },
    sidecar: { ...DEFAULTS.service.sidecar, ...sidecar },
  };
}

function effectiveLoadBalancer(raw: NonNullable<RawManagedService["loadBalancer"]>): LoadBalancer {
  const { securityGroupId, targetGroupArn, listenerArn, priority, ...rule } = raw;
  if (listenerArn !== undefined && priority !== undefined) {
    return {
      ...DEFAULTS.service.loadBalancer,
      ...rule,
      kind: "listener-rule",
      securityGroupId,
      listenerArn,
      priority,
    };
  }
  return { kind: "target-group", securityGroupId, targetGroupArn: targetGroupArn ?? "" };
}
