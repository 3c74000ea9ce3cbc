import { join } from "node:path";
import { loadFleet } from "../../fleet/load";
import type {
  AppContainer,
  AttachedService,
  Central,
  Fleet,
  ManagedService,
  Tenant,
} from "../../fleet/types";
import { IMAGES } from "../../lib/images";

/** The fleet that the repository ships. */
export const exampleFleet = (): Fleet => loadFleet(join(__dirname, "..", ".."));

/** A fleet with some tenants put in place of those of the same name, or added. */
export function fleetWith(fleet: Fleet, ...tenants: readonly Tenant[]): Fleet {
  const replaced = new Set(tenants.map(({ name }) => name));
  const kept = fleet.tenants.filter(({ name }) => !replaced.has(name));
  return { ...fleet, tenants: [...kept, ...tenants].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export const fleetWithout = (fleet: Fleet, name: string): Fleet => ({
  ...fleet,
  tenants: fleet.tenants.filter((tenant) => tenant.name !== name),
});

export function tenantOf(fleet: Fleet, name: string): Tenant {
  const tenant = fleet.tenants.find((each) => each.name === name);
  if (tenant === undefined) throw new Error(`no tenant ${name}`);
  return tenant;
}

export const central = (changes: Partial<Central> = {}): Central => ({
  accountId: "111111111111",
  region: "eu-west-1",
  organizationId: "o-tenantscope1",
  deploy: { tenantRoleName: "tenantscope-deploy" },
  backend: { type: "local" },
  metrics: { retentionDays: 150, sharedActiveSeries: 2_000_000, queryLogMinSamples: 1_000_000 },
  images: { adotCollector: IMAGES.adotCollector },
  logRetentionDays: 30,
  tags: {},
  ...changes,
});

const SIDECAR = {
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
  sidecar: { memory: 256, cpu: 64, debug: false },
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
  },
  cluster: { kind: "created", containerInsights: "disabled" },
  limits: {},
  alerts: { emails: [] },
  tags: {},
  ...changes,
});

/** The example's tenants, a suspended one and a second dedicated one: every kind of pair meets. */
export const mixedFleet = (): Fleet =>
  fleetWith(
    exampleFleet(),
    tenant({
      name: "umbrella",
      accountId: "505050505050",
      lifecycle: "suspended",
      services: [managed("labs"), managed("hive")],
    }),
    tenant({
      name: "wonka",
      accountId: "666666666666",
      region: "eu-central-1",
      isolation: "dedicated",
      services: [
        managed("candy"),
        attached("river", "arn:aws:iam::666666666666:role/teams/chocolate/river-task"),
      ],
    }),
  );

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

/** A fleet that uses every option of the manifests at least once, some of them with hostile text. */
export const everyOptionFleet = (backend: Central["backend"]): Fleet => ({
  central: central({
    backend,
    deploy: { centralRoleName: "observability-deploy", tenantRoleName: "spoke-deploy" },
    tags: { note: HOSTILE },
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
      },
      cluster: { kind: "existing", name: "stark-shared" },
      services: [
        manyOptions,
        managed("worker", {
          containers: [container({ name: "worker" })],
          metrics: { ...SIDECAR.metrics, otlp: false, ecs: false },
        }),
      ],
      limits: { activeSeries: 1000 },
      alerts: { emails: ["first@stark.example", "second@stark.example"] },
      tags: { note: HOSTILE },
    }),
    tenant({
      name: "wayne",
      accountId: "888888888888",
      region: "us-west-2",
      lifecycle: "suspended",
      isolation: "dedicated",
      cluster: { kind: "created", containerInsights: "enhanced" },
      services: [
        attached("cave", "arn:aws:iam::888888888888:role/cave-task"),
        managed("tower", {
          loadBalancer: {
            kind: "target-group",
            securityGroupId: "sg-0a1b2c3d4e5f60088",
            targetGroupArn:
              "arn:aws:elasticloadbalancing:us-west-2:888888888888:targetgroup/tower/0123456789abcdef",
          },
        }),
      ],
      limits: { metricsRetentionDays: 30 },
    }),
  ],
});

export const S3_BACKEND = {
  type: "s3",
  bucket: "observability-state",
  region: "eu-west-1",
  keyPrefix: "tenantscope",
  kmsKeyArn: "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555",
} as const;

export const CLOUD_BACKEND = { type: "cloud", organization: "example", project: "observability" } as const;
