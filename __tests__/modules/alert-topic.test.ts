import { AlertTopic, type AlertTopicProps } from "../../modules/alert-topic/alert-topic";
import { census, only } from "../support/census";
import { allow } from "../support/iam";
import { asText } from "../support/json";
import { policyOf, withoutHashes } from "../support/module-stack";
import { synthModule, target } from "./gateway-module";

const CENTRAL = "111111111111";
const ACCOUNT = "222222222222";
const REGION = "eu-central-1";
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:tenantscope-acme-alerts`;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/k`;
const role = (name: string, account = CENTRAL): string => `arn:aws:iam::${account}:role/tenantscope/${name}`;
const ROUTER = role("tenantscope-alert-router");
const PROPS: AlertTopicProps = {
  name: "tenantscope-acme-alerts",
  keyAlias: "alias/tenantscope-acme-alerts",
  owner: "tenant acme",
  accountId: ACCOUNT,
  region: REGION,
  emails: ["ops@acme.example"],
};
const URL = "https://events.example/integration/${secret}/enqueue";

const fields: { arn?: string; keyArn?: string } = {};
const build = (changes: Partial<AlertTopicProps> = {}) =>
  synthModule((scope) => {
    const topic = new AlertTopic(scope, "alerts", { ...PROPS, ...changes });
    fields.arn = topic.arn;
    fields.keyArn = topic.keyArn;
  });

const FROM_ALARMS = {
  StringEquals: { "aws:SourceAccount": ACCOUNT },
  ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:*` },
};
const ALARMS = {
  Sid: "CloudWatchAlarms",
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
};
const ADMINISTRATION = {
  Sid: "AccountAdministration",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: "kms:*",
  Resource: "*",
};
const onlyThrough = (...services: string[]) => ({
  Sid: "OnlyThroughServices",
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
  Resource: "*",
  Condition: {
    StringEquals: { "aws:PrincipalAccount": ACCOUNT },
    StringNotEquals: { "kms:ViaService": services.map((service) => `${service}.${REGION}.amazonaws.com`) },
  },
});
const USE_KEY = { Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" };
const policies = (stack: ReturnType<typeof build>) => ({
  topic: policyOf(only(stack, "aws_sns_topic_policy")),
  key: policyOf(only(stack, "aws_kms_key")),
});

describe("as it is without publishers and endpoints", () => {
  const stack = build();

  test("has exactly these resources and fields", () => {
    expect(census(stack)).toEqual({
      aws_kms_alias: 1,
      aws_kms_key: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 1,
    });
    expect(target(stack, fields.arn)).toBe("aws_sns_topic.alerts_topic");
    expect(target(stack, fields.keyArn)).toBe("aws_kms_key.alerts_key");
    expect(target(stack, only(stack, "aws_sns_topic")["kms_master_key_id"])).toBe("aws_kms_key.alerts_key");
  });

  test("only the account's alarms publish", () => {
    expect(policies(stack)).toEqual({
      topic: {
        Version: "2012-10-17",
        Statement: [{ ...ALARMS, Action: "sns:Publish", Resource: TOPIC, Condition: FROM_ALARMS }],
      },
      key: {
        Version: "2012-10-17",
        Statement: [ADMINISTRATION, onlyThrough("sns"), { ...ALARMS, ...USE_KEY, Condition: FROM_ALARMS }],
      },
    });
  });

  test("empty lists change nothing", () => {
    expect(build({ publishers: [], httpsUrls: [] }).text).toBe(stack.text);
  });
});

describe("publishers", () => {
  const OTHER = role("other", "333333333333");
  const both = policies(build({ publishers: [OTHER, ROUTER] }));
  const callers = { "aws:PrincipalArn": [ROUTER, OTHER] };
  const Principal = { AWS: [`arn:aws:iam::${CENTRAL}:root`, "arn:aws:iam::333333333333:root"] };

  test("are exactly the named roles, which need not exist yet", () => {
    expect(both).toEqual({
      topic: {
        Version: "2012-10-17",
        Statement: [
          { ...ALARMS, Action: "sns:Publish", Resource: TOPIC, Condition: FROM_ALARMS },
          {
            ...{ Sid: "Publishers", Effect: "Allow", Principal },
            Action: "sns:Publish",
            Resource: TOPIC,
            Condition: { StringEquals: callers },
          },
        ],
      },
      key: {
        Version: "2012-10-17",
        Statement: [
          ADMINISTRATION,
          onlyThrough("sns"),
          { ...ALARMS, ...USE_KEY, Condition: FROM_ALARMS },
          {
            ...{ Sid: "Publishers", Effect: "Allow", Principal, ...USE_KEY },
            Condition: { StringEquals: { ...callers, "kms:ViaService": "sns.eu-central-1.amazonaws.com" } },
          },
        ],
      },
    });
  });

  const { topic, key } = policies(build({ publishers: [ROUTER] }));
  const everything = { Effect: "Allow", Action: "*", Resource: "*", Sid: "All" };
  const administrator = { Version: "2012-10-17", Statement: [everything] };
  const asks = (principal: string, action: string, context: Record<string, string> = {}): Promise<boolean> =>
    allow({
      principal,
      identityPolicies: [administrator],
      action,
      resource: action.startsWith("sns") ? TOPIC : KEY,
      resourceAccount: ACCOUNT,
      resourcePolicy: (action.startsWith("sns") ? topic : key) as object,
      context,
    });
  const VIA = { "kms:ViaService": "sns.eu-central-1.amazonaws.com" };

  test("may publish, and use the key for that", async () => {
    expect(await asks(ROUTER, "sns:Publish")).toBe(true);
    expect(await asks(ROUTER, "kms:GenerateDataKey", VIA)).toBe(true);
    expect(await asks(ROUTER, "kms:Decrypt", VIA)).toBe(true);
  });

  test("may nothing else, and nobody else in their account may", async () => {
    expect(await asks(ROUTER, "sns:Subscribe")).toBe(false);
    expect(await asks(ROUTER, "sns:SetTopicAttributes")).toBe(false);
    expect(await asks(ROUTER, "kms:Decrypt")).toBe(false);
    expect(await asks(ROUTER, "kms:Decrypt", { "kms:ViaService": "s3.eu-central-1.amazonaws.com" })).toBe(
      false,
    );
    for (const name of ["tenantscope-alert-router2", "tenantscope-writer-acme", "*"]) {
      expect(await asks(role(name), "sns:Publish")).toBe(false);
      expect(await asks(role(name), "kms:GenerateDataKey", VIA)).toBe(false);
    }
    expect(await asks(role("tenantscope-alert-router", "333333333333"), "sns:Publish")).toBe(false);
  });
});

describe("HTTPS endpoints", () => {
  const stack = build({ httpsUrls: [URL, "https://b.example/"] });

  test("are subscribed besides the people, literally, and confirm by themselves", () => {
    expect(
      Object.values(stack.resource("aws_sns_topic_subscription"))
        .sort((a, b) => asText(a["endpoint"]).localeCompare(asText(b["endpoint"])))
        .map(({ protocol, endpoint, endpoint_auto_confirms, topic_arn }) => ({
          ...{ protocol, endpoint, topic: target(stack, topic_arn) },
          ...(endpoint_auto_confirms === undefined ? {} : { endpoint_auto_confirms }),
        })),
    ).toEqual([
      {
        ...{ protocol: "https", endpoint: "https://b.example/" },
        endpoint_auto_confirms: true,
        topic: "aws_sns_topic.alerts_topic",
      },
      {
        ...{ protocol: "https", endpoint: "https://events.example/integration/$${secret}/enqueue" },
        endpoint_auto_confirms: true,
        topic: "aws_sns_topic.alerts_topic",
      },
      { protocol: "email", endpoint: "ops@acme.example", topic: "aws_sns_topic.alerts_topic" },
    ]);
  });

  test("what they do not take is kept in a queue with the topic's key, and an alarm tells", () => {
    expect(census(stack)).toEqual({
      ...census(build()),
      aws_cloudwatch_metric_alarm: 1,
      aws_sns_topic_subscription: 3,
      aws_sqs_queue: 1,
      aws_sqs_queue_policy: 1,
    });
    const queue = only(stack, "aws_sqs_queue");
    expect(queue).toMatchObject({
      name: "tenantscope-acme-alerts-undelivered",
      message_retention_seconds: 1_209_600,
    });
    expect(target(stack, queue["kms_master_key_id"])).toBe("aws_kms_key.alerts_key");
    const [queueAddress = ""] = Object.keys(stack.resource("aws_sqs_queue")).map(
      (id) => `aws_sqs_queue.${id}`,
    );
    const policyAddress = Object.keys(stack.resource("aws_sqs_queue_policy")).map(
      (id) => `aws_sqs_queue_policy.${id}`,
    );
    for (const { protocol, redrive_policy, depends_on } of Object.values(
      stack.resource("aws_sns_topic_subscription"),
    )) {
      if (protocol === "email") {
        // SNS knows no failure of e-mail.
        expect([redrive_policy, depends_on]).toEqual([undefined, undefined]);
        continue;
      }
      expect(JSON.parse(asText(redrive_policy))).toEqual({ deadLetterTargetArn: `\${${queueAddress}.arn}` });
      expect(depends_on).toEqual(policyAddress);
    }
    expect(only(stack, "aws_cloudwatch_metric_alarm")).toMatchObject({
      alarm_name: "tenantscope-acme-alerts-undelivered-not-empty",
      metric_name: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "tenantscope-acme-alerts-undelivered" },
      threshold: 0,
    });
  });

  test("only SNS, for this topic, may fill the queue and use the key for it", () => {
    const Condition = { ArnEquals: { "aws:SourceArn": TOPIC } };
    const Principal = { Service: "sns.amazonaws.com" };
    expect(policyOf(only(stack, "aws_sqs_queue_policy"))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Sid: "UndeliveredMessages", Effect: "Allow", Principal, Action: "sqs:SendMessage", Condition },
          Resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:tenantscope-acme-alerts-undelivered`,
        },
      ],
    });
    expect(policies(stack)).toEqual({
      topic: policies(build()).topic,
      key: {
        Version: "2012-10-17",
        Statement: [
          ADMINISTRATION,
          onlyThrough("sns", "sqs"),
          { ...ALARMS, ...USE_KEY, Condition: FROM_ALARMS },
          { ...{ Sid: "UndeliveredMessages", Effect: "Allow", Principal }, ...USE_KEY, Condition },
        ],
      },
    });
  });

  test("do not show in the names of resources, and do not depend on their order", () => {
    const ids = Object.keys(stack.resource("aws_sns_topic_subscription"));
    expect(ids.join()).not.toMatch(/example\/|secret|integration|events/);
    const reversed = build({ httpsUrls: ["https://b.example/", URL] });
    expect(Object.keys(reversed.resource("aws_sns_topic_subscription")).sort()).toEqual(ids.sort());
    expect(withoutHashes(policies(reversed))).toEqual(withoutHashes(policies(stack)));
  });
});
