import { readFileSync } from "node:fs";
import { join } from "node:path";
import { asObject, asText, objects } from "../support/json";
import type { Stack } from "../support/synth";
import { ACCOUNT, buildDomain, PROPS } from "./opensearch-module";

const stack = buildDomain();

describe("alarms", () => {
  const shown = (of: Stack): unknown[][] =>
    Object.values(of.resource("aws_cloudwatch_metric_alarm"))
      .filter((alarm) => "metric_name" in alarm)
      .map((alarm) => [
        asText(alarm["alarm_name"]).replace("tenantscope-traces-", ""),
        alarm["metric_name"],
        alarm["statistic"],
        OPERATORS[asText(alarm["comparison_operator"])],
        alarm["threshold"],
        Number(alarm["period"]) * Number(alarm["evaluation_periods"]),
      ]);
  const OPERATORS: Record<string, string> = {
    GreaterThanOrEqualToThreshold: ">=",
    LessThanOrEqualToThreshold: "<=",
    LessThanThreshold: "<",
  };
  const EXPECTED = [
    ["cpu", "CPUUtilization", "Maximum", ">=", 80, 2700],
    ["free-storage", "FreeStorageSpace", "Minimum", "<=", 12_800, 300],
    ["jvm-memory", "JVMMemoryPressure", "Maximum", ">=", 95, 180],
    ["key-error", "KMSKeyError", "Maximum", ">=", 1, 60],
    ["key-inaccessible", "KMSKeyInaccessible", "Maximum", ">=", 1, 60],
    ["master-unreachable", "MasterReachableFromNode", "Maximum", "<=", 0, 300],
    ["nodes", "Nodes", "Minimum", "<", 2, 3600],
    ["old-generation-memory", "OldGenJVMMemoryPressure", "Maximum", ">=", 80, 180],
    ["red", "ClusterStatus.red", "Maximum", ">=", 1, 60],
    ["snapshot-failure", "AutomatedSnapshotFailure", "Maximum", ">=", 1, 60],
    ["writes-blocked", "ClusterIndexWritesBlocked", "Maximum", ">=", 1, 300],
    ["yellow", "ClusterStatus.yellow", "Maximum", ">=", 1, 600],
  ];

  test("of single metrics", () => {
    expect(shown(stack)).toEqual(EXPECTED);
  });

  test("dedicated masters have three of their own, and are nodes", () => {
    const masters = buildDomain({ size: { ...PROPS.size, dedicatedMasters: true } });
    expect(shown(masters)).toEqual(
      [
        ...EXPECTED.filter(([id]) => id !== "nodes"),
        ["master-cpu", "MasterCPUUtilization", "Maximum", ">=", 50, 2700],
        ["master-jvm-memory", "MasterJVMMemoryPressure", "Maximum", ">=", 95, 180],
        ["master-old-generation-memory", "MasterOldGenJVMMemoryPressure", "Maximum", ">=", 80, 180],
        ["nodes", "Nodes", "Minimum", "<", 5, 3600],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  });

  test("of what is calculated: growing counts of rejections, and the share of failed requests", () => {
    const dimensions = { ClientId: ACCOUNT, DomainName: "tenantscope-traces" };
    const calculated = Object.values(stack.resource("aws_cloudwatch_metric_alarm"))
      .filter((alarm) => "metric_query" in alarm)
      .map((alarm) => {
        const [expression, ...metrics] = objects(alarm["metric_query"]);
        expect(expression).toMatchObject({ id: "e1", return_data: true });
        expect(metrics).toEqual(
          metrics.map(({ metric }, index) => ({
            id: `m${index + 1}`,
            metric: { ...asObject(metric), namespace: "AWS/ES", dimensions, period: 60, stat: "Sum" },
          })),
        );
        return [
          asText(alarm["alarm_name"]).replace("tenantscope-traces-", ""),
          expression?.["expression"],
          metrics.map(({ metric }) => asObject(metric)["metric_name"]),
          OPERATORS[asText(alarm["comparison_operator"])],
          alarm["threshold"],
          alarm["evaluation_periods"],
        ];
      });
    expect(calculated).toEqual([
      ["search-rejected", "DIFF(m1)", ["ThreadpoolSearchRejected"], ">=", 1, 1],
      ["server-errors", "100 * m1 / m2", ["5xx", "OpenSearchRequests"], ">=", 10, 5],
      ["write-rejected", "DIFF(m1)", ["ThreadpoolWriteRejected"], ">=", 1, 1],
    ]);
  });

  test("each is of this domain, goes to the topic and names its runbook", () => {
    for (const alarm of Object.values(stack.resource("aws_cloudwatch_metric_alarm"))) {
      if ("metric_name" in alarm) {
        expect(alarm).toMatchObject({
          namespace: "AWS/ES",
          dimensions: { ClientId: ACCOUNT, DomainName: "tenantscope-traces" },
        });
      }
      expect(alarm).toMatchObject({
        treat_missing_data: "notBreaching",
        alarm_actions: [PROPS.alarmTopicArn],
        ok_actions: [PROPS.alarmTopicArn],
      });
      expect(asText(alarm["alarm_description"])).toMatch(
        /[.] Runbook: docs\/runbooks\/central-traces-storage[.]md$/,
      );
    }
  });

  test("the runbook says what to do about each of them", () => {
    const all = Object.values(
      buildDomain({ size: { ...PROPS.size, dedicatedMasters: true } }).resource(
        "aws_cloudwatch_metric_alarm",
      ),
    ).map(({ alarm_name }) => asText(alarm_name));
    const page = readFileSync(join(__dirname, "../../docs/runbooks/central-traces-storage.md"), "utf8");
    expect(all.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
