import { createHash } from "node:crypto";
import { IngestApi, type IngestApiProps } from "../../modules/ingest/ingest-api";
import { ingestDocument } from "../../modules/ingest/openapi";
import { ingestResourcePolicy } from "../../modules/ingest/resource-policy";
import { census, only } from "../support/census";
import { asObject, asText, texts, type Json } from "../support/json";
import type { Stack } from "../support/synth";
import { interpolations, referredBlock } from "../support/terraform";
import { synthModule } from "./gateway-module";

const PROPS: IngestApiProps = {
  accountId: "111111111111",
  region: "eu-west-1",
  exposure: "private",
  loadBalancerArn:
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/gateway/0123456789abcdef",
  gatewayUrl: "http://gateway.elb.internal:8080",
  throttling: { requestsPerSecond: 1000, burst: 2000 },
  logRetentionDays: 30,
  alarmTopicArn: "arn:aws:sns:eu-west-1:111111111111:alarms",
};
const fields: Record<string, string> = {};
const build = (changes: Partial<IngestApiProps> = {}): Stack =>
  synthModule((scope) => {
    const { apiId, executionArn, stageName, url } = new IngestApi(scope, "ingest", { ...PROPS, ...changes });
    Object.assign(fields, { apiId, executionArn, stageName, url });
  });
const stack = build();

const target = (value: Json | undefined, of = stack): string => {
  const [expression = ""] = interpolations(asText(value));
  const found = referredBlock(of, expression);
  return found === undefined ? asText(value) : `${found.block.address}.${found.attribute}`;
};
const dependencies = (type: string): string[] =>
  texts(only(stack, type)["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""));

test("has exactly these resources", () => {
  const expected = {
    aws_api_gateway_account: 1,
    aws_api_gateway_deployment: 1,
    aws_api_gateway_method_settings: 1,
    aws_api_gateway_rest_api: 1,
    aws_api_gateway_stage: 1,
    aws_api_gateway_vpc_link: 1,
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_metric_alarm: 3,
    aws_iam_role: 1,
    aws_iam_role_policy: 1,
    aws_kms_alias: 1,
    aws_kms_key: 1,
  };
  expect(census(stack)).toEqual(expected);
  const accountWide = ["aws_api_gateway_account", "aws_iam_role", "aws_iam_role_policy"];
  expect(census(build({ manageAccountLogging: false }))).toEqual(
    Object.fromEntries(Object.entries(expected).filter(([type]) => !accountWide.includes(type))),
  );
});

test("fields are references", () => {
  expect(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, target(value)]))).toEqual({
    apiId: "aws_api_gateway_rest_api.ingest_api.id",
    executionArn: "aws_api_gateway_rest_api.ingest_api.execution_arn",
    stageName: "aws_api_gateway_stage.ingest_stage.stage_name",
    url: "aws_api_gateway_stage.ingest_stage.invoke_url",
  });
});

describe("the API", () => {
  const api = only(stack, "aws_api_gateway_rest_api");

  test("is the document and the policy, private or regional, and compresses nothing", () => {
    const vpcLinkId = asText(
      asObject(
        asObject(
          asObject(
            asObject((JSON.parse(asText(api["body"])) as { paths: Json }).paths)["/t/{tenant}/v1/traces"],
          )["post"],
        )["x-amazon-apigateway-integration"],
      )["connectionId"],
    );
    expect(target(vpcLinkId)).toBe("aws_api_gateway_vpc_link.ingest_vpc-link.id");
    expect(JSON.parse(asText(api["body"]))).toEqual(ingestDocument({ vpcLinkId, baseUrl: PROPS.gatewayUrl }));
    expect(JSON.parse(asText(api["policy"]))).toEqual(ingestResourcePolicy(PROPS));
    expect(api["endpoint_configuration"]).toEqual({ types: ["PRIVATE"] });
    expect(api).not.toHaveProperty("minimum_compression_size");
    const open = only(build({ exposure: "public" }), "aws_api_gateway_rest_api");
    expect(open["endpoint_configuration"]).toEqual({ types: ["REGIONAL"] });
    expect(open["policy"]).toBe(api["policy"]);
  });

  test("the VPC link leads to the gateway's load balancer; a new one comes before the old one goes", () => {
    const link = only(stack, "aws_api_gateway_vpc_link");
    expect(link["target_arns"]).toEqual([PROPS.loadBalancerArn]);
    expect(link["lifecycle"]).toEqual({ create_before_destroy: true });
  });
});

describe("deployment", () => {
  const triggers = (of: Stack): Record<string, Json | undefined> =>
    asObject(only(of, "aws_api_gateway_deployment")["triggers"]);
  const hash = (text: Json | undefined): string => createHash("sha256").update(asText(text)).digest("hex");

  test("is made anew by any change of document, policy, link, gateway or endpoint", () => {
    const api = only(stack, "aws_api_gateway_rest_api");
    const { vpcLink, ...rest } = triggers(stack);
    expect(target(vpcLink)).toBe("aws_api_gateway_vpc_link.ingest_vpc-link.id");
    expect(rest).toEqual({
      document: hash(api["body"]),
      policy: hash(api["policy"]),
      gateway: PROPS.gatewayUrl,
      exposure: "private",
    });
    expect(only(stack, "aws_api_gateway_deployment")["lifecycle"]).toEqual({ create_before_destroy: true });
    const differences = ([changes, keys]: readonly [Partial<IngestApiProps>, readonly string[]]): void => {
      const changed = triggers(build(changes));
      const differing = Object.keys(changed).filter((key) => changed[key] !== triggers(stack)[key]);
      expect(differing.sort()).toEqual([...keys].sort());
    };
    differences([{ accountId: "999999999999" }, ["policy"]]);
    differences([{ gatewayUrl: "http://other:8080" }, ["document", "gateway"]]);
    differences([{ exposure: "public" }, ["exposure"]]);
    differences([{ logRetentionDays: 7 }, []]);
  });
});

describe("stage", () => {
  const stage = only(stack, "aws_api_gateway_stage");

  test("is v1, without X-Ray, made after the account can log", () => {
    expect(stage["stage_name"]).toBe("v1");
    expect(stage["xray_tracing_enabled"]).toBe(false);
    expect(dependencies("aws_api_gateway_stage")).toEqual(["aws_api_gateway_account.ingest_account"]);
    expect(dependencies("aws_api_gateway_account")).toEqual(["aws_iam_role_policy.ingest_logging-policy"]);
  });

  test("its access log has caller, path, status and times, and no header or body", () => {
    const { destination_arn, format } = asObject(stage["access_log_settings"]);
    expect(target(destination_arn)).toBe("aws_cloudwatch_log_group.ingest_log.arn");
    const log = asObject(JSON.parse(asText(format)) as Json);
    expect(Object.keys(log)).toEqual([
      "time",
      "requestId",
      "caller",
      "account",
      "vpcEndpoint",
      "sourceIp",
      "method",
      "path",
      "route",
      "status",
      "refusal",
      "latencyMs",
      "gatewayStatus",
      "gatewayLatencyMs",
      "responseBytes",
    ]);
    for (const value of Object.values(log)) expect(value).toMatch(/^\$context\.[A-Za-z.]+$/);
    const group = only(stack, "aws_cloudwatch_log_group");
    expect([group["name"], group["retention_in_days"]]).toEqual(["/tenantscope/central/ingest-api", 30]);
    expect(target(group["kms_key_id"])).toBe("aws_kms_key.ingest_logs-key.arn");
  });

  test("every method is throttled and measured, and no request is logged with its headers", () => {
    const { method_path, settings } = only(stack, "aws_api_gateway_method_settings");
    expect(method_path).toBe("*/*");
    expect(settings).toEqual({
      metrics_enabled: true,
      logging_level: "OFF",
      data_trace_enabled: false,
      throttling_rate_limit: 1000,
      throttling_burst_limit: 2000,
    });
  });
});

test("the account's role for logs: API Gateway's, for log groups of this account and Region", () => {
  const role = only(stack, "aws_iam_role");
  expect(role["name"]).toBe("tenantscope-api-gateway-logs");
  expect(JSON.parse(asText(role["assume_role_policy"]))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ApiGateway",
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": "111111111111" } },
      },
    ],
  });
  const { Statement } = JSON.parse(asText(only(stack, "aws_iam_role_policy")["policy"])) as {
    Statement: { Resource: string; Action: string[] }[];
  };
  expect(Statement.map(({ Resource }) => Resource)).toEqual([
    "arn:aws:logs:eu-west-1:111111111111:log-group:*",
  ]);
  expect(
    Statement.flatMap(({ Action }) => Action).filter((action) => /\*|Delete|PutRetention/.test(action)),
  ).toEqual([]);
});

test("alarms: the share of failed and refused requests and the slowest of them, to the topic", () => {
  const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
  const shown = alarms.map((alarm) => [
    alarm["alarm_name"],
    alarm["metric_name"],
    alarm["statistic"] ?? alarm["extended_statistic"],
    alarm["threshold"],
  ]);
  expect(shown).toEqual([
    ["tenantscope-ingest-client-errors", "4XXError", "Average", 0.05],
    ["tenantscope-ingest-latency", "Latency", "p99", 5000],
    ["tenantscope-ingest-server-errors", "5XXError", "Average", 0.01],
  ]);
  for (const alarm of alarms) {
    expect(alarm["dimensions"]).toEqual({ ApiName: "tenantscope-ingest", Stage: "v1" });
    expect([alarm["namespace"], alarm["comparison_operator"], alarm["treat_missing_data"]]).toEqual([
      "AWS/ApiGateway",
      "GreaterThanThreshold",
      "notBreaching",
    ]);
    expect([alarm["alarm_actions"], alarm["ok_actions"]]).toEqual([
      [PROPS.alarmTopicArn],
      [PROPS.alarmTopicArn],
    ]);
  }
});

test("the same input gives the same bytes, without a token", () => {
  expect(build().text).toBe(stack.text);
  expect(stack.text).not.toContain("TfToken");
});
