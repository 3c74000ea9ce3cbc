import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ampAlarms } from "../../modules/alerting/amp-alarms";
import { census } from "../support/census";
import { objects, type JsonObject } from "../support/json";
import { synthModule } from "./gateway-module";

const TOPIC = "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts";
const WORKSPACE = "${aws_prometheus_workspace.metrics.id}";
const build = (inOtherAccount = false) =>
  synthModule((scope) => {
    const provider = inOtherAccount ? new AwsProvider(scope, "central", { alias: "central" }) : undefined;
    ampAlarms(scope, "metrics-alarm", {
      alias: "tenantscope",
      workspaceId: WORKSPACE,
      topicArn: TOPIC,
      provider,
    });
  });
const alarms = Object.values(build().resource("aws_cloudwatch_metric_alarm"));
const named = (name: string): JsonObject => alarms.find(({ alarm_name }) => alarm_name === name) ?? {};

test("exactly these alarms, to the topic; what has no values is no trouble", () => {
  expect(
    alarms.map(({ alarm_name, threshold, evaluation_periods }) => [
      alarm_name,
      threshold,
      evaluation_periods,
    ]),
  ).toEqual([
    ["tenantscope-active-alerts", 80, 3],
    ["tenantscope-active-series", 80, 3],
    ["tenantscope-discarded-samples", 0, 3],
    ["tenantscope-ingestion-rate", 80, 3],
    ["tenantscope-notifications-failed", 0, 1],
    ["tenantscope-notifications-throttled", 0, 1],
    ["tenantscope-rule-failures", 0, 2],
    ["tenantscope-rules-missed", 0, 2],
  ]);
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [TOPIC],
      ok_actions: [TOPIC],
    });
  }
});

test.each([
  ["tenantscope-active-series", "ActiveSeries"],
  ["tenantscope-ingestion-rate", "IngestionRate"],
  ["tenantscope-active-alerts", "ActiveAlerts"],
])("%s: the share of the quota that is used", (name, resource) => {
  const alarm = named(name);
  expect(alarm).not.toHaveProperty("metric_name");
  expect(objects(alarm["metric_query"])).toEqual([
    {
      id: "used",
      metric: {
        namespace: "AWS/Usage",
        metric_name: "ResourceCount",
        dimensions: {
          Class: "None",
          Resource: resource,
          ResourceId: WORKSPACE,
          Service: "Prometheus",
          Type: "Resource",
        },
        stat: "Maximum",
        period: 300,
      },
    },
    {
      id: "percent",
      expression: "100 * used / SERVICE_QUOTA(used)",
      label: "% of the quota",
      return_data: true,
    },
  ]);
});

test.each([
  ["tenantscope-notifications-failed", "AlertManagerNotificationsFailed"],
  ["tenantscope-notifications-throttled", "AlertManagerNotificationsThrottled"],
])("%s: counted for the workspace", (name, metric_name) => {
  expect(named(name)).toMatchObject({
    namespace: "AWS/Prometheus",
    metric_name,
    dimensions: { Workspace: WORKSPACE },
    statistic: "Sum",
    period: 300,
  });
});

test.each([
  ["tenantscope-discarded-samples", "DiscardedSamples"],
  ["tenantscope-rule-failures", "RuleEvaluationFailures"],
  ["tenantscope-rules-missed", "RuleGroupIterationsMissed"],
])("%s: added up over all reasons and rule groups", (name, metric) => {
  expect(objects(named(name)["metric_query"])).toEqual([
    {
      id: "total",
      expression: `SELECT SUM(${metric}) FROM "AWS/Prometheus" WHERE Workspace = '${WORKSPACE}'`,
      period: 300,
      return_data: true,
    },
  ]);
});

test("are made where the workspace is", () => {
  const other = build(true);
  expect(census(other)).toEqual({ aws_cloudwatch_metric_alarm: 8 });
  for (const { attributes } of other.blocks) expect(attributes["provider"]).toBe("aws.central");
});
