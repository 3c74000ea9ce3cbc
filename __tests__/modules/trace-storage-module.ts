import { TraceStorage, type TraceStorageProps } from "../../modules/opensearch/trace-storage";
import { asObject, asText, type Json, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { synthModule } from "./gateway-module";

export const ACCOUNT = "111111111111";
export const REGION = "eu-west-1";
export const DOMAIN = `arn:aws:es:${REGION}:${ACCOUNT}:domain/tenantscope-traces`;
export const PROPS: TraceStorageProps = {
  accountId: ACCOUNT,
  region: REGION,
  size: { instanceType: "m7g.medium.search", instances: 2, zones: 2, volumeGiB: 50, dedicatedMasters: false },
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  httpsEgress: { cidrs: ["0.0.0.0/0"] },
  manageServiceLinkedRole: false,
  proxyTimeoutSeconds: 60,
  retentionDays: 7,
  logRetentionDays: 30,
  alarmTopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`,
};

/** What it offers to others, of the last one that was built. */
export const fields: Record<string, string> = {};

export const buildStorage = (changes: Partial<TraceStorageProps> = {}): Stack =>
  synthModule((scope) => {
    const { proxyArn, proxyName, proxyRoleArn } = new TraceStorage(scope, "storage", {
      ...PROPS,
      ...changes,
    });
    Object.assign(fields, { proxyArn, proxyName, proxyRoleArn });
  });

export const parsed = (value: Json | undefined): JsonObject => asObject(JSON.parse(asText(value)) as Json);

/** The two functions by name. */
export const functionOf = (stack: Stack, name: "proxy" | "admin"): JsonObject =>
  asObject(
    Object.values(stack.resource("aws_lambda_function")).find(
      ({ function_name }) => function_name === `tenantscope-storage-${name}`,
    ),
  );

export const withoutHash = (address: string): string => address.replace(/_[0-9A-F]{8}$/, "");

/** The inline policy of the only one whose id begins so. */
export function policyOf(stack: Stack, id: string): JsonObject {
  const found = Object.entries(stack.resource("aws_iam_role_policy")).filter(([each]) =>
    each.startsWith(`${id}_`),
  );
  expect(found).toHaveLength(1);
  return parsed(found[0]?.[1]["policy"]);
}
