import { createAfter } from "../../lib/terraform-text";
import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { createHash } from "node:crypto";
import { logLine } from "../../lambda/jaeger-storage-proxy/log";
import { ACCESS_LOG_FORMAT } from "../../modules/ingest/access-log";
import { STORAGE_NAMES } from "../../modules/storage-api/names";
import { storageDocument } from "../../modules/storage-api/openapi";
import { storageResourcePolicy } from "../../modules/storage-api/resource-policy";
import { storageUrl } from "../../modules/storage-api/routes";
import { StorageApi, type StorageApiProps } from "../../modules/storage-api/storage-api";
import { census, only } from "../support/census";
import { asObject, asText, texts, type Json } from "../support/json";
import type { Stack } from "../support/synth";
import { interpolations } from "../support/terraform";
import { synthModule, target } from "./gateway-module";

const PROPS: StorageApiProps = {
  accountId: "111111111111",
  region: "eu-west-1",
  functionArn: "arn:aws:lambda:eu-west-1:111111111111:function:tenantscope-storage-proxy",
  functionName: "tenantscope-storage-proxy",
  vpcEndpointId: "vpce-1",
  throttling: { requestsPerSecond: 1000, burst: 2000 },
  logRetentionDays: 30,
  alarmTopicArn: "arn:aws:sns:eu-west-1:111111111111:alarms",
};
const NOTHING = { requestBytes: 0, responseBytes: 0, durationMs: 0, retries: 0 };
const fields: Record<string, string> = {};
const build = (changes: Partial<StorageApiProps> = {}): Stack =>
  synthModule((scope) => {
    const { apiId, executionArn, stageName, url, centralUrl } = new StorageApi(scope, "storage", {
      ...PROPS,
      ...changes,
    });
    Object.assign(fields, { apiId, executionArn, stageName, url, centralUrl });
  });
const stack = build();
const api = only(stack, "aws_api_gateway_rest_api");

test("has exactly these resources, and leaves the account's log setting to the ingest API", () => {
  expect(census(stack)).toEqual({
    aws_api_gateway_deployment: 1,
    aws_api_gateway_method_settings: 1,
    aws_api_gateway_rest_api: 1,
    aws_api_gateway_stage: 1,
    aws_cloudwatch_log_group: 1,
    aws_cloudwatch_log_metric_filter: 1,
    aws_cloudwatch_metric_alarm: 6,
    aws_kms_alias: 1,
    aws_kms_key: 1,
    aws_lambda_permission: 1,
  });
});

test("fields are references; Jaeger's URL names API and endpoint, so that it needs neither header nor private DNS", () => {
  const { centralUrl = "", ...references } = fields;
  const shown = Object.entries(references).map(([name, value]) => [
    name,
    interpolations(value).map((each) => each.replace(/_[0-9A-F]{8}/, "")),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    apiId: ["aws_api_gateway_rest_api.storage_api.id"],
    executionArn: ["aws_api_gateway_rest_api.storage_api.execution_arn"],
    stageName: ["aws_api_gateway_stage.storage_stage.stage_name"],
    url: ["aws_api_gateway_stage.storage_stage.invoke_url"],
  });
  const [id = ""] = interpolations(centralUrl);
  expect(target(stack, centralUrl)).toBe("aws_api_gateway_rest_api.storage_api");
  expect(centralUrl).toBe(`https://\${${id}}-vpce-1.execute-api.eu-west-1.amazonaws.com/v1`);
  expect(storageUrl("https://x/v1", "central")).toBe("https://x/v1/s/central");
});

test("the API is the document and the policy, private, and known to the endpoint", () => {
  expect(JSON.parse(asText(api["body"]))).toEqual(storageDocument(PROPS));
  expect(JSON.parse(asText(api["policy"]))).toEqual(storageResourcePolicy(PROPS));
  expect(api["endpoint_configuration"]).toEqual({ types: ["PRIVATE"], vpc_endpoint_ids: ["vpce-1"] });
  expect(api).not.toHaveProperty("minimum_compression_size");
});

test("this API's stage may call the function, below owners only", () => {
  const permission = only(stack, "aws_lambda_permission");
  const { source_arn, ...rest } = permission;
  expect(rest).toEqual({
    statement_id: "StorageApi",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    function_name: PROPS.functionName,
  });
  expect(asText(source_arn)).toMatch(
    /^\$\{aws_api_gateway_rest_api\.storage_api_[0-9A-F]{8}\.execution_arn\}\/v1\/\*\/s\/\*$/,
  );
});

test("the deployment is made anew by any change of document, policy, function or endpoint", () => {
  const triggers = (of: Stack): Record<string, Json | undefined> =>
    asObject(only(of, "aws_api_gateway_deployment")["triggers"]);
  const hash = (text: Json | undefined): string => createHash("sha256").update(asText(text)).digest("hex");
  expect(triggers(stack)).toEqual({
    document: hash(api["body"]),
    policy: hash(api["policy"]),
    function: PROPS.functionArn,
    endpoint: "vpce-1",
  });
  expect(only(stack, "aws_api_gateway_deployment")["lifecycle"]).toEqual({ create_before_destroy: true });
  const differences = (changes: Partial<StorageApiProps>): string[] => {
    const changed = triggers(build(changes));
    return Object.keys(changed).filter((key) => changed[key] !== triggers(stack)[key]);
  };
  expect(differences({ accountId: "999999999999" })).toEqual(["policy"]);
  expect(differences({ functionArn: "arn:x" })).toEqual(["document", "function"]);
  expect(differences({ vpcEndpointId: "vpce-2" })).toEqual(["endpoint"]);
  expect(differences({ logRetentionDays: 7 })).toEqual([]);
});

describe("stage", () => {
  const stage = only(stack, "aws_api_gateway_stage");
  const dependencies = (of: Stack): string[] =>
    texts(only(of, "aws_api_gateway_stage")["depends_on"]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""));

  test("is v1, without X-Ray, made after it may call the function and the account can log", () => {
    expect([stage["stage_name"], stage["xray_tracing_enabled"]]).toEqual(["v1", false]);
    expect(dependencies(stack)).toEqual(["aws_lambda_permission.storage_permission"]);
    const logging = synthModule((scope) => {
      const accountLogging = new ApiGatewayAccount(scope, "account", {});
      createAfter(new StorageApi(scope, "storage", PROPS).stage, accountLogging);
    });
    expect(dependencies(logging)).toEqual([
      "aws_lambda_permission.storage_permission",
      "aws_api_gateway_account.account",
    ]);
  });

  test("its access log has the ingest API's fields and how the function did, no header and no body", () => {
    const { destination_arn, format } = asObject(stage["access_log_settings"]);
    expect(target(stack, destination_arn)).toBe("aws_cloudwatch_log_group.storage_log");
    const log = asObject(JSON.parse(asText(format)) as Json);
    expect(log).toEqual({
      ...(JSON.parse(ACCESS_LOG_FORMAT) as object),
      functionStatus: "$context.integration.integrationStatus",
      functionRequestId: "$context.integration.requestId",
    });
    expect(Object.keys(log)).toEqual(expect.arrayContaining(["caller", "path", "status", "gatewayStatus"]));
    for (const value of Object.values(log)) expect(value).toMatch(/^\$context\.[A-Za-z.]+$/);
    const group = only(stack, "aws_cloudwatch_log_group");
    expect([group["name"], group["retention_in_days"], target(stack, group["kms_key_id"])]).toEqual([
      "/tenantscope/central/storage-api",
      30,
      "aws_kms_key.storage_logs-key",
    ]);
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

test("alarms: failed, refused and slow requests, a burst of forbidden ones, and documents that are lost, to the topic", () => {
  const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
  expect(
    alarms.map((alarm) => [
      alarm["alarm_name"],
      `${asText(alarm["namespace"])} ${asText(alarm["metric_name"])}`,
      alarm["statistic"] ?? alarm["extended_statistic"],
      alarm["threshold"],
      alarm["dimensions"],
    ]),
  ).toEqual([
    [
      "tenantscope-storage-client-errors",
      "AWS/ApiGateway 4XXError",
      "Average",
      0.05,
      { ApiName: "tenantscope-storage", Stage: "v1" },
    ],
    [
      "tenantscope-storage-documents-failed",
      "Tenantscope/StorageProxy DocumentsFailed",
      "Sum",
      0,
      { route: "bulk" },
    ],
    ["tenantscope-storage-failed-requests", "Tenantscope/StorageProxy Errors", "Sum", 5, undefined],
    ["tenantscope-storage-forbidden", "Tenantscope/StorageApi Forbidden", "Sum", 20, undefined],
    [
      "tenantscope-storage-latency",
      "AWS/ApiGateway Latency",
      "p99",
      10_000,
      { ApiName: "tenantscope-storage", Stage: "v1" },
    ],
    [
      "tenantscope-storage-server-errors",
      "AWS/ApiGateway 5XXError",
      "Average",
      0.01,
      { ApiName: "tenantscope-storage", Stage: "v1" },
    ],
  ]);
  const sums = alarms.filter(({ statistic }) => statistic === "Sum");
  expect(sums.map(({ period, evaluation_periods }) => [period, evaluation_periods])).toEqual([
    [300, 1],
    [300, 1],
    [300, 1],
  ]);
  for (const alarm of alarms) {
    expect([alarm["comparison_operator"], alarm["treat_missing_data"]]).toEqual([
      "GreaterThanThreshold",
      "notBreaching",
    ]);
    expect([alarm["alarm_actions"], alarm["ok_actions"]]).toEqual([
      [PROPS.alarmTopicArn],
      [PROPS.alarmTopicArn],
    ]);
  }
  const filter = only(stack, "aws_cloudwatch_log_metric_filter");
  expect([
    filter["pattern"],
    target(stack, filter["log_group_name"]),
    filter["metric_transformation"],
  ]).toEqual([
    '{ $.status = "403" }',
    "aws_cloudwatch_log_group.storage_log",
    { namespace: "Tenantscope/StorageApi", name: "Forbidden", value: "1", default_value: "0" },
  ]);
});

test("the alarms of the proxy's own metrics name what its log lines publish", () => {
  const line = logLine(
    {
      owner: "acme",
      method: "POST",
      route: "bulk",
      status: 200,
      documents: 1,
      documentsFailed: 1,
      ...NOTHING,
    },
    STORAGE_NAMES.proxyMetricsNamespace,
    0,
  );
  const { _aws } = JSON.parse(line) as {
    _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  };
  const published = _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((dimensions) => `${Namespace} ${Name} ${dimensions.join()}`),
    ),
  );
  const watched = Object.values(stack.resource("aws_cloudwatch_metric_alarm"))
    .filter(({ namespace }) => namespace === "Tenantscope/StorageProxy")
    .map(
      ({ namespace, metric_name, dimensions }) =>
        `${asText(namespace)} ${asText(metric_name)} ${Object.keys(asObject(dimensions ?? {})).join()}`,
    );
  expect(watched).toHaveLength(2);
  expect(published).toEqual(expect.arrayContaining(watched));
});

test("the same input gives the same bytes, without a token", () => {
  expect(build().text).toBe(stack.text);
  expect(stack.text).not.toContain("TfToken");
});
