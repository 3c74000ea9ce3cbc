import { row } from "../../support/reach";
import type { Matrix } from "./matrices";
import {
  c,
  CENTRAL,
  centralRole,
  key,
  PROMETHEUS_LOG_GROUPS,
  streams,
  TENANT_NAMES,
  tenantOf,
  USE_KEY,
  WRITE_STREAM,
  type TenantName,
} from "./names";

/** What AWS services may do, and on whose behalf they must act to do it. Whatever is not here is denied. */

const ASSUME = "sts:AssumeRole";
const forAccount = (accountId: string): string => `aws:SourceAccount StringEquals ${accountId}`;
const from = (accountId: string, operator: string, arn: string): string =>
  `(${forAccount(accountId)} and aws:SourceArn ${operator} arn:aws:${arn})`;
const roles = (...names: string[]): string[] =>
  names.map((name) => centralRole(name).replace("arn:aws:", ""));
const tenantRoles = (tenant: TenantName, ...names: string[]): string[] =>
  names.map((name) => `iam::${tenantOf(tenant).accountId}:role/tenantscope/tenantscope-${tenant}-${name}`);
const at = (tenant: TenantName, service: string, rest: string): string =>
  `${service}:${tenantOf(tenant).region}:${tenantOf(tenant).accountId}:${rest}`;

const lambdaRole = (role: string, name: string, accountId: string): string =>
  row(
    ASSUME,
    [role],
    from(accountId, "ArnEqualsIfExists", `lambda:eu-west-1:${accountId}:function:tenantscope-${name}`),
  );

/** Services whose tasks have roles of their own, by tenant. */
const MANAGED: Readonly<Record<TenantName, readonly string[]>> = {
  acme: ["orders"],
  acme2: ["orders"],
  globex: ["catalog", "checkout", "mailer"],
  initech: ["ledger"],
  umbrella: ["hive", "labs"],
  wonka: ["candy"],
};

const CENTRAL_TASKS = [
  ...["exec-jaeger", "exec-jaeger-query", "exec-jaeger-query-acme2", "gateway-exec", "gateway-task"],
  ...[
    "jaeger-collector",
    "jaeger-query",
    "jaeger-query-acme2",
    "loki-0-task",
    "loki-1-task",
    "loki-2-task",
    "loki-exec",
  ],
];

const ECS_TASKS = [
  row(ASSUME, roles(...CENTRAL_TASKS), from(CENTRAL, "ArnLike", `ecs:eu-west-1:${CENTRAL}:*`)),
  ...TENANT_NAMES.map((tenant) =>
    row(
      ASSUME,
      tenantRoles(tenant, ...MANAGED[tenant].flatMap((name) => [`${name}-exec`, `${name}-task`])),
      from(tenantOf(tenant).accountId, "ArnLike", at(tenant, "ecs", "*")),
    ),
  ),
];

const eventGroup = (tenant: TenantName): string =>
  at(tenant, "logs", `log-group:/aws/events/tenantscope-${tenant}:log-stream:one`);

/** In the order of the manifest, as the policy has them. */
const RULES: Readonly<Record<TenantName, readonly string[]>> = {
  acme: ["orders"],
  acme2: ["orders"],
  globex: ["checkout", "catalog", "mailer"],
  initech: ["ledger"],
  umbrella: ["labs", "hive"],
  wonka: ["candy"],
};

const EVENTS = [
  // EventBridge names its rule only when it writes, and the account before that or not: AWS does not say.
  ...TENANT_NAMES.map((tenant) =>
    row(
      "logs:CreateLogStream",
      [eventGroup(tenant)],
      `aws:SourceAccount StringEqualsIfExists ${tenantOf(tenant).accountId}`,
    ),
  ),
  ...TENANT_NAMES.map((tenant) =>
    row(
      "logs:PutLogEvents",
      [eventGroup(tenant)],
      `aws:SourceArn ArnLike ${[
        ...RULES[tenant].map((name) => `rule/tenantscope-${tenant}-${name}-sidecar-stopped`),
        `rule/tenantscope-${tenant}.*`,
      ]
        .map((rule) => `arn:aws:${at(tenant, "events", rule)}`)
        .join(",")}`,
    ),
  ),
];

const OWN_PROMETHEUS_LOGS = streams(PROMETHEUS_LOG_GROUPS.filter((group) => !/initech|wonka/.test(group)));

/** By Region: the keys of log groups, each for its own groups. */
const LOG_KEY_ACTIONS =
  "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyPair kms:GenerateDataKeyPairWithoutPlaintext kms:GenerateDataKeyWithoutPlaintext kms:ReEncryptFrom kms:ReEncryptTo";
const logKey = (keyArn: string, ...groups: string[]): string => {
  const place = keyArn.replace(/^kms:/, "logs:").replace(/key\/.*/, "log-group:");
  const names = groups.map((group) => `arn:aws:${place}${group}`).join(",");
  return row(LOG_KEY_ACTIONS, [keyArn], `kms:EncryptionContext:aws:logs:arn ArnEquals ${names}`);
};
const central = (name: string): string => `/tenantscope/central/${name}`;
const prometheus = (suffix: string): string[] => [
  `/aws/vendedlogs/prometheus/tenantscope${suffix}`,
  `/aws/vendedlogs/prometheus/tenantscope${suffix}-queries`,
];
const tenantLogKey = (tenant: TenantName, ...services: string[]): string =>
  logKey(
    at(tenant, "kms", `key/tenant${tenant}logskey`),
    `/aws/events/tenantscope-${tenant}`,
    ...services.map((name) => `/tenantscope/${tenant}/${name}`),
  );

const LOG_KEYS: Matrix = {
  "logs.eu-west-1.amazonaws.com": [
    logKey(key("alertroutingrouterfunctionkey"), central("alert-router")),
    logKey(key("gatewaylogskey"), central("gateway")),
    logKey(key("grafanatokenadminkey"), central("grafana-admin")),
    logKey(key("ingestlogskey"), central("ingest-api")),
    logKey(key("jaegercollectorlogskey"), central("jaeger")),
    logKey(key("jaegerquerylogskey"), central("jaeger-query")),
    logKey(key("lokilogskey"), central("loki")),
    logKey(key("metricslogskey"), ...prometheus("")),
    logKey(key("networkflowlogskey"), central("flow-logs")),
    logKey(key("storageapilogskey"), central("storage-api")),
    logKey(key("tenantacme2jaegerquerylogskey"), central("jaeger-query-acme2")),
    logKey(key("tenantinitechmetricslogskey"), ...prometheus("-initech")),
    logKey(key("tenantwonkametricslogskey"), ...prometheus("-wonka")),
    logKey(key("tracesadminkey"), central("storage-admin")),
    logKey(
      key("tracesdomainlogskey"),
      ...["application", "slow-index", "slow-search", "audit"].map((name) => central(`opensearch/${name}`)),
    ),
    logKey(key("tracesproxykey"), central("storage-proxy")),
    logKey(key("vpnlogkey"), central("vpn")),
    tenantLogKey("acme", "orders"),
    tenantLogKey("acme2", "orders"),
    tenantLogKey("globex", "checkout", "catalog", "mailer", "checkout/emf"),
    tenantLogKey("umbrella", "labs", "hive"),
    logKey(
      at("acme2", "kms", "key/tenantacme2notifiersubscriberfunctionkey"),
      "/tenantscope/acme2/_functions/alert-notifier",
    ),
  ],
  "logs.us-east-1.amazonaws.com": [tenantLogKey("initech", "reports", "ledger")],
  "logs.eu-central-1.amazonaws.com": [tenantLogKey("wonka", "candy", "river")],
};

const alarms = (accountId: string, region: string): string =>
  from(accountId, "ArnLike", `cloudwatch:${region}:${accountId}:alarm:*`);
const fromTopic = (operator: string, topic: string): string => `aws:SourceArn ${operator} arn:aws:${topic}`;
const ROUTING = c("sns", "tenantscope-alert-routing");
const ACME2_TOPIC = at("acme2", "sns", "tenantscope-acme2-alerts");

const SERVICES: Matrix = {
  ...LOG_KEYS,
  "apigateway.amazonaws.com": [
    // API Gateway does not say that it sends the key.
    row(ASSUME, roles("api-gateway-logs"), `aws:SourceAccount StringEqualsIfExists ${CENTRAL}`),
    row(
      "lambda:InvokeFunction",
      [c("lambda", "function:tenantscope-storage-proxy")],
      `aws:SourceArn ArnLike arn:aws:${c("execute-api", "storageapi/v1/*/s/*")}`,
    ),
  ],
  // ECR does not say that it sends the key.
  "ecr.amazonaws.com": [
    row(ASSUME, roles("image-cache"), `aws:SourceAccount StringEqualsIfExists ${CENTRAL}`),
  ],
  "aps.amazonaws.com": [
    row(USE_KEY, [key("alertroutingkey")], from(CENTRAL, "ArnLike", c("aps", "workspace/*"))),
    row("sns:GetTopicAttributes sns:Publish", [ROUTING], from(CENTRAL, "ArnLike", c("aps", "workspace/*"))),
  ],
  "cloudwatch.amazonaws.com": [
    row(USE_KEY, [key("alertskey")], alarms(CENTRAL, "eu-west-1")),
    row("sns:Publish", [c("sns", "tenantscope-alerts")], alarms(CENTRAL, "eu-west-1")),
    ...TENANT_NAMES.flatMap((tenant) => {
      const { accountId, region } = tenantOf(tenant);
      return [
        row(USE_KEY, [at(tenant, "kms", `key/tenant${tenant}alertskey`)], alarms(accountId, region)),
        row("sns:Publish", [at(tenant, "sns", `tenantscope-${tenant}-alerts`)], alarms(accountId, region)),
      ];
    }),
  ],
  "delivery.logs.amazonaws.com": [
    row(WRITE_STREAM, OWN_PROMETHEUS_LOGS, from(CENTRAL, "ArnLike", `logs:eu-west-1:${CENTRAL}:*`)),
    ...EVENTS,
  ],
  "ecs-tasks.amazonaws.com": ECS_TASKS,
  "es.amazonaws.com": [
    row(
      WRITE_STREAM,
      streams(
        ["application", "audit", "slow-index", "slow-search"].map((name) =>
          c("logs", `log-group:${central(`opensearch/${name}`)}`),
        ),
      ),
      from(CENTRAL, "ArnEquals", c("es", "domain/tenantscope-traces")),
    ),
  ],
  "events.amazonaws.com": EVENTS,
  "grafana.amazonaws.com": [
    row(ASSUME, roles("grafana"), from(CENTRAL, "ArnLike", c("grafana", "/workspaces/*"))),
  ],
  "lambda.amazonaws.com": [
    ...["alert-router", "grafana-admin", "storage-admin", "storage-proxy"].map((name) =>
      lambdaRole(roles(name).join(), name, CENTRAL),
    ),
    lambdaRole(
      tenantRoles("acme2", "alert-notifier").join(),
      "acme2-alert-notifier",
      tenantOf("acme2").accountId,
    ),
  ],
  "scheduler.amazonaws.com": ["grafana-admin", "storage-admin"].map((name) =>
    row(
      ASSUME,
      roles(`${name}-schedule`),
      from(CENTRAL, "ArnEquals", c("scheduler", `schedule-group/tenantscope-${name}`)),
    ),
  ),
  "sns.amazonaws.com": [
    row(USE_KEY, [key("alertroutingrouterfailedkey")], fromTopic("ArnEquals", ROUTING)),
    row(
      USE_KEY,
      ["alertskey", "notifiersubscriberfailedkey"].map((name) =>
        at("acme2", "kms", `key/tenantacme2${name}`),
      ),
      fromTopic("ArnEquals", ACME2_TOPIC),
    ),
    row(
      "lambda:InvokeFunction",
      [c("lambda", "function:tenantscope-alert-router")],
      fromTopic("ArnLike", ROUTING),
    ),
    row(
      "lambda:InvokeFunction",
      [at("acme2", "lambda", "function:tenantscope-acme2-alert-notifier")],
      fromTopic("ArnLike", ACME2_TOPIC),
    ),
    row("sqs:SendMessage", [c("sqs", "tenantscope-alert-routing-failed")], fromTopic("ArnEquals", ROUTING)),
    row(
      "sqs:SendMessage",
      ["tenantscope-acme2-alert-notifier-failed", "tenantscope-acme2-alerts-undelivered"].map((name) =>
        at("acme2", "sqs", name),
      ),
      fromTopic("ArnEquals", ACME2_TOPIC),
    ),
  ],
  "vpc-flow-logs.amazonaws.com": [
    row(ASSUME, roles("central-flow-logs"), from(CENTRAL, "ArnLike", c("ec2", "vpc-flow-log/*"))),
  ],
};

export const EXPECTED_SERVICES: Matrix = Object.fromEntries(
  Object.entries(SERVICES).map(([name, rows]) => [name, [...rows].sort()]),
);
