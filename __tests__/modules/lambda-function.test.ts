import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import type { Statement } from "../../lib/iam";
import { FunctionIdentity, type FunctionIdentityProps } from "../../modules/lambda-function/identity";
import { LambdaFunction, type LambdaFunctionProps } from "../../modules/lambda-function/lambda-function";
import { functionTrust, networkPolicy } from "../../modules/lambda-function/policies";
import { STORAGE_PROXY } from "../../modules/opensearch/names";
import { census, only } from "../support/census";
import { asObject, asText, objects, texts, type Json, type JsonObject } from "../support/json";
import { Stack } from "../support/synth";
import { target } from "./gateway-module";

const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const NAME = "tenantscope-example";
const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${NAME}`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
const IDENTITY: FunctionIdentityProps = {
  accountId: ACCOUNT,
  region: REGION,
  name: NAME,
  description: "An example",
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  httpsEgress: {
    cidrs: ["10.0.0.0/16"],
    prefixListIds: { s3: "pl-s3" },
    securityGroupIds: { endpoints: "sg-endpoints" },
  },
};
const RIGHT: Statement = {
  Sid: "Own",
  Effect: "Allow",
  Action: "ssm:GetParameter",
  Resource: "arn:aws:ssm:x",
};

interface Built {
  readonly stack: Stack;
  /** Below the folder of the stack: path and SHA-256. */
  readonly assets: readonly (readonly [string, string])[];
}

function build(
  changes: Partial<LambdaFunctionProps> = {},
  identityChanges: Partial<FunctionIdentityProps> = {},
): Built {
  const outdir = mkdtempSync(join(tmpdir(), "tenantscope-function-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const scope = new TerraformStack(app, "module");
    new AwsProvider(scope, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    const identity = new FunctionIdentity(scope, "identity", { ...IDENTITY, ...identityChanges });
    new LambdaFunction(scope, "example", {
      identity,
      description: "Does something",
      entry: STORAGE_PROXY.entry,
      memoryMiB: 512,
      timeoutSeconds: 60,
      environment: { OPENSEARCH_URL: "https://traces.example" },
      statements: [RIGHT],
      logGroup: "/tenantscope/central/example",
      logRetentionDays: 30,
      keyAlias: "alias/tenantscope-example",
      alarmTopicArn: TOPIC,
      ...changes,
    });
    app.synth();
    const folder = join(outdir, "stacks", "module");
    const files = existsSync(join(folder, "assets"))
      ? readdirSync(join(folder, "assets"), { recursive: true, withFileTypes: true }).filter((each) =>
          each.isFile(),
        )
      : [];
    return {
      stack: new Stack("module", readFileSync(join(folder, "cdk.tf.json"), "utf8")),
      assets: files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [
          path.slice(folder.length + 1),
          createHash("sha256").update(readFileSync(path)).digest("base64"),
        ];
      }),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const { stack, assets } = build();
const parsed = (value: Json | undefined): JsonObject => asObject(JSON.parse(asText(value)) as Json);
const policyOf = (id: string): JsonObject => {
  const found = Object.entries(stack.resource("aws_iam_role_policy")).filter(([each]) => each.startsWith(id));
  expect(found).toHaveLength(1);
  return parsed(found[0]?.[1]["policy"]);
};
const dependencies = (type: string, of = stack): string[] =>
  texts(only(of, type)["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""));

test("has exactly these resources", () => {
  expect(census(stack)).toEqual({
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_metric_alarm: 3,
    aws_iam_role: 1,
    aws_iam_role_policy: 2,
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_lambda_function: 1,
    aws_security_group: 1,
    aws_vpc_security_group_egress_rule: 3,
  });
});

describe("the function", () => {
  const lambda = only(stack, "aws_lambda_function");

  test("runs the newest Node.js on ARM, with its own role, log and key, without traces of its own", () => {
    const { role, filename, source_code_hash, kms_key_arn, logging_config, vpc_config, depends_on, ...rest } =
      lambda;
    expect(rest).toEqual({
      function_name: NAME,
      description: "Does something",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memory_size: 512,
      timeout: 60,
      environment: { variables: { OPENSEARCH_URL: "https://traces.example" } },
      tracing_config: { mode: "PassThrough" },
    });
    expect([filename, source_code_hash, depends_on].map((each) => each === undefined)).toEqual([
      false,
      false,
      false,
    ]);
    expect(target(stack, role)).toBe("aws_iam_role.identity_role");
    expect(target(stack, kms_key_arn)).toBe("aws_kms_key.example_key");
    const { log_group, log_format } = asObject(logging_config);
    expect([target(stack, log_group), log_format]).toEqual(["aws_cloudwatch_log_group.example_log", "Text"]);
    const { subnet_ids, security_group_ids } = asObject(vpc_config);
    expect(subnet_ids).toEqual(["subnet-a", "subnet-b"]);
    expect(texts(security_group_ids).map((each) => target(stack, each))).toEqual([
      "aws_security_group.identity_security-group",
    ]);
  });

  test("its code is a file beside the configuration, and its hash is the file's", () => {
    const { filename, source_code_hash } = lambda;
    expect(assets).toEqual([[filename, source_code_hash]]);
    expect(asText(filename)).toMatch(/^assets\/example_code_[0-9A-F]{8}\/[0-9a-f]{32}\/function\.zip$/);
  });

  test("has reserved concurrency only when asked", () => {
    expect(
      only(build({ reservedConcurrency: 20 }).stack, "aws_lambda_function")["reserved_concurrent_executions"],
    ).toBe(20);
    expect(lambda).not.toHaveProperty("reserved_concurrent_executions");
  });

  test("is made after all that it needs to start, and its group goes before the rights to clear up after it", () => {
    expect(dependencies("aws_lambda_function")).toEqual([
      "aws_iam_role_policy.identity_network-policy",
      "aws_iam_role_policy.example_policy",
      "aws_cloudwatch_log_group.example_log",
    ]);
    expect(dependencies("aws_security_group")).toEqual(["aws_iam_role_policy.identity_network-policy"]);
  });
});

describe("network", () => {
  test("nothing comes in; HTTPS goes out to where AWS services are, and nowhere without that", () => {
    const group = only(stack, "aws_security_group");
    expect(group).toMatchObject({
      name: NAME,
      vpc_id: "vpc-1",
      revoke_rules_on_delete: true,
      timeouts: { delete: "45m" },
    });
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
    const rules = Object.values(stack.resource("aws_vpc_security_group_egress_rule"));
    const https = { description: "HTTPS: AWS services", ip_protocol: "tcp", from_port: 443, to_port: 443 };
    expect(rules.map((rule) => ({ ...rule, security_group_id: undefined }))).toEqual([
      { ...https, cidr_ipv4: "10.0.0.0/16" },
      { ...https, referenced_security_group_id: "sg-endpoints" },
      { ...https, prefix_list_id: "pl-s3" },
    ]);
    for (const { security_group_id } of rules) {
      expect(target(stack, security_group_id)).toBe("aws_security_group.identity_security-group");
    }
    expect(census(build({}, { httpsEgress: undefined }).stack)).not.toHaveProperty(
      "aws_vpc_security_group_egress_rule",
    );
  });

  test("the role may attach the function to its own subnets", () => {
    expect(policyOf("identity_network-policy")).toEqual(
      networkPolicy({ accountId: ACCOUNT, region: REGION, name: NAME }, IDENTITY),
    );
  });
});

describe("role", () => {
  test("Lambda may take it for this account, and for no other function where Lambda says for which", () => {
    const trust = functionTrust({ accountId: ACCOUNT, region: REGION, name: NAME });
    const role = only(stack, "aws_iam_role");
    expect([role["name"], role["path"]]).toEqual([NAME, "/tenantscope/"]);
    expect(parsed(role["assume_role_policy"])).toEqual(trust);
  });

  test("its rights are its log, its environment and what it was given", () => {
    const [logs, key, ...given] = objects(policyOf("example_policy")["Statement"]);
    expect(logs).toEqual({
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenantscope/central/example:log-stream:*`,
    });
    const { Resource, ...decrypt } = asObject(key);
    expect(target(stack, Resource)).toBe("aws_kms_key.example_key");
    expect(decrypt).toEqual({
      Sid: "DecryptEnvironment",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Condition: { StringEquals: { "kms:EncryptionContext:aws:lambda:FunctionArn": ARN } },
    });
    expect(given).toEqual([RIGHT]);
  });

  test("its key is for its own log group besides; the group is encrypted with it and does not keep for ever", () => {
    const statements = objects(parsed(only(stack, "aws_kms_key")["policy"])["Statement"]);
    expect(statements.map(({ Sid }) => Sid)).toEqual(["AccountAdministration", "CloudWatchLogs"]);
    expect(JSON.stringify(statements[1])).toContain(
      `"arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenantscope/central/example"`,
    );
    const group = only(stack, "aws_cloudwatch_log_group");
    expect([group["name"], group["retention_in_days"], target(stack, group["kms_key_id"])]).toEqual([
      "/tenantscope/central/example",
      30,
      "aws_kms_key.example_key",
    ]);
  });
});

test("alarms: errors, calls turned away, and near the timeout, to the topic", () => {
  const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
  expect(
    alarms.map(({ alarm_name, metric_name, statistic, threshold }) => [
      alarm_name,
      metric_name,
      statistic,
      threshold,
    ]),
  ).toEqual([
    [`${NAME}-duration`, "Duration", "Maximum", 48_000],
    [`${NAME}-errors`, "Errors", "Sum", 0],
    [`${NAME}-throttles`, "Throttles", "Sum", 0],
  ]);
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: NAME },
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
    });
  }
});

test("the same input gives the same bytes, without a token or a path of this machine", () => {
  expect(build()).toEqual({ stack, assets });
  expect(stack.text).not.toContain("TfToken");
  expect(JSON.stringify(stack.blocks.map(({ attributes }) => attributes))).not.toContain(
    join(__dirname, "..", ".."),
  );
});
