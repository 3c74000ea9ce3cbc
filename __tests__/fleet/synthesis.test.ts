import { Testing } from "cdktf";
import fc from "fast-check";
import { readFleet } from "../../fleet/read";
import { toFleet } from "../../fleet/load";
import {
  goodCentral,
  goodTenant,
  type Json,
  makeFolder,
  removeFolders,
  toText,
} from "../fixtures/fleet/fleet-folder";
import type { Fleet } from "../../fleet/types";
import { stackNames } from "../../lib/names";
import { LimitsStack } from "../../stacks/limits";
import { synthFiles } from "../support/synth";

afterEach(removeFolders);

const ACCOUNT = "222222222222";
const RUNS = 60;

const name = (pattern: RegExp) => fc.stringMatching(pattern, { maxLength: 30 });
const serviceName = name(/^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/);
const securityGroupId = fc.stringMatching(/^sg-[0-9a-f]{8}$/);
/** Ports that the collector takes by default are among them, now and then. */
const port = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 65_535 }) },
  fc.constantFrom(4317, 8125),
);
/** With what Terraform, YAML, JSON and shells give a meaning. */
const text = fc.oneof(
  fc.constantFrom(
    "${HOME}",
    "$${x}",
    "%{if true}",
    '"',
    "\\",
    "${TfToken[0]}",
    "1.5e+289",
    "-1.8881545897087503e+289",
    "a: b",
    "é\u2003語",
  ),
  fc.string({ maxLength: 12 }),
);
const variables = fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), text, { maxKeys: 3 });
const image = fc.constantFrom(
  "localhost:5000/a:1",
  `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/a:1.0.0`,
  `public.ecr.aws/a/b@sha256:${"0".repeat(64)}`,
);
const secrets = fc.dictionary(
  fc.stringMatching(/^S_[A-Z]{1,6}$/),
  fc.constantFrom(
    `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:db-AbCdEf:password::`,
    `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/db`,
  ),
  { maxKeys: 2 },
);
const egressRule = fc.record(
  {
    port,
    protocol: fc.constantFrom("tcp", "udp"),
    cidr: fc
      .tuple(fc.nat(255), fc.integer({ min: 8, max: 16 }))
      .map(([n, bits]) => `10.${String(bits === 16 ? n : 0)}.0.0/${String(bits)}`),
    description: fc.constantFrom("database", "a [b] {c}; $!*"),
  },
  { requiredKeys: ["port", "cidr", "description"] },
);
const metrics = fc.record(
  {
    otlp: fc.boolean(),
    statsd: fc.boolean(),
    ecs: fc.boolean(),
    scrape: fc.record({
      port: fc.integer({ min: 9000, max: 9999 }),
      path: fc.constantFrom("/metrics", "/metrics?format=prometheus"),
    }),
    batchSeconds: fc.integer({ min: 10, max: 60 }),
  },
  { requiredKeys: [] },
);
const logs = fc.record({
  destinations: fc.subarray(["loki", "cloudwatch"], { minLength: 1 }),
});
const traces = fc.record(
  {
    destinations: fc.subarray(["xray", "jaeger"]),
    zipkin: fc.boolean(),
    sampling: fc.record(
      {
        ratio: fc.constantFrom(0, 0.25, 1),
        keepErrors: fc.boolean(),
        keepSlowerThanMs: fc.nat(999).map((ms) => ms + 1),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const loadBalancer = fc.oneof(
  fc.record({
    securityGroupId,
    targetGroupArn: fc.constant(
      `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:targetgroup/a/0123456789abcdef`,
    ),
  }),
  fc.record({
    securityGroupId,
    listenerArn: fc.constant(
      `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:listener/app/a/0123456789abcdef/0123456789abcdef`,
    ),
    priority: fc.integer({ min: 1, max: 50_000 }),
    paths: fc.constant(["/api/*"]),
  }),
);
const policies = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/service-role/A"),
    name(/^[A-Za-z0-9+=,.@_-]{1,20}$/).map((policy) => `arn:aws:iam::${ACCOUNT}:policy/${policy}`),
  ),
  { maxLength: 10 },
);
const managed = fc.record(
  {
    name: serviceName,
    image,
    port,
    count: fc.nat(5),
    architecture: fc.constantFrom("X86_64", "ARM64"),
    environment: variables,
    secrets,
    command: fc.array(text, { minLength: 1, maxLength: 2 }),
    healthCheck: fc.constantFrom("true", 'test "${HOME}"'),
    containers: fc.array(
      fc.record({ name: fc.stringMatching(/^[A-Z][A-Za-z0-9_]{3,8}$/), image, environment: variables }),
      { maxLength: 1 },
    ),
    egress: fc.uniqueArray(egressRule, { maxLength: 3, selector: (rule) => JSON.stringify(rule) }),
    allowFromSecurityGroups: fc.uniqueArray(securityGroupId, { maxLength: 2 }),
    taskPolicyArns: policies,
    secretKmsKeyArns: fc.uniqueArray(
      fc.uuid().map((id) => `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${id}`),
      { maxLength: 2 },
    ),
    loadBalancer,
    metrics,
    logs,
    traces,
  },
  { requiredKeys: ["name", "image", "port"] },
);
const attached = fc.record(
  {
    name: serviceName,
    mode: fc.constant("attached"),
    logs: fc.constant({ destinations: ["cloudwatch"] }),
    traces: fc.constant({ destinations: ["xray"] }),
    taskRoleArn: name(/^[A-Za-z0-9+=,.@_-]{1,64}$/).map((role) => `arn:aws:iam::${ACCOUNT}:role/${role}`),
    metrics,
  },
  { requiredKeys: ["name", "mode", "logs", "traces", "taskRoleArn"] },
);
const tenant = fc.record(
  {
    name: name(/^[a-z][a-z0-9-]{0,19}[a-z0-9]$/),
    displayName: fc.string({ minLength: 1, maxLength: 20 }),
    lifecycle: fc.constantFrom("active", "active", "suspended", "offboarding"),
    isolation: fc.constantFrom("pooled", "dedicated"),
    cluster: fc.constantFrom({ existing: "main" }, { containerInsights: "enhanced" }),
    services: fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: managed }, attached), {
      selector: (service) => service.name,
      minLength: 1,
      maxLength: 3,
    }),
    alerts: fc.constantFrom({ emails: ["a@b.example", "c+d@e.example"] }, {}),
    limits: fc.record({ activeSeries: fc.integer({ min: 1, max: 1_000_000_000 }) }, { requiredKeys: [] }),
    tags: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z.:/=+@-]{0,8}$/),
      fc.stringMatching(/^[ A-Za-z0-9_.-]{0,8}$/),
      { maxKeys: 2 },
    ),
  },
  { requiredKeys: ["name", "services"] },
);

/** Names of the stacks that the tenant's file has a part in. The others are given `central.json` alone, which is always the same. */
function synthesised(fleet: Fleet): string[] {
  const limits = new LimitsStack(Testing.app({ stackTraces: false }), fleet);
  expect(Object.keys(JSON.parse(Testing.synth(limits)) as object)).toContain("resource");
  const { central } = stackNames;
  const own = [...synthFiles(fleet, { shared: false }).keys()].filter((name) => name !== central);
  return [limits.node.id, ...own];
}

test("what the fleet's checks accept can be synthesised", () => {
  let accepted = 0;
  let tried = 0;
  const shared = [stackNames.central, stackNames.grafana];
  fc.assert(
    fc.property(tenant, (manifest) => {
      tried += 1;
      const json: Json = { ...goodTenant(), accountId: ACCOUNT, ...manifest };
      const root = makeFolder({
        "central.json": toText(goodCentral()),
        [`tenants/${manifest.name}.json`]: toText(json),
      });
      const reading = readFleet(root);
      fc.pre(reading.problems.length === 0);
      accepted += 1;
      const fleet = toFleet(reading);
      const names = accepted === 1 ? [...synthFiles(fleet).keys()] : [...shared, ...synthesised(fleet)];
      expect(names.sort()).toEqual(["central", "grafana", "limits", `tenant-${manifest.name}`]);
    }),
    { numRuns: RUNS },
  );
  expect(accepted).toBe(RUNS);
  // Were nearly all refused, the ones that are left would be the plain ones.
  expect(accepted / tried).toBeGreaterThan(0.5);
});
