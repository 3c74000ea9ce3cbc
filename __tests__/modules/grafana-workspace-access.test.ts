import { keyAdministration, policy } from "../../lib/iam";
import { GRAFANA_ROLE, tenantGrafanaNames } from "../../lib/grafana-names";
import { grafanaPolicy, grafanaTrust } from "../../modules/grafana-workspace/policies";
import { allow } from "../support/iam";
import { objects, texts } from "../support/json";
import {
  ACCOUNT,
  buildGrafana,
  METRICS,
  ORGANIZATION,
  PROPS,
  REGION,
  TOPIC,
  TOPIC_KEY,
} from "./grafana-workspace-module";
import { parsed, policyOf } from "./trace-storage-module";

const stack = buildGrafana();
const TENANT = "222222222222";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/tenantscope/${GRAFANA_ROLE}`;
const role = Object.values(stack.resource("aws_iam_role")).find(({ name }) => name === GRAFANA_ROLE);

test("the role has these rights and this trust", () => {
  expect([role?.["path"], parsed(role?.["assume_role_policy"])]).toEqual([
    "/tenantscope/",
    grafanaTrust(PROPS),
  ]);
  expect(policyOf(stack, "grafana_policy")).toEqual(grafanaPolicy(PROPS));
});

describe("trust", () => {
  const workspace = `arn:aws:grafana:${REGION}:${ACCOUNT}:/workspaces/g-0123456789`;
  const assumes = (context: Record<string, string>, principal = "grafana.amazonaws.com"): Promise<boolean> =>
    allow({
      principal,
      action: "sts:AssumeRole",
      resource: ROLE,
      resourceAccount: ACCOUNT,
      resourcePolicy: grafanaTrust(PROPS),
      context,
    });

  test.each([
    ["a workspace of the account", { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": workspace }, true],
    [
      "one of another account",
      { "aws:SourceAccount": TENANT, "aws:SourceArn": workspace.replace(ACCOUNT, TENANT) },
      false,
    ],
    [
      "one of another Region",
      { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": workspace.replace(REGION, "us-east-1") },
      false,
    ],
    ["no workspace", { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `${workspace.slice(0, 40)}x` }, false],
    ["nobody in particular", {}, false],
  ])("%s", async (_, context, expected) => {
    expect(await assumes(context)).toBe(expected);
  });

  test("no other service", async () => {
    const context = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": workspace };
    expect(await assumes(context, "lambda.amazonaws.com")).toBe(false);
  });
});

/** Everything that the policy names, by statement: the whole of it, so that nothing joins it unseen. */
test("its rights, all of them", () => {
  const statements = objects(policyOf(stack, "grafana_policy")["Statement"]);
  expect(
    statements.map(({ Sid, Effect, Action, Resource }) => [Sid, Effect, texts(Action), texts(Resource)]),
  ).toEqual([
    [
      "QueryMetrics",
      "Allow",
      ["aps:GetLabels", "aps:GetMetricMetadata", "aps:GetSeries", "aps:QueryMetrics"],
      [METRICS],
    ],
    ["ReadCloudWatchMetrics", "Allow", ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], ["*"]],
    ["FindLogGroups", "Allow", ["logs:DescribeLogGroups", "logs:StopQuery"], ["*"]],
    [
      "QueryLogGroups",
      "Allow",
      ["logs:GetLogEvents", "logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"],
      ["arn:aws:logs:*:*:log-group:/tenantscope/*"],
    ],
    ["ListSinks", "Allow", ["oam:ListSinks"], ["*"]],
    ["ListLinkedAccounts", "Allow", ["oam:ListAttachedLinks"], [`arn:aws:oam:*:${ACCOUNT}:sink/*`]],
    [
      "ReadTraces",
      "Allow",
      [
        "xray:BatchGetTraces",
        "xray:GetGroups",
        "xray:GetInsight",
        "xray:GetInsightSummaries",
        "xray:GetServiceGraph",
        "xray:GetTimeSeriesServiceStatistics",
        "xray:GetTraceGraph",
        "xray:GetTraceSummaries",
      ],
      ["*"],
    ],
    ["ListRegions", "Allow", ["ec2:DescribeRegions"], ["*"]],
    [
      "ReadInTenantAccounts",
      "Allow",
      ["sts:AssumeRole"],
      ["arn:aws:iam::*:role/tenantscope/tenantscope-*-grafana"],
    ],
    [
      "QueryDedicatedWorkspaces",
      "Allow",
      ["sts:AssumeRole"],
      [`arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-query-*`],
    ],
    ["SendAlerts", "Allow", ["sns:Publish"], [TOPIC]],
    ["EncryptAlerts", "Allow", ["kms:Decrypt", "kms:GenerateDataKey"], [TOPIC_KEY]],
  ]);
});

const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
/** A role elsewhere, or here, that leaves to this account whom it lets in. */
const TRUSTS_THE_ACCOUNT = policy({
  Sid: "Central",
  Effect: "Allow",
  Principal: root,
  Action: "sts:AssumeRole",
});

const may = (
  action: string,
  resource: string,
  context: Record<string, string> = {},
  resourcePolicy?: object,
): Promise<boolean> =>
  allow({
    principal: ROLE,
    identityPolicies: [grafanaPolicy(PROPS)],
    action,
    resource,
    resourceAccount: /^arn:aws:\w+:[^:]*:(\d{12}):/.exec(resource)?.[1] ?? ACCOUNT,
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    context,
  });

describe("rights, as AWS would decide", () => {
  const group = (name: string): string => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;

  test.each([
    ["aps:QueryMetrics", METRICS],
    ["logs:StartQuery", group("/tenantscope/central/gateway")],
    ["oam:ListAttachedLinks", `arn:aws:oam:${REGION}:${ACCOUNT}:sink/0a1b`],
    ["sns:Publish", TOPIC],
  ])("%s on %s", async (action, resource) => {
    expect(await may(action, resource)).toBe(true);
  });

  test.each([
    // A dedicated workspace is asked through its tenant's role.
    ["aps:QueryMetrics", `arn:aws:aps:${REGION}:${ACCOUNT}:workspace/ws-2`],
    ["aps:RemoteWrite", METRICS],
    ["aps:DeleteWorkspace", METRICS],
    ["logs:StartQuery", group("/aws/lambda/other")],
    ["logs:DeleteLogGroup", group("/tenantscope/central/gateway")],
    ["sns:Publish", `arn:aws:sns:${REGION}:${ACCOUNT}:other`],
    ["es:ESHttpGet", `arn:aws:es:${REGION}:${ACCOUNT}:domain/tenantscope-traces`],
    ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:x-AbCdEf`],
  ])("never %s on %s", async (action, resource) => {
    expect(await may(action, resource)).toBe(false);
  });

  test("the topic's key through SNS only", async () => {
    const uses = (context: Record<string, string>) =>
      may("kms:GenerateDataKey", TOPIC_KEY, context, policy(keyAdministration(ACCOUNT)));
    const through = (service: string) => ({ "kms:ViaService": `${service}.${REGION}.amazonaws.com` });
    expect(await uses(through("sns"))).toBe(true);
    expect(await uses(through("s3"))).toBe(false);
    expect(await uses({})).toBe(false);
  });

  test.each([
    ["acme's read role", TENANT, tenantGrafanaNames("acme").readRole, ORGANIZATION, true],
    ["one of another organization", TENANT, tenantGrafanaNames("acme").readRole, "o-other", false],
    ["acme's task role", TENANT, "tenantscope-acme-orders-task", ORGANIZATION, false],
    ["acme's query role", ACCOUNT, tenantGrafanaNames("acme").queryRole, ORGANIZATION, true],
    ["a query role of another account", TENANT, tenantGrafanaNames("acme").queryRole, ORGANIZATION, false],
    ["acme's writer", ACCOUNT, "tenantscope-writer-acme", ORGANIZATION, false],
  ])("%s, if it trusts Grafana", async (_, account, name, organization, expected) => {
    const resource = `arn:aws:iam::${account}:role/tenantscope/${name}`;
    const context = { "aws:ResourceOrgID": organization };
    expect(await may("sts:AssumeRole", resource, context, TRUSTS_THE_ACCOUNT)).toBe(expected);
  });

  test("a role of the same name without the path", async () => {
    const resource = `arn:aws:iam::${TENANT}:role/${tenantGrafanaNames("acme").readRole}`;
    const context = { "aws:ResourceOrgID": ORGANIZATION };
    expect(await may("sts:AssumeRole", resource, context, TRUSTS_THE_ACCOUNT)).toBe(false);
  });
});
