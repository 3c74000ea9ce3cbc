import { writerRoleName } from "../../lib/names";
import { only } from "../support/census";
import { environmentOf, taskContainers } from "../support/containers";
import { exampleFleet } from "../support/fleets";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { synth } from "../support/synth";

const stack = synth(exampleFleet()).stack("tenant-initech");

describe("a dedicated tenant in another Region with an attached service", () => {
  test("has its own workspace, limits, keys, rules and alarms in the central account", () => {
    const inCentral = stack.blocks.filter((block) => block.attributes["provider"] === "aws.central");
    expect(inCentral.map(({ address }) => address).sort()).toEqual([
      "aws_cloudwatch_log_group.metrics_log",
      "aws_cloudwatch_log_group.metrics_query-log",
      ...[
        ...["active-alerts", "active-series", "discarded-samples", "ingestion-rate"],
        ...["notifications-failed", "notifications-throttled", "rule-failures", "rules-missed"],
      ].map((alarm) => `aws_cloudwatch_metric_alarm.metrics-${alarm}`),
      "aws_iam_role.grafana-query_role",
      "aws_iam_role.writer_role",
      "aws_iam_role_policy.grafana-query_policy",
      "aws_iam_role_policy.writer_policy",
      "aws_kms_alias.metrics_logs-key_alias",
      "aws_kms_alias.metrics_metrics-key_alias",
      "aws_kms_key.metrics_logs-key",
      "aws_kms_key.metrics_metrics-key",
      "aws_prometheus_alert_manager_definition.alertmanager",
      "aws_prometheus_query_logging_configuration.metrics_query-logging",
      "aws_prometheus_rule_group_namespace.fleet-rules",
      "aws_prometheus_rule_group_namespace.rules",
      "aws_prometheus_workspace.metrics_workspace",
      "aws_prometheus_workspace_configuration.metrics-limits",
      "aws_ssm_parameter.alert-route",
      "data.aws_ssm_parameter.contract",
    ]);
    expect(only(stack, "aws_prometheus_workspace_configuration")).toMatchObject({
      retention_period_in_days: 400,
      limits_per_label_set: [{ label_set: {}, limits: [{ max_series: 1_000_000 }] }],
    });
    // It needs nothing of the shared workspace.
    expect(stack.text).not.toContain("local.contract.metrics");
  });

  test("signs for the central Region, assumes in its own", () => {
    const [, sidecar] = taskContainers(stack, "tenantscope-initech-ledger") as [JsonObject, JsonObject];
    const environment = environmentOf(sidecar);
    expect(environment["AWS_REGION"]).toBe("us-east-1");
    expect(environment["AMP_REMOTE_WRITE_URL"]).toMatch(/^\$\{aws_prometheus_workspace\.metrics_workspace_/);
    expect(environment["AOT_CONFIG_CONTENT"]).toContain(
      "{region: eu-west-1, service: aps, assume_role: {arn: '${env:AMP_WRITER_ROLE_ARN}', sts_region: us-east-1",
    );
  });

  test("publishes the sidecar of the attached service: document and output are the same, and no ECS service is made", () => {
    const parameters = Object.values(stack.resource("aws_ssm_parameter"));
    expect(parameters.map(({ name }) => name).sort()).toEqual([
      "/tenantscope/alert-routes/initech",
      "/tenantscope/initech/ledger/collector-config",
      "/tenantscope/initech/reports/collector-config",
      "/tenantscope/initech/reports/sidecar",
    ]);
    const text = asText(parameters.find(({ name }) => asText(name).endsWith("/sidecar"))?.["insecure_value"]);
    expect(stack.outputs["sidecar_reports"]).toEqual({ value: text });
    const document = asObject(JSON.parse(text) as Json);
    expect(Object.keys(document)).toEqual([
      "version",
      "containers",
      "logConfiguration",
      "configuration",
      "volumes",
      "taskRoleStatements",
      "executionRoleStatements",
    ]);
    expect(document).toMatchObject({
      version: 2,
      volumes: [],
      configuration: {
        environment: "AOT_CONFIG_CONTENT",
        parameters: ["/tenantscope/initech/reports/collector-config"],
      },
      taskRoleStatements: [
        { Action: "sts:AssumeRole" },
        { Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"] },
      ],
    });
    expect(objects(document["containers"]).map(({ name, essential }) => [name, essential])).toEqual([
      ["adot-collector", false],
    ]);
    expect(Object.values(stack.resource("aws_ecs_service")).map(({ name }) => name)).toEqual(["ledger"]);
  });

  test("its task role is in the writer's trust as the team named it", () => {
    const role = Object.values(stack.resource("aws_iam_role")).find(
      ({ name }) => name === writerRoleName("initech"),
    );
    const trust = JSON.parse(asText(role?.["assume_role_policy"])) as {
      Statement: [{ Condition: { StringEquals: Record<string, string | string[]> } }];
    };
    expect(trust.Statement[0].Condition.StringEquals["aws:PrincipalArn"]).toEqual([
      "arn:aws:iam::444444444444:role/reports-task",
      "arn:aws:iam::444444444444:role/tenantscope/tenantscope-initech-ledger-task",
    ]);
  });

  test("a mirrored collector image is run and may be pulled, by the attached service too", () => {
    const image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/mirror/aws-otel-collector:v0.50.0";
    const fleet = exampleFleet();
    const mirrored = synth({
      ...fleet,
      central: { ...fleet.central, images: { ...fleet.central.images, adotCollector: image } },
    }).stack("tenant-initech");
    const [, sidecar] = taskContainers(mirrored, "tenantscope-initech-ledger") as [JsonObject, JsonObject];
    expect(sidecar.image).toBe(image);
    const repository = "arn:aws:ecr:eu-west-1:111111111111:repository/mirror/aws-otel-collector";
    const pulls = [
      ...Object.values(mirrored.resource("aws_iam_role_policy")).map((each) => asText(each.policy)),
      asText(mirrored.outputs.sidecar_reports?.value),
    ].filter((text) => text.includes(repository));
    expect(pulls).toHaveLength(2);
  });
});
