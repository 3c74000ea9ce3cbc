import {
  CentralVpc,
  type CentralNetworkProps,
  type CreatedVpc,
  type ExistingVpc,
} from "../../modules/network/central-network";
import { alone } from "./module-stack";
import type { Stack } from "./synth";

const ACCOUNT = { accountId: "111111111111", region: "eu-west-1" };

export const FLOW_LOGS = {
  traffic: "REJECT",
  logGroup: "/tenantscope/central/flow-logs",
  retentionDays: 30,
} as const;

/** What the flow logs of a VPC consist of. */
export const FLOW_LOG_CENSUS = {
  aws_cloudwatch_log_group: 1,
  aws_flow_log: 1,
  aws_iam_role: 1,
  aws_iam_role_policy: 1,
  aws_kms_alias: 1,
  aws_kms_key: 1,
};

/** A VPC of three zones with one NAT gateway, but for what is said. */
export const created = (change: Partial<CreatedVpc> = {}): CreatedVpc => ({
  kind: "created",
  cidr: "10.20.0.0/16",
  zones: ["a", "b", "c"],
  egress: { kind: "nat", natPerZone: false },
  flowLogs: FLOW_LOGS,
  ...change,
});

/** An existing VPC that is left alone, but for what is said. */
export const existing = (change: Partial<ExistingVpc> = {}): ExistingVpc => ({
  kind: "existing",
  vpcId: "vpc-0aaaa",
  cidr: "10.30.0.0/16",
  privateSubnetIds: ["subnet-0aaaa", "subnet-0bbbb"],
  publicSubnetIds: ["subnet-0cccc"],
  s3RouteTableIds: [],
  ...change,
});

/** The stack that the network alone makes, and what the network says of itself. */
export function network(
  vpc: CentralNetworkProps["vpc"],
  change: Partial<CentralNetworkProps> = {},
): { readonly made: CentralVpc; readonly stack: Stack } {
  return alone(
    (scope) =>
      new CentralVpc(scope, "network", {
        ...ACCOUNT,
        organizationId: "o-tenantscope1",
        name: "tenantscope-central",
        vpc,
        extraEndpoints: [],
        ...change,
      }),
  );
}
