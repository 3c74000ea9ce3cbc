import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEvent } from "../../lambda/storage-admin/input";
import { readSettings } from "../../lambda/storage-admin/settings";
import { STORAGE_ADMIN } from "../../modules/opensearch/names";
import { schedulerPolicy, schedulerTrust } from "../../modules/lambda-function/schedules";
import { spanShards } from "../../modules/opensearch/trace-storage";
import { only } from "../support/census";
import { allow } from "../support/iam";
import { asObject, asText, objects, texts, type JsonObject } from "../support/json";
import { target } from "./gateway-module";
import {
  ACCOUNT,
  buildStorage,
  functionOf,
  parsed,
  policyOf,
  PROPS,
  REGION,
  withoutHash,
} from "./trace-storage-module";

const stack = buildStorage();
const admin = functionOf(stack, "admin");

describe("deployment", () => {
  const invocation = only(stack, "aws_lambda_invocation");
  const input = parsed(invocation["input"]);
  const resolved = (value: JsonObject): JsonObject =>
    JSON.parse(
      JSON.stringify(value).replace(
        /\$\{aws_iam_role\.[^}]+\}/,
        `arn:aws:iam::${ACCOUNT}:role/tenantscope/proxy`,
      ),
    ) as JsonObject;

  test("the admin is told what the domain is to be, whenever that or its code changes, and when it goes", () => {
    const { security, revision, ...rest } = input;
    expect(rest).toEqual({ zones: 2, spanShards: 1 });
    expect(target(stack, asObject(security)["proxyRoleArn"])).toBe(
      "aws_iam_role.storage_proxy-identity_role",
    );
    const [code, url] = asText(revision).split(" ");
    expect([code, target(stack, url)]).toEqual([
      admin["source_code_hash"],
      "aws_opensearch_domain.storage_domain",
    ]);
    expect(invocation["lifecycle_scope"]).toBe("CRUD");
    expect(target(stack, invocation["function_name"])).toBe("aws_lambda_function.storage_admin_function");
    // A trigger would replace it: the function would be told to delete first.
    expect(invocation).not.toHaveProperty("triggers");
  });

  test("after the domain and the ways to it are there", () => {
    expect(texts(invocation["depends_on"]).map(withoutHash)).toEqual([
      "aws_opensearch_domain.storage_domain",
      "aws_vpc_security_group_ingress_rule.storage_domain_in-proxy",
      "aws_vpc_security_group_egress_rule.storage_domain_out-proxy",
      "aws_vpc_security_group_ingress_rule.storage_domain_in-admin",
      "aws_vpc_security_group_egress_rule.storage_domain_out-admin",
    ]);
  });

  test("the function understands what it is told and its settings", () => {
    for (const action of ["create", "update"]) {
      expect(parseEvent({ ...resolved(input), tf: { action, prev_input: null } }, 24)).toMatchObject({
        task: "provision",
        provision: { action, input: { zones: 2, spanShards: 1 } },
      });
    }
    const { variables } = asObject(admin["environment"]);
    expect(
      readSettings({ ...(asObject(variables) as Record<string, string>), OPENSEARCH_URL: "https://x" }),
    ).toMatchObject({
      region: REGION,
      retentionPath: "/tenantscope/traces/retention",
      retentionDays: 7,
      metricsNamespace: "Tenantscope/StorageAdmin",
    });
  });

  test.each([
    [{ zones: 1, instances: 1 }, 1],
    [{ zones: 1, instances: 3 }, 3],
    [{ zones: 2, instances: 2 }, 1],
    [{ zones: 3, instances: 3 }, 2],
    [{ zones: 2, instances: 8 }, 4],
  ] as const)("%p: %d shards of a day's spans", (size, shards) => {
    expect(spanShards(size)).toBe(shards);
  });
});

describe("schedules", () => {
  const schedules = Object.values(stack.resource("aws_scheduler_schedule"));

  test("dependencies every hour, retention twice every six hours, each as the function understands it", () => {
    expect(schedules.map(({ name, schedule_expression }) => [name, schedule_expression])).toEqual([
      ["dependencies", "rate(1 hour)"],
      ["retention", "cron(10,40 1,7,13,19 * * ? *)"],
    ]);
    for (const schedule of schedules) {
      const { arn, role_arn, input, retry_policy } = asObject(schedule["target"]);
      expect(parsed(input)).toEqual({ task: schedule["name"] });
      expect(parseEvent(parsed(input), 24)).toEqual({ task: schedule["name"] });
      expect(target(stack, arn)).toBe("aws_lambda_function.storage_admin_function");
      expect(target(stack, role_arn)).toBe("aws_iam_role.storage_administration_schedule-role");
      expect(retry_policy).toEqual({ maximum_retry_attempts: 3, maximum_event_age_in_seconds: 3600 });
      expect(target(stack, schedule["group_name"])).toBe(
        "aws_scheduler_schedule_group.storage_administration_schedules",
      );
      expect(schedule["flexible_time_window"]).toEqual({ mode: "OFF" });
      expect(texts(schedule["depends_on"]).map(withoutHash)).toEqual([
        "aws_iam_role_policy.storage_administration_schedule-policy",
        "aws_lambda_invocation.storage_administration_apply",
      ]);
    }
  });

  test("a call that failed is tried again for an hour", () => {
    expect(only(stack, "aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 3600,
    });
  });

  test("the scheduler may run the admin and nothing else, for schedules of this group", async () => {
    const trust = schedulerTrust({ accountId: ACCOUNT, region: REGION, names: STORAGE_ADMIN });
    const [role] = Object.values(stack.resource("aws_iam_role")).filter(
      ({ name }) => name === "tenantscope-storage-admin-schedule",
    );
    expect(parsed(role?.["assume_role_policy"])).toEqual(trust);
    const [right] = objects(policyOf(stack, "storage_administration_schedule-policy")["Statement"]);
    expect(target(stack, right?.["Resource"])).toBe("aws_lambda_function.storage_admin_function");
    expect(schedulerPolicy("arn:x").Statement).toEqual([
      { Sid: "RunAdmin", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "arn:x" },
    ]);
    const group = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/tenantscope-storage-admin`;
    const assumes = (context: Record<string, string>): Promise<boolean> =>
      allow({
        principal: "scheduler.amazonaws.com",
        action: "sts:AssumeRole",
        resource: `arn:aws:iam::${ACCOUNT}:role/tenantscope/tenantscope-storage-admin-schedule`,
        resourceAccount: ACCOUNT,
        resourcePolicy: trust,
        context,
      });
    expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": group })).toBe(true);
    expect(await assumes({ "aws:SourceAccount": ACCOUNT, "aws:SourceArn": `${group}2` })).toBe(false);
    expect(await assumes({ "aws:SourceAccount": "222222222222", "aws:SourceArn": group })).toBe(false);
    expect(await assumes({})).toBe(false);
  });

  test("alarms: silence of either task, failures, what is overdue, and shards", () => {
    const alarms = Object.entries(stack.resource("aws_cloudwatch_metric_alarm"))
      .filter(([id]) => id.startsWith("storage_administration_"))
      .map(([, alarm]) => alarm);
    const operators: Record<string, string> = {
      GreaterThanThreshold: ">",
      GreaterThanOrEqualToThreshold: ">=",
      LessThanThreshold: "<",
    };
    expect(
      alarms.map((alarm) => [
        asText(alarm["alarm_name"]).replace("tenantscope-storage-admin-", ""),
        asObject(alarm["dimensions"])["task"],
        alarm["metric_name"],
        alarm["statistic"],
        `${operators[asText(alarm["comparison_operator"])] ?? "?"} ${String(Number(alarm["threshold"]))}`,
        alarm["treat_missing_data"],
        [alarm["period"], alarm["evaluation_periods"], alarm["datapoints_to_alarm"]],
      ]),
    ).toEqual([
      [
        "dependencies-silent",
        "dependencies",
        "Failures",
        "SampleCount",
        "< 1",
        "breaching",
        [3600, 3, undefined],
      ],
      ["dependencies", "dependencies", "Failures", "Sum", "> 0", "notBreaching", [3600, 1, 1]],
      ["overdue", "retention", "OverdueDays", "Maximum", ">= 2", "notBreaching", [21_600, 1, undefined]],
      [
        "retention-silent",
        "retention",
        "Failures",
        "SampleCount",
        "< 1",
        "breaching",
        [21_600, 2, undefined],
      ],
      // Until the next run, six hours later.
      ["retention", "retention", "Failures", "Sum", "> 0", "notBreaching", [3600, 6, 1]],
      [
        "shards",
        "retention",
        "ShardsUsedPercent",
        "Maximum",
        ">= 80",
        "notBreaching",
        [21_600, 1, undefined],
      ],
    ]);
    const page = readFileSync(join(__dirname, "../../docs/runbooks/central-traces-storage.md"), "utf8");
    for (const alarm of alarms) {
      expect(Object.keys(asObject(alarm["dimensions"]))).toEqual(["task"]);
      expect(alarm["namespace"]).toBe("Tenantscope/StorageAdmin");
      expect([alarm["alarm_actions"], alarm["ok_actions"]]).toEqual([
        [PROPS.alarmTopicArn],
        [PROPS.alarmTopicArn],
      ]);
      expect(asText(alarm["alarm_description"])).toMatch(
        /[.] Runbook: docs\/runbooks\/central-traces-storage[.]md$/,
      );
      expect(page).toContain(`\`${asText(alarm["alarm_name"])}\``);
    }
  });
});
