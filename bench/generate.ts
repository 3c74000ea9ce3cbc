import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Fleets of any size for the benchmark and the tests. Tenant number n is the same in every fleet, so that the cost of a
 * tenant can be compared between sizes; the kinds of tenants recur every {@link KINDS} tenants, like the example fleet's.
 */

const KINDS = 10;
const CENTRAL_ACCOUNT = "100000000000";

/** Name of tenant number `index` (from 0). */
export const tenantName = (index: number): string => `tenant${String(index).padStart(4, "0")}`;

const accountId = (index: number): string => String(200_000_000_000 + index);
const hex = (seed: number): string => (0x0a1b2c3d4e5f60000n + BigInt(seed)).toString(16).padStart(17, "0");

const image = (index: number, region: string, name: string): string =>
  `${accountId(index)}.dkr.ecr.${region}.amazonaws.com/${name}:1.${index % 7}.0`;

function central(): object {
  return {
    accountId: CENTRAL_ACCOUNT,
    region: "eu-west-1",
    organizationId: "o-benchmark01",
    deploy: { centralRoleName: "tenantscope-deploy", tenantRoleName: "tenantscope-deploy" },
    metrics: { retentionDays: 150, sharedActiveSeries: 2_000_000 },
    regions: ["eu-west-1", "us-east-1"],
    alerts: { emails: ["platform@benchmark.example"] },
    tags: { owner: "platform-team" },
  };
}

/** One service that lives off the defaults. */
const plainService = (index: number, region: string): object => ({
  name: "orders",
  image: image(index, region, "orders"),
  port: 8080,
});

/** Load balancer, secrets, policies, every source of metrics. */
const fullService = (index: number, region: string): object => ({
  name: "checkout",
  image: image(index, region, "checkout"),
  cpu: 1024,
  memory: 2048,
  port: 8000,
  count: 2,
  environment: {
    LOG_LEVEL: "info",
    QUEUE_URL: `https://sqs.${region}.amazonaws.com/${accountId(index)}/checkout`,
  },
  secrets: {
    DATABASE_URL: `arn:aws:secretsmanager:${region}:${accountId(index)}:secret:checkout/database-AbCdEf`,
  },
  taskPolicyArns: [`arn:aws:iam::${accountId(index)}:policy/checkout-application`],
  loadBalancer: {
    listenerArn: `arn:aws:elasticloadbalancing:${region}:${accountId(index)}:listener/app/public/0123456789abcdef/0123456789abcdef`,
    priority: 100,
    hosts: [`checkout.${tenantName(index)}.example`],
    healthCheckPath: "/healthz",
    securityGroupId: `sg-${hex(index * 4)}`,
  },
  egress: [{ port: 5432, securityGroupId: `sg-${hex(index * 4 + 1)}`, description: "the orders database" }],
  metrics: { statsd: true, scrape: { path: "/metrics" } },
});

/** A database beside the application. */
const databaseService = (index: number, region: string): object => ({
  name: "catalog",
  image: image(index, region, "catalog"),
  cpu: 1024,
  memory: 3072,
  architecture: "ARM64",
  port: 5000,
  containers: [
    { name: "mongodb", image: image(index, region, "mongo"), memory: 1024, healthCheck: "mongosh --quiet" },
  ],
  dependsOn: [{ container: "mongodb", condition: "HEALTHY" }],
  metrics: { scrape: { path: "/metrics", intervalSeconds: 30 } },
});

const attachedService = (index: number): object => ({
  name: "reports",
  mode: "attached",
  taskRoleArn: `arn:aws:iam::${accountId(index)}:role/reports-task`,
  metrics: { scrape: { port: 9090, path: "/actuator/prometheus" } },
});

/** Workspaces of one's own are rare: an account may have 25. */
const kindOf = (index: number): number => (index % KINDS === 8 && index % 50 !== 8 ? 7 : index % KINDS);

function tenant(index: number): object {
  const kind = kindOf(index);
  const region = kind === 8 ? "us-east-1" : "eu-west-1";
  const common = {
    name: tenantName(index),
    accountId: accountId(index),
    network: {
      vpcId: `vpc-${hex(index)}`,
      privateSubnetIds: [`subnet-${hex(index * 2)}`, `subnet-${hex(index * 2 + 1)}`],
      endpoints: kind === 7 ? { s3RouteTableIds: [`rtb-${hex(index)}`] } : "existing",
    },
    alerts: { emails: [`oncall@${tenantName(index)}.example`] },
  };
  switch (kind) {
    case 6:
      return {
        ...common,
        displayName: `Tenant number ${index}`,
        services: [plainService(index, region), fullService(index, region)],
        cluster: { existing: "production" },
        limits: { activeSeries: 100_000 },
        tags: { costCenter: String(index) },
      };
    case 7:
      return {
        ...common,
        services: [plainService(index, region), fullService(index, region), databaseService(index, region)],
      };
    case 8:
      return {
        ...common,
        region,
        isolation: "dedicated",
        // Over the border there is no private way to the ingest API.
        services: [plainService(index, region), attachedService(index)].map((service) => ({
          ...service,
          logs: { destinations: ["cloudwatch"] },
          traces: { destinations: ["xray"] },
        })),
        limits: { activeSeries: 1_000_000, metricsRetentionDays: 400 },
      };
    case 9:
      return { ...common, lifecycle: "suspended", services: [databaseService(index, region)] };
    default:
      return { ...common, services: [plainService(index, region)] };
  }
}

/** Writes `central.json` and `count` tenants below `root`. */
export function writeFleet(root: string, count: number): void {
  mkdirSync(join(root, "tenants"), { recursive: true });
  writeFileSync(join(root, "central.json"), JSON.stringify(central(), undefined, 2));
  for (let index = 0; index < count; index++) {
    writeFileSync(
      join(root, "tenants", `${tenantName(index)}.json`),
      JSON.stringify(tenant(index), undefined, 2),
    );
  }
}
