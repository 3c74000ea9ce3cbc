import { JaegerCollector, type JaegerCollectorProps } from "../../modules/jaeger/collector";
import { JaegerQuery, type JaegerQueryProps } from "../../modules/jaeger/query";
import type { JaegerPlace } from "../../modules/jaeger/service";
import { storageCollectorStatements, storageQueryStatements } from "../../modules/storage-api/statements";
import type { Stack } from "../support/synth";
import { synthModule } from "./gateway-module";

export const ACCOUNT = "111111111111";
export const REGION = "eu-west-1";
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
/** Execution ARN of the storage API. */
export const API = `arn:aws:execute-api:${REGION}:${ACCOUNT}:storage678`;

export const PLACE: JaegerPlace = {
  accountId: ACCOUNT,
  region: REGION,
  clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/tenantscope-central`,
  clusterName: "tenantscope-central",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  httpsEgress: {
    cidrs: ["10.0.0.0/16"],
    prefixListIds: { s3: "pl-s3" },
    securityGroupIds: { endpoints: "sg-endpoints" },
  },
  namespace: { namespaceId: "ns-1", namespaceName: "tenantscope.internal" },
  image: `222222222222.dkr.ecr.${REGION}.amazonaws.com/mirror/jaeger:2.20.0`,
  cpu: 512,
  memory: 1024,
  retentionDays: 7,
  storageUrl: "https://storage.example/v1/s/central",
  statements: storageCollectorStatements(API),
  logRetentionDays: 30,
  alarmTopicArn: TOPIC,
};
export const COLLECTOR: JaegerCollectorProps = { ...PLACE, tasks: { min: 2, max: 6 } };
export const queryProps = (owner?: string): JaegerQueryProps => ({
  ...PLACE,
  tasks: 1,
  clients: { cidrs: ["10.9.0.0/24"], securityGroupIds: { vpn: "sg-vpn" } },
  storageUrl: `https://storage.example/v1/s/${owner ?? "central"}`,
  statements: storageQueryStatements({ executionArn: API, owner: owner ?? "central" }),
  ...(owner === undefined ? {} : { owner }),
});

/** A construct alone in a stack, and what it tells others. */
export interface Built {
  readonly stack: Stack;
  readonly url: string;
  readonly securityGroupId: string;
}

function built(
  make: (scope: Parameters<Parameters<typeof synthModule>[0]>[0]) => Omit<Built, "stack">,
): Built {
  let fields = { url: "", securityGroupId: "" };
  const stack = synthModule((scope) => {
    const { url, securityGroupId } = make(scope);
    fields = { url, securityGroupId };
  });
  return { stack, ...fields };
}

export const collector = (changes: Partial<JaegerCollectorProps> = {}): Built =>
  built((scope) => new JaegerCollector(scope, "jaeger", { ...COLLECTOR, ...changes }));
export const query = (owner?: string, changes: Partial<JaegerQueryProps> = {}): Built =>
  built((scope) => new JaegerQuery(scope, "jaeger", { ...queryProps(owner), ...changes }));

/** The shared collector and query service, and a tenant's own: `role` is its tasks', `tasks` are always there. */
export const SERVICES = [
  {
    ...collector(),
    service: "jaeger",
    role: "tenantscope-jaeger-collector",
    statements: COLLECTOR.statements,
    tasks: 2,
    owner: "central",
  },
  {
    ...query(),
    service: "jaeger-query",
    role: "tenantscope-jaeger-query",
    statements: queryProps().statements,
    tasks: 1,
    owner: "central",
  },
  {
    ...query("acme"),
    service: "jaeger-query-acme",
    role: "tenantscope-jaeger-query-acme",
    statements: queryProps("acme").statements,
    tasks: 1,
    owner: "acme",
  },
] as const;

/** The address of a role by its name. */
export function roleAddress(stack: Stack, name: string): string {
  const found = stack.blocks.find(
    ({ type, attributes }) => type === "aws_iam_role" && attributes.name === name,
  );
  if (found === undefined) throw new Error(`no role ${name}`);
  return found.address;
}
