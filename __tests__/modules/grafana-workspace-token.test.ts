import { Eip } from "@cdktf/provider-aws/lib/eip";
import { parseEvent } from "../../lambda/grafana-admin/input";
import { PLUGINS } from "../../lambda/grafana-admin/keep";
import { readSettings } from "../../lambda/grafana-admin/settings";
import { PROMETHEUS_TYPE, XRAY_TYPE } from "../../lib/grafana-names";
import { GRAFANA_ADMIN } from "../../modules/grafana-workspace/names";
import { schedulerPolicy, schedulerTrust } from "../../modules/lambda-function/schedules";
import { GrafanaWorkspace, type GrafanaWorkspaceProps } from "../../modules/grafana-workspace/workspace";
import { census, only } from "../support/census";
import { allow } from "../support/iam";
import { asObject, asText, objects, shown, texts, type JsonObject } from "../support/json";
import type { Stack } from "../support/synth";
import { synthModule, target } from "./gateway-module";
import { ACCOUNT, buildGrafana, OPEN, PROPS, REGION, RESTRICTED, TOPIC } from "./grafana-workspace-module";
import { parsed, policyOf, withoutHash } from "./trace-storage-module";

const stack = buildGrafana();
const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:tenantscope/grafana-token-AbCdEf`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/token`;
const WORKSPACE = `arn:aws:grafana:${REGION}:${ACCOUNT}:/workspaces/g-0123456789`;

/** A document with plain ARNs in the place of its references. */
const resolved = (document: JsonObject): JsonObject =>
  JSON.parse(
    JSON.stringify(document)
      .replace(/\$\{aws_secretsmanager_secret\.[^}]+\}/g, SECRET)
      .replace(/\$\{aws_kms_key\.[^}]+\}/g, KEY)
      .replace(/\$\{aws_grafana_workspace\.[^}]+\}/g, WORKSPACE),
  ) as JsonObject;

describe("the function", () => {
  const lambda = only(stack, "aws_lambda_function");

  test("knows the workspace, the account and the secret, and no token", () => {
    expect(lambda).toMatchObject({ function_name: "tenantscope-grafana-admin", timeout: 600 });
    expect(lambda).not.toHaveProperty("vpc_config");
    const variables = asObject(asObject(lambda["environment"])["variables"]) as Record<string, string>;
    expect(Object.keys(variables).sort()).toEqual([
      "GRAFANA_URL",
      "METRICS_NAMESPACE",
      "REGION",
      "SECRET_ARN",
      "SERVICE_ACCOUNT_ID",
      "WORKSPACE_ID",
    ]);
    expect(
      ["GRAFANA_URL", "SECRET_ARN", "SERVICE_ACCOUNT_ID", "WORKSPACE_ID"].map((name) =>
        target(stack, variables[name]),
      ),
    ).toEqual([
      "aws_grafana_workspace.grafana_workspace",
      "aws_secretsmanager_secret.grafana_token_kept_secret",
      "aws_grafana_workspace_service_account.grafana_service-account",
      "aws_grafana_workspace.grafana_workspace",
    ]);
    // The resource's id is both ids in one; the API wants the account's.
    expect(variables["SERVICE_ACCOUNT_ID"]).toMatch(/\.service_account_id\}$/);
    expect(
      readSettings({
        ...variables,
        GRAFANA_URL: "https://g-0123456789.grafana-workspace.eu-west-1.amazonaws.com",
        SECRET_ARN: SECRET,
        SERVICE_ACCOUNT_ID: "7",
        WORKSPACE_ID: "g-0123456789",
      }),
    ).toMatchObject({ region: REGION, metricsNamespace: "Tenantscope/GrafanaAdmin" });
  });

  test("installs the plugins of the data sources that there are", () => {
    expect([...PLUGINS].sort()).toEqual([PROMETHEUS_TYPE, XRAY_TYPE].sort());
  });

  test("may do exactly this", () => {
    const document = resolved(policyOf(stack, "grafana_token_admin_policy"));
    const [logs, environment, ...own] = objects(document["Statement"]);
    expect([logs?.["Sid"], environment?.["Sid"]]).toEqual(["WriteLogs", "DecryptEnvironment"]);
    expect(own).toEqual([
      {
        Sid: "ManageTokens",
        Effect: "Allow",
        Action: [
          "grafana:CreateWorkspaceServiceAccountToken",
          "grafana:DeleteWorkspaceServiceAccountToken",
          "grafana:ListWorkspaceServiceAccountTokens",
        ],
        Resource: WORKSPACE,
      },
      {
        Sid: "KeepToken",
        Effect: "Allow",
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
        ],
        Resource: SECRET,
      },
      {
        Sid: "EncryptToken",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: KEY,
        Condition: {
          StringEquals: {
            "kms:ViaService": `secretsmanager.${REGION}.amazonaws.com`,
            "kms:EncryptionContext:SecretARN": SECRET,
          },
        },
      },
    ]);
  });

  test("is in the VPC where the workspace does not answer to everybody, with the same role", () => {
    const restricted = buildGrafana({ settings: RESTRICTED });
    const vpc = asObject(only(restricted, "aws_lambda_function")["vpc_config"]);
    expect(vpc["subnet_ids"]).toEqual(["subnet-a", "subnet-b"]);
    expect(census(restricted)).toMatchObject({
      aws_security_group: 2,
      aws_vpc_security_group_egress_rule: 2,
    });
    // Another address in the state would be another role of the same name: IAM would refuse it.
    const roles = (of: Stack): string[] => Object.keys(of.resource("aws_iam_role")).sort();
    expect(roles(restricted)).toEqual(roles(stack));
  });
});

describe("rotation", () => {
  const invocation = only(stack, "aws_lambda_invocation");

  test("the function looks whenever its code, the workspace or the account changes, and revokes at the end", () => {
    expect(invocation["lifecycle_scope"]).toBe("CRUD");
    expect(invocation).not.toHaveProperty("triggers");
    expect(target(stack, invocation["function_name"])).toBe(
      "aws_lambda_function.grafana_token_admin_function",
    );
    const { revision, ...rest } = parsed(invocation["input"]);
    expect(rest).toEqual({});
    const [code, workspace, account] = asText(revision).split(" ");
    expect([code, target(stack, workspace), target(stack, account)]).toEqual([
      only(stack, "aws_lambda_function")["source_code_hash"],
      "aws_grafana_workspace.grafana_workspace",
      "aws_grafana_workspace_service_account.grafana_service-account",
    ]);
    for (const action of ["create", "update"]) {
      expect(parseEvent({ ...parsed(invocation["input"]), tf: { action, prev_input: null } })).toEqual({
        task: "keep",
        from: "terraform",
      });
    }
  });

  test("no token is kept before the secret is guarded", () => {
    expect(texts(invocation["depends_on"]).map(withoutHash)).toEqual([
      "aws_secretsmanager_secret_policy.grafana_token_kept_policy",
    ]);
  });

  test("in the VPC, not before there is a way out of it; elsewhere it needs none", () => {
    const after = (settings: GrafanaWorkspaceProps["settings"]): string[] => {
      const built = synthModule((scope) => {
        const way = new Eip(scope, "way");
        new GrafanaWorkspace(scope, "grafana", { ...PROPS, settings, vpcEgress: [way] });
      });
      return texts(only(built, "aws_lambda_invocation")["depends_on"]).map(withoutHash);
    };
    const guard = "aws_secretsmanager_secret_policy.grafana_token_kept_policy";
    expect(after(RESTRICTED)).toEqual(["aws_eip.way", guard]);
    expect(after(OPEN)).toEqual([guard]);
  });

  test("every day, tried again for an hour, once there is a token", () => {
    const schedule = only(stack, "aws_scheduler_schedule");
    const { arn, role_arn, input, retry_policy } = asObject(schedule["target"]);
    expect(schedule["schedule_expression"]).toBe("cron(15 3 * * ? *)");
    expect(schedule["flexible_time_window"]).toEqual({ mode: "OFF" });
    expect(parseEvent(parsed(input))).toEqual({ task: "keep", from: "schedule" });
    expect(retry_policy).toEqual({ maximum_retry_attempts: 3, maximum_event_age_in_seconds: 3600 });
    expect([target(stack, arn), target(stack, role_arn), target(stack, schedule["group_name"])]).toEqual([
      "aws_lambda_function.grafana_token_admin_function",
      "aws_iam_role.grafana_token_rotation_schedule-role",
      "aws_scheduler_schedule_group.grafana_token_rotation_schedules",
    ]);
    expect(texts(schedule["depends_on"]).map(withoutHash)).toEqual([
      "aws_iam_role_policy.grafana_token_rotation_schedule-policy",
      "aws_lambda_invocation.grafana_token_rotation_apply",
    ]);
    expect(only(stack, "aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 3600,
    });
  });

  test("the scheduler may run the admin and nothing else, for schedules of this group", async () => {
    const trust = schedulerTrust({ accountId: ACCOUNT, region: REGION, names: GRAFANA_ADMIN });
    const role = Object.values(stack.resource("aws_iam_role")).find(
      ({ name }) => name === "tenantscope-grafana-admin-schedule",
    );
    expect(parsed(role?.["assume_role_policy"])).toEqual(trust);
    const [right] = objects(policyOf(stack, "grafana_token_rotation_schedule-policy")["Statement"]);
    expect(target(stack, right?.["Resource"])).toBe("aws_lambda_function.grafana_token_admin_function");
    expect(schedulerPolicy("arn:x").Statement).toEqual([
      { Sid: "RunAdmin", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "arn:x" },
    ]);
    const group = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/tenantscope-grafana-admin`;
    const assumes = (context: Record<string, string>): Promise<boolean> =>
      allow({
        principal: "scheduler.amazonaws.com",
        action: "sts:AssumeRole",
        resource: `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-grafana-admin-schedule`,
        resourceAccount: ACCOUNT,
        resourcePolicy: trust,
        context,
      });
    expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": group })).toBe(true);
    expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `${group}2` })).toBe(false);
    expect(await assumes({ "aws:SourceAccount": "222222222222", "aws:SourceArn": group })).toBe(false);
  });

  test("alarms: errors, and three days without success, long before a token ends", () => {
    const alarms = Object.values(stack.resource("aws_cloudwatch_metric_alarm"));
    expect(
      alarms.map((alarm) => [
        alarm["alarm_name"],
        `${asText(alarm["namespace"])} ${asText(alarm["metric_name"])} ${asText(alarm["statistic"])}`,
        alarm["period"],
        alarm["evaluation_periods"],
        `${asText(alarm["comparison_operator"])} ${shown(alarm["threshold"])}`,
        alarm["treat_missing_data"],
      ]),
    ).toEqual([
      [
        "tenantscope-grafana-admin-duration",
        "AWS/Lambda Duration Maximum",
        300,
        1,
        "GreaterThanThreshold 480000",
        "notBreaching",
      ],
      [
        "tenantscope-grafana-admin-errors",
        "AWS/Lambda Errors Sum",
        300,
        1,
        "GreaterThanThreshold 0",
        "notBreaching",
      ],
      [
        "tenantscope-grafana-admin-throttles",
        "AWS/Lambda Throttles Sum",
        300,
        1,
        "GreaterThanThreshold 0",
        "notBreaching",
      ],
      [
        "tenantscope-grafana-admin-silent",
        "Tenantscope/GrafanaAdmin TokenAgeDays SampleCount",
        86_400,
        3,
        "LessThanThreshold 1",
        "breaching",
      ],
    ]);
    for (const { alarm_actions, ok_actions } of alarms) {
      expect([alarm_actions, ok_actions]).toEqual([[TOPIC], [TOPIC]]);
    }
    for (const alarm of alarms.slice(3)) {
      expect(alarm["dimensions"]).toEqual({ task: "rotate" });
      // Missing data is its alarm, so it comes after the first run.
      expect(texts(alarm["depends_on"]).map(withoutHash)).toEqual([
        "aws_lambda_invocation.grafana_token_rotation_apply",
      ]);
    }
  });
});
