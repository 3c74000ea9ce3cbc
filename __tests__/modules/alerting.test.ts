import { AlertRouting } from "../../modules/alerting/alert-routing";
import { notifierNames } from "../../modules/alerting/names";
import { notifierStatements, routerStatements, routingTopicPolicy } from "../../modules/alerting/policies";
import { needsNotifier, TenantNotifier, type NotifierSecrets } from "../../modules/alerting/tenant-notifier";
import { LIMITS } from "../../lib/names";
import { census, only } from "../support/census";
import { asObject, asText, objects, type Json, type JsonObject } from "../support/json";
import { policyOf, withoutHashes } from "../support/module-stack";
import type { Stack } from "../support/synth";
import { synthModule, target } from "./gateway-module";

const CENTRAL = "111111111111";
const ACCOUNT = "222222222222";
const SECRETS = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:`;
const ALERTS = "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts";
const ALERTS_KEY = "arn:aws:kms:eu-west-1:111111111111:key/alerts";
const PLACE = { accountId: CENTRAL, region: "eu-west-1", organizationId: "o-abcdefghij" };

const made: { routing?: AlertRouting } = {};
const routing = synthModule((scope) => {
  made.routing = new AlertRouting(scope, "routing", {
    ...PLACE,
    logRetentionDays: 30,
    alertTopic: { arn: ALERTS, keyArn: ALERTS_KEY },
  });
});
const BOTH: NotifierSecrets = {
  slackSecretArn: `${SECRETS}slack-AbCdEf`,
  pagerDutySecretArn: `${SECRETS}pager-AbCdEf`,
  secretKmsKeyArns: [],
};
const TOPIC = `arn:aws:sns:eu-central-1:${ACCOUNT}:tenantscope-acme-alerts`;
const notifying = (secrets: NotifierSecrets): Stack =>
  synthModule((scope) => {
    new TenantNotifier(scope, "notifier", {
      tenant: "acme",
      accountId: ACCOUNT,
      region: "eu-central-1",
      logRetentionDays: 14,
      alertTopic: { arn: TOPIC, name: "tenantscope-acme-alerts" },
      secrets,
    });
  });
const notifier = notifying(BOTH);

const parsed = (value: Json | undefined): JsonObject => asObject(JSON.parse(asText(value)) as Json);
const byId = (stack: Stack, type: string, id: string): JsonObject => {
  const found = Object.entries(stack.resource(type)).filter(
    ([each]) => each.replace(/_[0-9A-F]{8}$/, "") === id,
  );
  expect(found).toHaveLength(1);
  return found[0]?.[1] ?? {};
};
const dependencies = (value: Json | undefined): unknown =>
  (withoutHashes(value) as string[]).map((each) => each.replace(/_[0-9A-F]{8}$/, ""));

/** What a topic's function has in every place. */
const FUNCTION = {
  aws_cloudwatch_log_group: 1,
  aws_iam_role: 1,
  aws_iam_role_policy: 1,
  aws_lambda_function: 1,
  aws_lambda_function_event_invoke_config: 1,
  aws_lambda_permission: 1,
  aws_sns_topic_subscription: 1,
  aws_sqs_queue: 1,
  aws_sqs_queue_policy: 1,
};

test("exactly these resources; no network", () => {
  expect(census(routing)).toEqual({
    ...FUNCTION,
    aws_cloudwatch_metric_alarm: 5,
    aws_kms_alias: 3,
    aws_kms_key: 3,
    aws_sns_topic: 1,
    aws_sns_topic_policy: 1,
  });
  expect(census(notifier)).toEqual({
    ...FUNCTION,
    aws_cloudwatch_metric_alarm: 4,
    aws_kms_alias: 2,
    aws_kms_key: 2,
  });
});

describe("the routing topic", () => {
  test("is encrypted with its own key and has exactly its policy", () => {
    const topic = only(routing, "aws_sns_topic");
    expect([topic["name"], target(routing, topic["kms_master_key_id"])]).toEqual([
      "tenantscope-alert-routing",
      "aws_kms_key.routing_key",
    ]);
    expect(policyOf(only(routing, "aws_sns_topic_policy"))).toEqual(routingTopicPolicy(PLACE));
    const statements = objects(parsed(byId(routing, "aws_kms_key", "routing_key")["policy"])["Statement"]);
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      "AccountAdministration",
      "OnlyThroughServices",
      "Alertmanagers",
    ]);
  });

  test("fields", () => {
    expect(target(routing, made.routing?.topicArn)).toBe("aws_sns_topic.routing_topic");
    expect(target(routing, made.routing?.routerRoleArn)).toBe("aws_iam_role.routing_router_identity_role");
  });
});

describe.each([
  {
    place: "the router",
    stack: routing,
    prefix: "routing_router",
    name: "tenantscope-alert-router",
    queue: "tenantscope-alert-routing-failed",
    topic: `arn:aws:sns:eu-west-1:${CENTRAL}:tenantscope-alert-routing`,
    queueArn: `arn:aws:sqs:eu-west-1:${CENTRAL}:tenantscope-alert-routing-failed`,
    logGroup: "/tenantscope/central/alert-router",
    alarmsTo: ALERTS,
    environment: { CENTRAL_TOPIC_ARN: ALERTS, ROUTE_PATH: "/tenantscope/alert-routes" },
    rights: routerStatements(PLACE, { topicArn: ALERTS, topicKeyArn: ALERTS_KEY }),
    sqs: "sqs.eu-west-1.amazonaws.com",
  },
  {
    place: "the notifier",
    stack: notifier,
    prefix: "notifier_subscriber",
    name: "tenantscope-acme-alert-notifier",
    queue: "tenantscope-acme-alert-notifier-failed",
    topic: TOPIC,
    queueArn: `arn:aws:sqs:eu-central-1:${ACCOUNT}:tenantscope-acme-alert-notifier-failed`,
    logGroup: "/tenantscope/acme/_functions/alert-notifier",
    alarmsTo: TOPIC,
    environment: {
      TENANT: "acme",
      SLACK_SECRET_ARN: BOTH.slackSecretArn,
      PAGERDUTY_SECRET_ARN: BOTH.pagerDutySecretArn,
    },
    rights: notifierStatements({
      secretArns: [BOTH.slackSecretArn ?? "", BOTH.pagerDutySecretArn ?? ""],
      kmsKeyArns: [],
    }),
    sqs: "sqs.eu-central-1.amazonaws.com",
  },
])(
  "$place",
  ({ stack, prefix, name, queue, topic, queueArn, logGroup, alarmsTo, environment, rights, sqs }) => {
    test("is a function outside of any VPC, with what it needs to know", () => {
      const lambda = only(stack, "aws_lambda_function");
      expect(lambda).toMatchObject({
        function_name: name,
        memory_size: 256,
        timeout: 60,
        environment: { variables: environment },
      });
      expect(lambda).not.toHaveProperty("vpc_config");
      expect(only(stack, "aws_iam_role")["name"]).toBe(name);
      expect(only(stack, "aws_cloudwatch_log_group")["name"]).toBe(logGroup);
    });

    test("may do its work, write its log and keep what fails; nothing else", () => {
      const policy = policyOf(only(stack, "aws_iam_role_policy")) as { Statement: JsonObject[] };
      const [logs, environmentKey, ...others] = policy.Statement;
      expect([logs?.["Sid"], environmentKey?.["Sid"]]).toEqual(["WriteLogs", "DecryptEnvironment"]);
      const [send, encrypt] = others.splice(-2);
      expect(others).toEqual(rights);
      expect(withoutHashes(send)).toEqual({
        Sid: "KeepFailed",
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: `\${aws_sqs_queue.${prefix}_failed_queue.arn}`,
      });
      expect(withoutHashes(encrypt)).toEqual({
        Sid: "EncryptFailed",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: `\${aws_kms_key.${prefix}_failed_key.arn}`,
        Condition: { StringEquals: { "kms:ViaService": sqs } },
      });
    });

    test("is called by its topic alone, and a message that it does not get is kept", () => {
      const { function_name, ...permission } = only(stack, "aws_lambda_permission");
      expect(target(stack, function_name)).toMatch(/^aws_lambda_function\./);
      const subscription = only(stack, "aws_sns_topic_subscription");
      expect(permission).toEqual({
        statement_id: "topic",
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        source_arn: subscription["topic_arn"],
      });
      expect(subscription["protocol"]).toBe("lambda");
      expect(target(stack, subscription["endpoint"])).toMatch(/^aws_lambda_function\./);
      expect(withoutHashes(parsed(subscription["redrive_policy"]))).toEqual({
        deadLetterTargetArn: `\${aws_sqs_queue.${prefix}_failed_queue.arn}`,
      });
      expect(dependencies(subscription["depends_on"])).toEqual([
        `aws_lambda_permission.${prefix}_permission`,
        `aws_lambda_function_event_invoke_config.${prefix}_retries`,
        `aws_sqs_queue_policy.${prefix}_failed_policy`,
      ]);
    });

    test("is tried three times in an hour, and what fails then is kept", () => {
      const { function_name, destination_config, ...retries } = only(
        stack,
        "aws_lambda_function_event_invoke_config",
      );
      expect(target(stack, function_name)).toMatch(/^aws_lambda_function\./);
      expect(retries).toEqual({ maximum_retry_attempts: 2, maximum_event_age_in_seconds: 3600 });
      expect(target(stack, asObject(asObject(destination_config)["on_failure"])["destination"])).toBe(
        `aws_sqs_queue.${prefix}_failed_queue`,
      );
    });

    test("the queue keeps messages for two weeks, encrypted; besides the function only SNS puts some in, for the one topic", () => {
      const { kms_master_key_id, ...attributes } = only(stack, "aws_sqs_queue");
      expect(attributes).toEqual({
        name: queue,
        message_retention_seconds: 1_209_600,
        kms_data_key_reuse_period_seconds: 3600,
      });
      expect(target(stack, kms_master_key_id)).toBe(`aws_kms_key.${prefix}_failed_key`);
      const statement = {
        Sid: "UndeliveredMessages",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": topic } },
      };
      expect(policyOf(only(stack, "aws_sqs_queue_policy"))).toEqual({
        Version: "2012-10-17",
        Statement: [{ ...statement, Action: "sqs:SendMessage", Resource: queueArn }],
      });
      const [, through, use, ...more] = objects(
        parsed(byId(stack, "aws_kms_key", `${prefix}_failed_key`)["policy"])["Statement"],
      );
      expect(more).toEqual([]);
      expect(through?.Sid).toBe("OnlyThroughServices");
      expect(use).toEqual({ ...statement, Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" });
    });

    test("somebody is told when a message was kept", () => {
      expect(byId(stack, "aws_cloudwatch_metric_alarm", `${prefix}_failed_alarm-not-empty`)).toMatchObject({
        alarm_name: `${queue}-not-empty`,
        namespace: "AWS/SQS",
        metric_name: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue },
        statistic: "Maximum",
        threshold: 0,
        comparison_operator: "GreaterThanThreshold",
      });
      for (const { alarm_actions, ok_actions } of Object.values(
        stack.resource("aws_cloudwatch_metric_alarm"),
      )) {
        expect([alarm_actions, ok_actions]).toEqual([[alarmsTo], [alarmsTo]]);
      }
    });
  },
);

test("alarms of the routing: the function's own, what SNS could not deliver, what was kept", () => {
  const alarms = Object.values(routing.resource("aws_cloudwatch_metric_alarm"));
  expect(alarms.map(({ alarm_name }) => alarm_name).sort()).toEqual([
    "tenantscope-alert-router-duration",
    "tenantscope-alert-router-errors",
    "tenantscope-alert-router-throttles",
    "tenantscope-alert-routing-failed-not-empty",
    "tenantscope-alert-routing-undelivered",
  ]);
  expect(byId(routing, "aws_cloudwatch_metric_alarm", "routing_alarm-undelivered")).toMatchObject({
    namespace: "AWS/SNS",
    metric_name: "NumberOfNotificationsFailed",
    dimensions: { TopicName: "tenantscope-alert-routing" },
    statistic: "Sum",
    threshold: 0,
    comparison_operator: "GreaterThanThreshold",
  });
});

describe("a tenant's notifier", () => {
  test("is needed where a secret is named", () => {
    expect(needsNotifier(BOTH)).toBe(true);
    expect(needsNotifier({ slackSecretArn: "x", secretKmsKeyArns: [] })).toBe(true);
    expect(needsNotifier({ pagerDutySecretArn: "x", secretKmsKeyArns: [] })).toBe(true);
    expect(needsNotifier({ secretKmsKeyArns: ["x"] })).toBe(false);
    expect(() => notifying({ secretKmsKeyArns: [] })).toThrow("tenant acme names no secret");
  });

  test("knows only the secrets that there are", () => {
    const { slackSecretArn } = BOTH;
    const stack = notifying({ slackSecretArn, secretKmsKeyArns: [] });
    expect(only(stack, "aws_lambda_function")["environment"]).toEqual({
      variables: { TENANT: "acme", SLACK_SECRET_ARN: slackSecretArn },
    });
    expect(stack.text).not.toContain("pager");
    // One secret for both is read by one right.
    const same = notifying({ slackSecretArn, pagerDutySecretArn: slackSecretArn, secretKmsKeyArns: [] });
    expect(asText(only(same, "aws_iam_role_policy")["policy"])).toContain(
      `"Resource":["${slackSecretArn ?? ""}"]`,
    );
  });

  test("has names that fit for the longest tenant", () => {
    const names = notifierNames(`a${"b".repeat(20)}`);
    expect(names.name.length).toBeLessThanOrEqual(LIMITS.iamRole);
    // A function's name has the same limit; a queue's is 80.
    expect(names.failedQueue.length).toBeLessThanOrEqual(80);
  });
});

test("no token and no other tenant in any text", () => {
  for (const stack of [routing, notifier]) expect(stack.text).not.toContain("TfToken");
  expect(routing.text).not.toMatch(/acme|222222222222/);
});
