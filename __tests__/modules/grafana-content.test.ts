import {
  cloudwatchSource,
  jaegerSource,
  lokiSource,
  metricsSource,
  xraySource,
} from "../../modules/grafana-content/data-sources";
import { FleetAlerts } from "../../modules/grafana-content/fleet-alerts";
import { DashboardFolder } from "../../modules/grafana-content/folder";
import type { Statement } from "../../lib/iam";
import { readStatements } from "../../modules/grafana-content/roles";
import { grafanaPolicy } from "../../modules/grafana-workspace/policies";
import { census, only } from "../support/census";
import { asText, objects, type JsonObject } from "../support/json";
import { alone } from "../support/module-stack";
import { metricNames, syntaxErrors } from "../support/promql";

const role = { arn: "arn:aws:iam::222222222222:role/tenantscope/tenantscope-acme-grafana", externalId: "x" };

describe("data sources", () => {
  test("metrics are signed with the workspace's role, or with one that it takes on", () => {
    const common = { uid: "amp-acme", name: "acme metrics", url: "https://aps/", region: "eu-west-1" };
    const { json, ...rest } = metricsSource(common);
    expect(rest).toEqual({
      uid: "amp-acme",
      name: "acme metrics",
      type: "grafana-amazonprometheus-datasource",
      url: "https://aps/",
    });
    expect(json).toEqual({
      httpMethod: "POST",
      timeInterval: "60s",
      manageAlerts: false,
      sigV4Auth: true,
      sigV4AuthType: "ec2_iam_role",
      sigV4Region: "eu-west-1",
    });
    expect(metricsSource({ ...common, role }).json).toEqual({
      ...json,
      sigV4AssumeRoleArn: role.arn,
      sigV4ExternalId: "x",
    });
  });

  test("Loki is asked as one tenant; a line leads to its trace where there is a Jaeger", () => {
    const common = { uid: "loki-acme", name: "acme logs", url: "http://loki:3100", tenant: "acme" };
    expect(lokiSource(common)).toMatchObject({
      type: "loki",
      headers: { "X-Scope-OrgID": "acme" },
      json: { derivedFields: [] },
    });
    const [field, label] = lokiSource({ ...common, jaegerUid: "jaeger-acme" }).json[
      "derivedFields"
    ] as JsonObject[];
    expect(field).toMatchObject({ datasourceUid: "jaeger-acme", url: "${__value.raw}" });
    expect(label).toMatchObject({
      datasourceUid: "jaeger-acme",
      matcherType: "label",
      matcherRegex: "^trace_id$",
    });
    const id = "4bf92f3577b34da6a3ce929d0e0e4736";
    const pattern = new RegExp(asText(field?.["matcherRegex"]));
    for (const line of [
      `{"level":"info","trace_id":"${id}","msg":"x"}`,
      `level=info traceId=${id} msg=x`,
      `{"otelTraceID": "${id}"}`,
      `traceID: ${id}`,
    ]) {
      expect(pattern.exec(line)?.[1]).toBe(id);
    }
    for (const line of [`{"span_id":"${id}"}`, `trace_id=${id.slice(1)}`]) expect(line).not.toMatch(pattern);
  });

  test("a trace leads to its lines and its service's metrics, of the tenant alone", () => {
    const { json } = jaegerSource({
      uid: "jaeger-acme",
      name: "acme traces",
      url: "http://jaeger/jaeger",
      lokiUid: "loki-acme",
      metrics: { uid: "amp-acme", tenant: "acme" },
    });
    expect(json["tracesToLogsV2"]).toMatchObject({ datasourceUid: "loki-acme", filterByTraceID: true });
    const links = json["tracesToMetrics"] as { datasourceUid: string; queries: { query: string }[] };
    expect(links.datasourceUid).toBe("amp-acme");
    for (const { query } of links.queries) {
      expect(query).toContain('{tenant="acme",$__tags}');
      expect(syntaxErrors(query.replace("$__tags", 'job="x"'))).toEqual([]);
    }
    const bare = jaegerSource({ uid: "j", name: "j", url: "http://j" }).json;
    expect(Object.keys(bare)).toEqual(["nodeGraph"]);
  });

  test("CloudWatch and X-Ray are read with a role of the tenant's account", () => {
    const common = { uid: "u", name: "n", region: "us-east-1" };
    const assumed = { assumeRoleArn: role.arn, externalId: "x" };
    const own = { authType: "ec2_iam_role", defaultRegion: "us-east-1" };
    expect(xraySource({ ...common, role }).json).toEqual({ ...own, ...assumed });
    expect(cloudwatchSource({ ...common, role, xrayUid: "xray-acme" }).json).toEqual({
      ...own,
      ...assumed,
      tracingDatasourceUid: "xray-acme",
    });
    expect(cloudwatchSource(common).json).toEqual(own);
  });
});

test("what is read in a tenant's account: no write, and log groups of the tenant's services only", () => {
  const statements = readStatements({
    accountId: "222222222222",
    region: "eu-west-1",
    logGroupPrefix: "/tenantscope/acme/",
  });
  const actions = statements.flatMap(({ Action }) => Action);
  expect(
    actions.filter(
      (action) => !/^(cloudwatch|logs|xray):(Batch)?(Get|List|Describe|Filter|Start|Stop)/.test(action),
    ),
  ).toEqual([]);
  expect(statements.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
    ["ReadMetricsAndTraces", "*"],
    [
      "ReadTheServicesLogs",
      ["", ":log-stream:*"].map(
        (end) => `arn:aws:logs:eu-west-1:222222222222:log-group:/tenantscope/acme/*${end}`,
      ),
    ],
  ]);
});

test("X-Ray is read with the same rights in a tenant's account as in the central one", () => {
  const place = { accountId: "222222222222", region: "eu-west-1" };
  const xray = (statements: readonly Statement[]): string[] =>
    statements
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith("xray:"))
      .sort();
  const central = grafanaPolicy({
    ...place,
    organizationId: "o-tenantscope1",
    metricsWorkspaceArn: "arn:aws:aps:eu-west-1:222222222222:workspace/ws-1",
    alertTopicArn: "arn:aws:sns:eu-west-1:222222222222:topic",
    alertTopicKeyArn: "arn:aws:kms:eu-west-1:222222222222:key/k",
  });
  const tenants = xray(readStatements({ ...place, logGroupPrefix: "/tenantscope/acme/" }));
  expect(tenants).toEqual(xray(central.Statement));
  expect(tenants).toContain("xray:GetInsight");
});

test("a folder: its list of people, and dashboards as they are, with what Terraform would read escaped", () => {
  const { stack } = alone(
    (scope) =>
      new DashboardFolder(scope, "folder", {
        uid: "tenant-acme",
        title: "${acme}",
        teamIds: ["7"],
        roles: [],
        dashboards: [{ uid: "acme-overview", ...{ title: "${tenant}" } }],
      }),
  );
  expect(census(stack)).toEqual({ grafana_dashboard: 1, grafana_folder: 1, grafana_folder_permission: 1 });
  expect(only(stack, "grafana_folder")).toMatchObject({ uid: "tenant-acme", title: "$${acme}" });
  expect(only(stack, "grafana_dashboard").config_json).toBe('{"uid":"acme-overview","title":"$${tenant}"}');
  expect(only(stack, "grafana_folder_permission").permissions).toEqual([
    { permission: "View", team_id: "7" },
  ]);
});

test("Grafana's own alert: it fires when the fleet's rules are silent, and tells the platform team", () => {
  const { stack } = alone(
    (scope) =>
      new FleetAlerts(scope, "alerts", {
        alertTopicArn: "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts",
        folderUid: "fleet",
        metricsUid: "amp-fleet",
        heartbeat: "fleet:rules_evaluated:bool",
        runbookUrl: "docs/runbooks/RulesNotEvaluated.md",
      }),
  );
  expect(census(stack)).toEqual({
    grafana_contact_point: 1,
    grafana_notification_policy: 1,
    grafana_rule_group: 1,
  });
  const [rule] = objects(only(stack, "grafana_rule_group").rule);
  expect(rule).toMatchObject({ condition: "B", no_data_state: "Alerting", exec_err_state: "Alerting" });
  const [query, threshold] = objects(rule?.data).map(({ model }) => JSON.parse(asText(model)) as JsonObject);
  expect(query).toMatchObject({ refId: "A", instant: true });
  expect(metricNames(asText(query?.expr))).toEqual(["fleet:rules_evaluated:bool"]);
  expect(threshold).toMatchObject({ refId: "B", type: "threshold", expression: "A" });
  expect(only(stack, "grafana_notification_policy")).not.toHaveProperty("policy");
});
