import type { AppContainer, AttachedService, Central, ManagedService, Tenant } from "../../fleet/types";
import { IMAGES } from "../../lib/images";
import { tenantNames } from "../../lib/names";

/** Parts of fleets with every key set, most of them to the manifest's default. */

export const JAEGER: Central["jaeger"] = {
  cpu: 512,
  memory: 1024,
  tasks: { min: 2, max: 6 },
  query: { cpu: 256, memory: 512, tasks: 1 },
  retentionDays: 7,
  storage: {
    instanceType: "m7g.medium.search",
    zones: 2,
    instances: 2,
    volumeGiB: 50,
    dedicatedMasters: false,
    manageServiceLinkedRole: true,
  },
};

/** Nobody looks from anywhere. */
export const NO_CLIENTS: Central["network"]["clients"] = { cidrs: [], securityGroupIds: [] };

export const CENTRAL_ALERTS: Central["alerts"] = {
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
};

export const TENANT_ALERTS: Tenant["alerts"] = {
  emails: [],
  httpsUrls: [],
  secretKmsKeyArns: [],
  thresholds: {},
};

export const central = (changes: Partial<Central> = {}): Central => ({
  accountId: "111111111111",
  region: "eu-west-1",
  organizationId: "o-tenantscope1",
  deploy: { tenantRoleName: "tenantscope-deploy" },
  backend: { type: "local" },
  metrics: { retentionDays: 150, sharedActiveSeries: 2_000_000, queryLogMinSamples: 1_000_000 },
  images: IMAGES,
  configGeneration: 1,
  network: {
    kind: "created",
    cidr: "10.0.0.0/16",
    zones: ["a", "b"],
    egress: "nat",
    natPerZone: false,
    clients: NO_CLIENTS,
  },
  ingest: {
    exposure: "private",
    maxBodyMiB: 4,
    requestsPerSecond: 50,
    burst: 100,
    tasks: { min: 2, max: 6 },
    manageAccountLogging: true,
  },
  jaeger: JAEGER,
  loki: {
    replicas: 1,
    cpu: 1024,
    memory: 2048,
    retentionDays: 30,
    logMiBPerSecond: 4,
    maxStreams: 10_000,
    direct: [],
  },
  regions: ["eu-west-1"],
  grafana: {
    licence: "standard",
    adminGroupIds: [],
    editorGroupIds: [],
    viewerGroupIds: [],
    networkAccess: { prefixListIds: [], vpcEndpointIds: [] },
  },
  alerts: CENTRAL_ALERTS,
  waves: [
    { name: "canary", concurrency: 10, images: {} },
    { name: "fleet", concurrency: 10, images: {} },
  ],
  logRetentionDays: 30,
  tags: {},
  ...changes,
});

export const SIDECAR = {
  otlp: { grpcPort: 4317, httpPort: 4318, legacyHttp: false },
  metrics: {
    otlp: true,
    statsd: false,
    statsdRates: [],
    ecs: true,
    ecsIntervalSeconds: 20,
    statsdIntervalSeconds: 60,
    batchSeconds: 60,
  },
  logs: { destinations: ["loki"] },
  traces: {
    destinations: ["xray", "jaeger"],
    jaeger: "central",
    zipkin: true,
    sampling: { ratio: 1, keepErrors: true, xrayRemote: false },
  },
  exports: { otlp: [] },
  sidecar: { memory: 256, cpu: 64, debug: false },
} as const;

/** Whether a service of the tenant keeps its traces in indices of the tenant's own. */
export const hasStore = ({ services }: Pick<Tenant, "services">): boolean =>
  services.some(({ traces }) => traces.jaeger === "sidecar" && traces.destinations.includes("jaeger"));

/** Logs and traces of a service whose Region is not that of the private ingest API. */
export const CLOUDWATCH = {
  logs: { destinations: ["cloudwatch"] },
  traces: { ...SIDECAR.traces, destinations: ["xray"] },
} as const;

export const container = (changes: Partial<AppContainer> & Pick<AppContainer, "name">): AppContainer => ({
  image: "registry.example/app:1.0.0",
  essential: true,
  environment: {},
  secrets: {},
  readonlyRootFilesystem: true,
  dependsOn: [],
  ...changes,
});

export const managed = (name: string, changes: Partial<ManagedService> = {}): ManagedService => ({
  ...SIDECAR,
  name,
  mode: "managed",
  cpu: 512,
  memory: 1024,
  architecture: "X86_64",
  count: 1,
  containers: [container({ name, port: 8080 })],
  allowFromSecurityGroups: [],
  egress: [],
  taskPolicyArns: [],
  secretKmsKeyArns: [],
  ...changes,
});

export const attached = (
  name: string,
  taskRoleArn: string,
  changes: Partial<AttachedService> = {},
): AttachedService => ({ ...SIDECAR, name, mode: "attached", taskRoleArn, ...changes });

export const tenant = (
  changes: Partial<Tenant> & Pick<Tenant, "name" | "accountId" | "services">,
): Tenant => ({
  file: `tenants/${changes.name}.json`,
  displayName: changes.name,
  region: "eu-west-1",
  lifecycle: "active",
  isolation: "pooled",
  network: {
    vpcId: "vpc-0a1b2c3d4e5f60009",
    privateSubnetIds: ["subnet-0a1b2c3d4e5f60009"],
    httpsEgressCidrs: ["10.0.0.0/8"],
    endpoints: { kind: "none" },
  },
  share: {
    logs: true,
    metrics: false,
    traces: true,
    logGroupPrefixes: [tenantNames(changes.name).logGroupPrefix],
  },
  cluster: { kind: "created", containerInsights: "disabled" },
  limits: {},
  grafana: { groupIds: [], sharedQueries: [] },
  alerts: TENANT_ALERTS,
  tags: {},
  ...changes,
});
