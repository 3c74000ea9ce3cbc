import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { awsProvider } from "../../lib/stack-options";
import { Loki, type LokiProps } from "../../modules/loki/loki";
import type { Replicas } from "../../modules/loki/names";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { Stack } from "../support/synth";
import { interpolations } from "../support/terraform";

export const ACCOUNT = "111111111111";
export const REGION = "eu-west-1";
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;

export const props = (replicas: Replicas): LokiProps => ({
  accountId: ACCOUNT,
  region: REGION,
  replicas,
  images: {
    loki: "docker.io/grafana/loki:3.7.6",
    busybox: "public.ecr.aws/docker/library/busybox:1.37.0",
    awsCli: `222222222222.dkr.ecr.${REGION}.amazonaws.com/mirror/aws-cli:2.31.0`,
  },
  cpu: 1024,
  memory: 4096,
  ephemeralStorageGiB: 40,
  limits: { mibPerSecond: 4, retentionDays: 30, maxStreams: 5000 },
  undoDays: 7,
  clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/tenantscope-central`,
  clusterName: "tenantscope-central",
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
  clients: { gateway: "sg-gateway", grafana: "sg-grafana" },
  httpsEgress: { cidrs: ["10.0.0.0/16"], prefixListIds: { s3: "pl-s3" } },
  namespace: { namespaceId: "ns-1", namespaceName: "tenantscope.internal" },
  logRetentionDays: 60,
  alarmTopicArn: TOPIC,
});

/** What a construct makes, alone in a stack. */
export function synthesise(build: (stack: TerraformStack) => void): Stack {
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-synth-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stack = new TerraformStack(app, "central");
    awsProvider(stack, "aws", { accountId: ACCOUNT, region: REGION, tags: {} });
    build(stack);
    app.synth();
    return new Stack("central", readFileSync(join(outdir, "stacks/central/cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const loki = (replicas: Replicas): Stack =>
  synthesise((stack) => {
    new Loki(stack, "loki", props(replicas));
  });

/** Stands for what AWS would answer: the type and id of the block, as an ARN for `arn`. */
export function resolved(text: string): string {
  return interpolations(text).reduce((result, expression) => {
    const [type = "", id = "", attribute] = expression.split(".");
    const name = id.replace(/_[0-9A-F]{8}$/, "");
    const service =
      { aws_kms_key: "kms", aws_s3_bucket: "s3", aws_iam_role: "iam" }[type] ?? "elasticfilesystem";
    const path = {
      aws_kms_key: `key/${name}`,
      aws_s3_bucket: name,
      aws_iam_role: `role/tenantscope/${name}`,
      aws_efs_file_system: "file-system/fs-1",
      aws_efs_access_point: `access-point/${name}`,
    }[type];
    if (attribute !== "arn" || path === undefined) throw new Error(`unexpected \${${expression}}`);
    const place = service === "s3" ? ":" : service === "iam" ? `:${ACCOUNT}` : `${REGION}:${ACCOUNT}`;
    return result.replace(`\${${expression}}`, `arn:aws:${service}:${place}:${path}`);
  }, text);
}

/** The policy of the only block of a type whose id begins so, references resolved. */
export function policyOf(stack: Stack, type: string, id: string, key = "policy"): JsonObject {
  const found = Object.entries(stack.resource(type)).filter(([each]) => each.startsWith(id));
  expect(found).toHaveLength(1);
  return asObject(JSON.parse(resolved(asText(found[0]?.[1][key]))) as Json);
}

export const statements = (document: JsonObject): Record<string, JsonObject> =>
  Object.fromEntries(objects(document.Statement).map(({ Sid, ...rest }) => [asText(Sid), rest]));

export const CHUNKS = "arn:aws:s3:::loki_chunks_bucket";
export const CONFIG = "arn:aws:s3:::loki_config_bucket";
export const FILE_SYSTEM = `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/fs-1`;
export const keyOf = (part: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/loki_${part}_key`;
export const accessPoint = (replica: number): string =>
  `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:access-point/loki_wal_access-${replica}`;
export const taskRole = (replica: number): string =>
  `arn:aws:iam::${ACCOUNT}:role/tenantscope/loki_task-role-${replica}`;
export const MOUNT = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
