import type { Central, Fleet } from "../../fleet/types";
import { IMAGES } from "../../lib/images";
import { EVERY_REGISTRY } from "./fleet-images";
import {
  attached,
  central,
  CENTRAL_ALERTS,
  container,
  managed,
  NO_CLIENTS,
  SIDECAR,
  tenant,
} from "./fleet-parts";
import { VPN_BY_CERTIFICATE, vpnBySaml } from "./fleet-vpn";

/** Text that Terraform and the collector would both misread if it went through unescaped. */
const HOSTILE = "${HOME} $${HOME} %{if true} ${aws_iam_role.x.arn} ${TfToken} 100%";

const manyOptions = managed("gateway", {
  architecture: "ARM64",
  count: 3,
  otlp: { grpcPort: 14317, httpPort: 14318, legacyHttp: true },
  metrics: {
    ...SIDECAR.metrics,
    statsd: true,
    statsdRates: ["exact_total"],
    scrape: { port: 9100, path: "/metrics?format=prometheus", intervalSeconds: 5 },
    batchSeconds: 10,
  },
  sidecar: { memory: 512, cpu: 128, debug: true },
  containers: [
    container({
      name: "gateway",
      image: "777777777777.dkr.ecr.eu-west-1.amazonaws.com/gateway:1.0.0",
      port: 8443,
      command: ["serve", HOSTILE],
      entryPoint: ["/bin/sh", "-c"],
      environment: { HOSTILE, ANOTHER: "plain" },
      secrets: {
        PASSWORD: "arn:aws:secretsmanager:eu-west-1:777777777777:secret:gateway/db-AbCdEf:password::",
        USERNAME: "arn:aws:secretsmanager:eu-west-1:777777777777:secret:gateway/db-AbCdEf:username::",
        LICENCE: "arn:aws:ssm:eu-west-1:777777777777:parameter/gateway/licence",
      },
      user: "1000:1000",
      memory: 512,
      cpu: 128,
      dependsOn: [{ container: "cache", condition: "HEALTHY" }],
    }),
    container({
      name: "cache",
      image: "999999999999.dkr.ecr.us-east-1.amazonaws.com/shared/cache@sha256:0123",
      essential: false,
      readonlyRootFilesystem: false,
      healthCheck: `test "${HOSTILE}"`,
    }),
  ],
  loadBalancer: {
    kind: "listener-rule",
    securityGroupId: "sg-0a1b2c3d4e5f60091",
    listenerArn:
      "arn:aws:elasticloadbalancing:eu-west-1:777777777777:listener/app/public/0123456789abcdef/0123456789abcdef",
    priority: 7,
    hosts: ["gateway.stark.example"],
    paths: ["/api/*"],
    healthCheckPath: "/healthz",
  },
  allowFromSecurityGroups: ["sg-0a1b2c3d4e5f60091", "sg-0a1b2c3d4e5f60092"],
  egress: [
    { port: 53, protocol: "udp", cidr: "10.0.0.2/32", description: "resolver" },
    { port: 53, protocol: "tcp", cidr: "10.0.0.2/32", description: "resolver, long answers" },
    { port: 6379, protocol: "tcp", securityGroupId: "sg-0a1b2c3d4e5f60093", description: "cache" },
  ],
  taskPolicyArns: ["arn:aws:iam::777777777777:policy/gateway"],
  secretKmsKeyArns: ["arn:aws:kms:eu-west-1:777777777777:key/99999999-2222-3333-4444-555555555555"],
});

const mirrored = (image: string): string => `111111111111.dkr.ecr.eu-west-1.amazonaws.com/mirror/${image}`;

/** A network excludes the others, so every fleet of {@link everyOptionFleet} has one of them. */
const EVERY_NETWORK: Readonly<
  Record<Central["backend"]["type"], Pick<Central, "network" | "images" | "vpn">>
> = {
  local: {
    network: {
      kind: "created",
      cidr: "10.64.0.0/18",
      zones: ["c", "a", "b"],
      egress: "nat",
      natPerZone: true,
      clients: { cidrs: ["10.99.0.0/22"], securityGroupIds: ["sg-0a1b2c3d4e5f60099"] },
    },
    images: IMAGES,
  },
  cloud: {
    network: {
      kind: "created",
      cidr: "172.16.0.0/20",
      zones: ["a", "b", "c"],
      egress: "endpoints",
      natPerZone: false,
      clients: NO_CLIENTS,
    },
    vpn: vpnBySaml(HOSTILE),
    images: {
      adotCollector: mirrored("aws-otel-collector:v0.50.0"),
      // Copied by the registry's cache.
      fluentBit: IMAGES.fluentBit,
      jaeger: IMAGES.jaeger,
      loki: mirrored("loki:3.7.6"),
      nginx: mirrored("nginx-unprivileged:1.28.0"),
      busybox: mirrored("busybox:1.37.0"),
      awsCli: mirrored("aws-cli:2.31.0"),
    },
  },
  s3: {
    network: {
      kind: "existing",
      vpcId: "vpc-0a1b2c3d4e5f60011",
      cidr: "10.11.0.0/16",
      privateSubnetIds: ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012", "subnet-0a1b2c3d4e5f60013"],
      clients: { cidrs: ["10.98.0.0/22"], securityGroupIds: ["sg-0a1b2c3d4e5f60098"] },
    },
    vpn: VPN_BY_CERTIFICATE,
    images: IMAGES,
  },
};

/** A fleet that uses every option of the manifests at least once, some of them with hostile text. */
export const everyOptionFleet = (backend: Central["backend"]): Fleet => ({
  central: central({
    backend,
    deploy: {
      ...{ centralRoleName: "observability-deploy", tenantRoleName: "spoke-deploy" },
      ...{ centralPlanRoleName: "observability-plan", tenantPlanRoleName: "spoke-plan" },
      tokenRoleName: "observability-token",
    },
    tags: { note: HOSTILE },
    ...EVERY_NETWORK[backend.type],
    registry: EVERY_REGISTRY,
    ingest: {
      exposure: "public",
      maxBodyMiB: 9,
      requestsPerSecond: 200,
      burst: 400,
      tasks: { min: 3, max: 12 },
      manageAccountLogging: true,
      domain: {
        name: "telemetry.tenantscope.example",
        certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/11111111-2222-3333-4444-555555555555",
      },
    },
    jaeger: {
      cpu: 1024,
      memory: 2048,
      tasks: { min: 3, max: 9 },
      query: { cpu: 512, memory: 1024, tasks: 2 },
      retentionDays: 30,
      storage: {
        instanceType: "r7g.large.search",
        zones: 3,
        instances: 6,
        volumeGiB: 500,
        dedicatedMasters: true,
        manageServiceLinkedRole: false,
      },
    },
    loki: {
      replicas: 3,
      cpu: 2048,
      memory: 8192,
      retentionDays: 365,
      logMiBPerSecond: 16,
      maxStreams: 50_000,
      direct: [{ cidr: "10.77.0.0/16", tenant: "stark" }],
    },
    regions: ["eu-west-1", "us-west-2"],
    grafana: {
      licence: "enterprise",
      adminGroupIds: ["11111111-0000-0000-0000-000000000001"],
      editorGroupIds: ["11111111-0000-0000-0000-000000000002"],
      viewerGroupIds: ["11111111-0000-0000-0000-000000000003", "11111111-0000-0000-0000-000000000004"],
      networkAccess: { prefixListIds: ["pl-0a1b2c3d4e5f60001"], vpcEndpointIds: ["vpce-0a1b2c3d4e5f60001"] },
    },
    alerts: {
      ...CENTRAL_ALERTS,
      emails: ["platform@tenantscope.example"],
      runbooksUrl: "https://runbooks.tenantscope.example",
    },
    waves: [
      {
        name: "canary",
        concurrency: 1,
        configGeneration: 2,
        images: { adotCollector: mirrored("aws-otel-collector:v0.51.0") },
      },
      { name: "fleet", concurrency: 10, images: {} },
    ],
  }),
  warnings: [],
  tenants: [
    tenant({
      name: "hooli",
      accountId: "505050505050",
      lifecycle: "offboarding",
      services: [managed("search")],
    }),
    tenant({
      name: "stark",
      displayName: HOSTILE,
      accountId: "777777777777",
      network: {
        vpcId: "vpc-0a1b2c3d4e5f60077",
        privateSubnetIds: ["subnet-0a1b2c3d4e5f60077", "subnet-0a1b2c3d4e5f60078"],
        httpsEgressCidrs: ["10.0.0.0/8", "192.168.0.0/16"],
        endpoints: {
          kind: "created",
          subnetIds: ["subnet-0a1b2c3d4e5f60078"],
          services: ["ecr.api", "ecr.dkr", "logs", "sts"],
          s3RouteTableIds: ["rtb-0a1b2c3d4e5f60077"],
          trustedAccountIds: ["999999999999"],
        },
        ingestEndpoint: {
          endpointId: "vpce-0a1b2c3d4e5f60077",
          dnsName: "vpce-0a1b2c3d4e5f60077-abcdefgh.execute-api.eu-west-1.vpce.amazonaws.com",
          privateDns: false,
        },
      },
      share: { logs: true, metrics: true, traces: true, logGroupPrefixes: [] },
      cluster: { kind: "existing", name: "stark-shared" },
      services: [
        manyOptions,
        managed("worker", {
          containers: [container({ name: "worker" })],
          metrics: { ...SIDECAR.metrics, otlp: false, ecs: false },
          logs: { destinations: ["loki", "loki-direct", "cloudwatch"] },
          traces: {
            ...SIDECAR.traces,
            jaeger: "sidecar",
            sampling: { ratio: 0.5, keepErrors: false, xrayRemote: true },
          },
          exports: {
            emf: { namespace: "stark/worker" },
            otlp: [
              {
                name: "partner",
                endpoint: "https://otlp.partner.example:4318/base",
                signals: ["metrics", "logs", "traces"],
                headers: { "x-note": "%{if true} 100%" },
                secretHeaders: { "api-key": "s3://stark-secrets/partner/key" },
              },
            ],
          },
        }),
      ],
      limits: { activeSeries: 1000, logMiBPerSecond: 2, logRetentionDays: 14, traceRetentionDays: 21 },
      grafana: {
        groupIds: ["22222222-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002"],
        sharedQueries: ["metrics", "traces"],
      },
      alerts: {
        emails: ["first@stark.example", "second@stark.example"],
        httpsUrls: ["https://alerts.stark.example/sns?team=on-call"],
        slackSecretArn: "arn:aws:secretsmanager:eu-west-1:777777777777:secret:slack-AbCdEf",
        pagerDutySecretArn: "arn:aws:secretsmanager:eu-west-1:777777777777:secret:pagerduty-AbCdEf",
        secretKmsKeyArns: ["arn:aws:kms:eu-west-1:777777777777:key/88888888-2222-3333-4444-555555555555"],
        thresholds: { errorRatio: 0.001, taskRestarts: 10 },
      },
      tags: { note: HOSTILE },
    }),
    tenant({
      name: "wayne",
      wave: "canary",
      accountId: "888888888888",
      region: "us-west-2",
      lifecycle: "suspended",
      isolation: "dedicated",
      cluster: { kind: "created", containerInsights: "enhanced" },
      services: [
        attached("cave", "arn:aws:iam::888888888888:role/cave-task"),
        managed("tower", {
          traces: {
            ...SIDECAR.traces,
            sampling: { ratio: 0.1, keepErrors: true, keepSlowerThanMs: 500, xrayRemote: false },
          },
          loadBalancer: {
            kind: "target-group",
            securityGroupId: "sg-0a1b2c3d4e5f60088",
            targetGroupArn:
              "arn:aws:elasticloadbalancing:us-west-2:888888888888:targetgroup/tower/0123456789abcdef",
          },
        }),
      ],
      share: { logs: false, metrics: false, traces: false, logGroupPrefixes: [] },
      limits: { metricsRetentionDays: 30 },
    }),
  ],
});
