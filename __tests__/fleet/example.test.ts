import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadFleet } from "../../fleet/load";
import { IMAGES } from "../../lib/images";
import type { Fleet, ManagedService, Tenant } from "../../fleet/types";

/** The fleet that the repository comes with. */
const root = join(__dirname, "..", "..");
let fleet: Fleet;
let acme: Tenant;
let globex: Tenant;
let initech: Tenant;

beforeAll(() => {
  fleet = loadFleet(root);
  [acme, globex, initech] = fleet.tenants as [Tenant, Tenant, Tenant];
});

test("three tenants, sorted by name, and nothing to warn of", () => {
  expect(fleet.tenants.map(({ name }) => name)).toEqual(["acme", "globex", "initech"]);
  expect(fleet.warnings).toEqual([]);
});

test("central, with every default applied", () => {
  expect(fleet.central).toEqual({
    accountId: "111111111111",
    region: "eu-west-1",
    organizationId: "o-tenantscope1",
    deploy: { centralRoleName: "tenantscope-deploy", tenantRoleName: "tenantscope-deploy" },
    backend: { type: "local" },
    metrics: { retentionDays: 150, sharedActiveSeries: 2_000_000, queryLogMinSamples: 1_000_000 },
    configGeneration: 1,
    images: IMAGES,
    registry: {
      cache: {
        dockerHubSecretArn:
          "arn:aws:secretsmanager:eu-west-1:111111111111:secret:ecr-pullthroughcache/docker-hub-AbCdEf",
      },
      scanning: { type: "basic", continuous: [] },
      repositories: [{ name: "shop/checkout", untaggedDays: 14, keepImages: 100 }],
      github: {
        manageOidcProvider: true,
        roles: [
          {
            name: "checkout",
            repository: "tenantscope-example@123456/checkout@456789",
            branches: ["main"],
            environments: [],
            push: ["shop/checkout"],
          },
        ],
      },
    },
    network: {
      kind: "created",
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
        instances: 2,
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
    vpn: {
      clientCidr: "10.100.0.0/22",
      authentication: {
        type: "saml",
        samlProviderArn: "arn:aws:iam::111111111111:saml-provider/tenantscope-vpn",
        selfServiceSamlProviderArn: "arn:aws:iam::111111111111:saml-provider/tenantscope-vpn-portal",
      },
      serverCertificateArn:
        "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
      access: {
        grafana: {
          groupIds: ["90a1b2c3-0000-4000-8000-000000000001", "90a1b2c3-0000-4000-8000-000000000002"],
          everybody: false,
        },
        jaeger: { groupIds: ["90a1b2c3-0000-4000-8000-000000000001"], everybody: false },
        loki: { groupIds: ["90a1b2c3-0000-4000-8000-000000000001"], everybody: false },
      },
      closeGrafana: false,
      associations: 2,
      transport: "udp",
      sessionHours: 8,
      serviceSubnets: [],
    },
    waves: [
      { name: "canary", concurrency: 10, images: {} },
      { name: "fleet", concurrency: 10, images: {} },
    ],
    regions: ["eu-west-1", "us-east-1"],
    grafana: {
      licence: "enterprise",
      adminGroupIds: ["90a1b2c3-0000-4000-8000-000000000001"],
      editorGroupIds: [],
      viewerGroupIds: ["90a1b2c3-0000-4000-8000-000000000002"],
      networkAccess: { prefixListIds: [], vpcEndpointIds: [] },
    },
    alerts: {
      emails: ["platform@tenantscope.example"],
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
    logRetentionDays: 30,
    tags: { owner: "platform-team" },
  });
});

test("the ten-line tenant lives off the defaults", () => {
  const text = readFileSync(join(root, "tenants", "acme.json"), "utf8").trim();
  expect(text.split("\n").length).toBeLessThanOrEqual(10);
  expect(acme).toEqual({
    file: "tenants/acme.json",
    name: "acme",
    displayName: "acme",
    accountId: "222222222222",
    region: "eu-west-1",
    wave: "canary",
    lifecycle: "active",
    isolation: "pooled",
    network: {
      vpcId: "vpc-0a1b2c3d4e5f60001",
      privateSubnetIds: ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"],
      httpsEgressCidrs: ["0.0.0.0/0"],
      endpoints: { kind: "existing" },
    },
    share: { logs: true, metrics: false, traces: true, logGroupPrefixes: ["/tenantscope/acme/"] },
    cluster: { kind: "created", containerInsights: "disabled" },
    services: [
      {
        mode: "managed",
        name: "orders",
        cpu: 512,
        memory: 1024,
        architecture: "X86_64",
        count: 1,
        containers: [
          {
            name: "orders",
            image: "222222222222.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
            essential: true,
            port: 8080,
            environment: {},
            secrets: {},
            readonlyRootFilesystem: false,
            dependsOn: [],
          },
        ],
        allowFromSecurityGroups: [],
        egress: [],
        taskPolicyArns: [],
        secretKmsKeyArns: [],
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
        sidecar: { memory: 256, cpu: 64, debug: true },
      },
    ],
    limits: {},
    grafana: { groupIds: [], sharedQueries: [] },
    alerts: { emails: ["oncall@acme.example"], httpsUrls: [], secretKmsKeyArns: [], thresholds: {} },
    tags: {},
  });
});

test("a load balancer's listener rule, egress and a scrape of the service's own port", () => {
  const checkout = globex.services[0] as ManagedService;
  expect(globex.cluster).toEqual({ kind: "existing", name: "globex-production" });
  expect(checkout.loadBalancer).toEqual({
    kind: "listener-rule",
    listenerArn:
      "arn:aws:elasticloadbalancing:eu-west-1:333333333333:listener/app/public/0123456789abcdef/0123456789abcdef",
    priority: 100,
    hosts: ["checkout.globex.example"],
    paths: [],
    healthCheckPath: "/healthz",
    securityGroupId: "sg-0a1b2c3d4e5f60001",
  });
  expect(checkout.egress).toEqual([
    {
      port: 5432,
      protocol: "tcp",
      securityGroupId: "sg-0a1b2c3d4e5f60002",
      description: "the orders database",
    },
  ]);
  expect(checkout.metrics).toMatchObject({
    statsd: true,
    scrape: { port: 8000, path: "/metrics", intervalSeconds: 60 },
  });
});

test("a further container keeps its own memory, the application the task's rest", () => {
  const catalog = globex.services[1] as ManagedService;
  expect(catalog.containers.map(({ name, memory, essential }) => ({ name, memory, essential }))).toEqual([
    { name: "catalog", memory: undefined, essential: true },
    { name: "mongodb", memory: 1024, essential: true },
  ]);
  expect(catalog.containers[0]?.dependsOn).toEqual([{ container: "mongodb", condition: "HEALTHY" }]);
});

test("an attached service has a collector and nothing of a task", () => {
  expect(initech).toMatchObject({ region: "us-east-1", isolation: "dedicated" });
  expect(initech.services[0]).toEqual({
    mode: "attached",
    name: "reports",
    taskRoleArn: "arn:aws:iam::444444444444:role/reports-task",
    otlp: { grpcPort: 4317, httpPort: 4318, legacyHttp: false },
    metrics: {
      otlp: true,
      statsd: false,
      statsdRates: [],
      ecs: true,
      ecsIntervalSeconds: 20,
      statsdIntervalSeconds: 60,
      batchSeconds: 60,
      scrape: { port: 9090, path: "/actuator/prometheus", intervalSeconds: 60 },
    },
    logs: { destinations: ["cloudwatch"] },
    traces: {
      destinations: ["xray"],
      jaeger: "central",
      zipkin: true,
      sampling: { ratio: 1, keepErrors: true, xrayRemote: false },
    },
    exports: { otlp: [] },
    sidecar: { memory: 256, cpu: 64, debug: true },
  });
});

test("endpoints that are to be created are in the tasks' subnets", () => {
  expect(globex.network.endpoints).toEqual({
    kind: "created",
    ...{ subnetIds: ["subnet-0a1b2c3d4e5f60003", "subnet-0a1b2c3d4e5f60004"], trustedAccountIds: [] },
    s3RouteTableIds: ["rtb-0a1b2c3d4e5f60001"],
  });
});

test("every way of a log, and what is shown to the central account from another Region", () => {
  const destinations = fleet.tenants.flatMap(({ name, services }) =>
    services.map((service) => [`${name}/${service.name}`, service.logs.destinations]),
  );
  expect(Object.fromEntries(destinations)).toEqual({
    "acme/orders": ["loki"],
    "globex/checkout": ["loki", "cloudwatch"],
    "globex/catalog": ["loki"],
    "globex/mailer": ["cloudwatch"],
    "initech/reports": ["cloudwatch"],
    "initech/ledger": ["cloudwatch"],
  });
  expect(initech.share).toEqual({
    ...{ logs: true, metrics: false, traces: true },
    logGroupPrefixes: ["/tenantscope/initech/"],
  });
  expect(globex.limits).toEqual({ activeSeries: 500_000, logMiBPerSecond: 8, logRetentionDays: 90 });
});
