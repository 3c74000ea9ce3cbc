import { TRACE_STORE } from "./expected-traces";
import { EVERY_OPTION_IMAGES, EXAMPLE_IMAGES, IMAGES_TRUST } from "./expected-images";
import {
  grafanaTrust,
  HTTPS_ENDPOINTS,
  NOTIFIER,
  PEOPLE_CENTRAL,
  PEOPLE_DEDICATED,
  PEOPLE_DEDICATED_SIDE,
  PEOPLE_POOLED_SIDE,
  PEOPLE_TENANT,
} from "./expected-people";

/**
 * Every policy of the example fleet and of the fleet with every option, by stack. Written out so that a new policy, or
 * one that disappears, shows up here and not only in a plan.
 */

/** What a managed service adds. */
const service = (name: string): string[] => [
  `aws_iam_role.service-${name}_task-role assume_role_policy`,
  `aws_iam_role.service-${name}_execution-role assume_role_policy`,
  `aws_iam_role_policy.service-${name}_task-policy policy`,
  `aws_iam_role_policy.service-${name}_execution-policy policy`,
];

/** What an attached service adds: nothing that takes effect, only what the team is to merge. */
const attachedService = (name: string): string[] => [
  `aws_ssm_parameter.service-${name}_sidecar insecure_value.taskRoleStatements`,
  `aws_ssm_parameter.service-${name}_sidecar insecure_value.executionRoleStatements`,
  `output.sidecar_${name} value.taskRoleStatements`,
  `output.sidecar_${name} value.executionRoleStatements`,
];

const TENANT = [
  "aws_iam_role.writer_role assume_role_policy",
  "aws_iam_role_policy.writer_policy policy",
  "aws_kms_key.logs-key policy",
  "aws_kms_key.alerts_key policy",
  "aws_sns_topic_policy.alerts_policy policy",
  "aws_cloudwatch_log_resource_policy.event-log-policy policy_document",
  ...PEOPLE_TENANT,
];

const WORKSPACE = ["aws_kms_key.metrics_metrics-key policy", "aws_kms_key.metrics_logs-key policy"];

/** One of Jaeger's services, by the construct's id. */
const jaeger = (id: string): string[] => [
  `aws_iam_role.${id}_task-role assume_role_policy`,
  `aws_iam_role.${id}_execution-role assume_role_policy`,
  `aws_iam_role_policy.${id}_task-policy policy`,
  `aws_iam_role_policy.${id}_execution-policy policy`,
  `aws_kms_key.${id}_logs-key policy`,
];

/** What the central account has in every fleet, but for replicas, Regions and network. */
const CENTRAL = [
  ...WORKSPACE,
  ...PEOPLE_CENTRAL,
  "aws_cloudwatch_log_resource_policy.amp-log-delivery policy_document",
  "aws_api_gateway_rest_api.ingest_api policy",
  "aws_iam_role.ingest_logging-role assume_role_policy",
  "aws_iam_role_policy.ingest_logging-policy policy",
  "aws_kms_key.ingest_logs-key policy",
  "aws_iam_role.gateway_execution-role assume_role_policy",
  "aws_iam_role.gateway_task-role assume_role_policy",
  "aws_iam_role_policy.gateway_execution-policy policy",
  "aws_kms_key.gateway_logs-key policy",
  "aws_iam_role.loki_execution-role assume_role_policy",
  "aws_iam_role_policy.loki_execution-policy policy",
  "aws_efs_file_system_policy.loki_wal_policy policy",
  "aws_s3_bucket_policy.loki_chunks_policy policy",
  "aws_s3_bucket_policy.loki_config_policy policy",
  ...["chunks_key", "config_key", "logs-key", "wal_key"].map((key) => `aws_kms_key.loki_${key} policy`),
  "aws_kms_key.alerts_key policy",
  "aws_sns_topic_policy.alerts_policy policy",
  "aws_vpc_endpoint.network_endpoint-execute-api policy",
  ...TRACE_STORE,
  ...jaeger("jaeger_collector"),
  ...jaeger("jaeger-query"),
];

const replica = (number: number): string[] => [
  `aws_iam_role.loki_task-role-${String(number)} assume_role_policy`,
  `aws_iam_role_policy.loki_task-policy-${String(number)} policy`,
];

const sink = (region: string): string => `aws_oam_sink_policy.oam-${region}_policy policy`;

/** A network that is made here has flow logs and the way to S3. */
const NETWORK = [
  "aws_iam_role.network_flow-logs_role assume_role_policy",
  "aws_iam_role_policy.network_flow-logs_policy policy",
  "aws_kms_key.network_flow-logs_key policy",
  "aws_vpc_endpoint.network_endpoint-s3 policy",
];

const endpoint = (service: string): string => `aws_vpc_endpoint.endpoints_endpoint-${service} policy`;
const ENTRANCE = "aws_vpc_endpoint.ingest-endpoint_endpoint-execute-api policy";

export type ByStack = Readonly<Record<string, readonly string[]>>;

export const EXAMPLE_POLICIES: ByStack = {
  central: [...CENTRAL, ...EXAMPLE_IMAGES, ...NETWORK, ...replica(0), sink("eu-west-1"), sink("us-east-1")],
  grafana: [],
  limits: [],
  "tenant-acme": [...TENANT, ENTRANCE, ...service("orders")],
  "tenant-globex": [
    ...TENANT,
    ENTRANCE,
    ...["aps-workspaces", "ecr-api", "ecr-dkr", "logs", "s3", "ssm", "sts", "xray"].map(endpoint),
    ...service("checkout"),
    ...service("catalog"),
    ...service("mailer"),
  ],
  "tenant-initech": [
    ...TENANT,
    ...WORKSPACE,
    ...PEOPLE_DEDICATED,
    ...service("ledger"),
    ...attachedService("reports"),
  ],
};

export const EVERY_OPTION_POLICIES: ByStack = {
  central: [
    ...CENTRAL,
    ...EVERY_OPTION_IMAGES,
    // The admin is in the VPC: the workspace answers to some addresses only.
    "aws_iam_role_policy.grafana_token_identity_network-policy policy",
    "aws_api_gateway_domain_name.domain policy",
    ...[0, 1, 2].flatMap(replica),
    sink("eu-west-1"),
    sink("us-west-2"),
  ],
  grafana: [],
  limits: [],
  "tenant-hooli": [],
  "tenant-stark": [
    ...TENANT,
    ...["ecr-api", "ecr-dkr", "logs", "s3", "sts"].map(endpoint),
    ...service("gateway"),
    ...service("worker"),
    ...NOTIFIER,
    ...HTTPS_ENDPOINTS,
    ...jaeger("jaeger-query"),
  ],
  "tenant-wayne": [
    ...TENANT,
    ...WORKSPACE,
    ...PEOPLE_DEDICATED,
    ...service("tower"),
    ...attachedService("cave"),
  ],
};

/** What a tenant's stack makes or reads in the central account. */
const POOLED_SIDE = [
  "aws_iam_role.writer_role",
  "aws_iam_role_policy.writer_policy",
  "data.aws_ssm_parameter.contract",
  ...PEOPLE_POOLED_SIDE,
];

export const CENTRAL_SIDE: ByStack = {
  "tenant-acme": POOLED_SIDE,
  "tenant-globex": POOLED_SIDE,
  "tenant-initech": [
    ...POOLED_SIDE,
    ...PEOPLE_DEDICATED_SIDE,
    "aws_cloudwatch_log_group.metrics_log",
    "aws_cloudwatch_log_group.metrics_query-log",
    "aws_kms_alias.metrics_logs-key_alias",
    "aws_kms_alias.metrics_metrics-key_alias",
    "aws_kms_key.metrics_logs-key",
    "aws_kms_key.metrics_metrics-key",
    "aws_prometheus_query_logging_configuration.metrics_query-logging",
    "aws_prometheus_workspace.metrics_workspace",
    "aws_prometheus_workspace_configuration.metrics-limits",
  ],
};

const ecsTasks = (accountId: string, region: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "EcsTasks",
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${accountId}:*` },
      },
    },
  ],
});

/** Trust in one AWS service. */
const serviceTrust = (Sid: string, Service: string, Condition: object): object => ({
  Version: "2012-10-17",
  Statement: [{ Sid, Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", Condition }],
});

const CENTRAL_TASKS = ecsTasks("111111111111", "eu-west-1");

const writer = (accountId: string, externalId: string, ...taskRoles: string[]): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "TenantTaskRoles",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: {
          "sts:ExternalId": externalId,
          "aws:PrincipalArn": taskRoles.map((role) => `arn:aws:iam::${accountId}:role/${role}`),
        },
      },
    },
  ],
});

/** Trust policy of every role of the example fleet. External ids are contracts: a change locks every tenant out. */
export const EXAMPLE_TRUST: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  central: {
    ...IMAGES_TRUST,
    "aws_iam_role.gateway_execution-role": CENTRAL_TASKS,
    "aws_iam_role.gateway_task-role": CENTRAL_TASKS,
    ...Object.fromEntries(
      ["jaeger_collector", "jaeger-query"].flatMap((service) =>
        ["execution", "task"].map((kind) => [`aws_iam_role.${service}_${kind}-role`, CENTRAL_TASKS]),
      ),
    ),
    ...Object.fromEntries(
      Object.entries({
        "traces_proxy-identity": "storage-proxy",
        "traces_admin-identity": "storage-admin",
        "alert-routing_router_identity": "alert-router",
        grafana_token_identity: "grafana-admin",
      }).map(([id, name]) => [
        `aws_iam_role.${id}_role`,
        serviceTrust("Lambda", "lambda.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": "111111111111" },
          ArnEqualsIfExists: {
            "aws:SourceArn": `arn:aws:lambda:eu-west-1:111111111111:function:tenantscope-${name}`,
          },
        }),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries({
        traces_administration: "storage-admin",
        grafana_token_rotation: "grafana-admin",
      }).map(([id, name]) => [
        `aws_iam_role.${id}_schedule-role`,
        serviceTrust("Scheduler", "scheduler.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": "111111111111" },
          ArnEquals: {
            "aws:SourceArn": `arn:aws:scheduler:eu-west-1:111111111111:schedule-group/tenantscope-${name}`,
          },
        }),
      ]),
    ),
    "aws_iam_role.grafana_role": serviceTrust("Grafana", "grafana.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": "111111111111" },
      ArnLike: { "aws:SourceArn": "arn:aws:grafana:eu-west-1:111111111111:/workspaces/*" },
    }),
    "aws_iam_role.loki_execution-role": CENTRAL_TASKS,
    "aws_iam_role.loki_task-role-0": CENTRAL_TASKS,
    "aws_iam_role.ingest_logging-role": serviceTrust("ApiGateway", "apigateway.amazonaws.com", {
      StringEqualsIfExists: { "aws:SourceAccount": "111111111111" },
    }),
    "aws_iam_role.network_flow-logs_role": serviceTrust("FlowLogs", "vpc-flow-logs.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": "111111111111" },
      ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:111111111111:vpc-flow-log/*" },
    }),
  },
  "tenant-acme": {
    "aws_iam_role.grafana-read_role": grafanaTrust("tenantscope-9d6f880336e4a7bd0f85d37684dd0785"),
    "aws_iam_role.writer_role": writer(
      "222222222222",
      "tenantscope-9d6f880336e4a7bd0f85d37684dd0785",
      "tenantscope/tenantscope-acme-orders-task",
    ),
    "aws_iam_role.service-orders_task-role": ecsTasks("222222222222", "eu-west-1"),
    "aws_iam_role.service-orders_execution-role": ecsTasks("222222222222", "eu-west-1"),
  },
  "tenant-globex": {
    "aws_iam_role.grafana-read_role": grafanaTrust("tenantscope-08d3e1eeb447cea043499a6ca6ccd962"),
    "aws_iam_role.writer_role": writer(
      "333333333333",
      "tenantscope-08d3e1eeb447cea043499a6ca6ccd962",
      "tenantscope/tenantscope-globex-catalog-task",
      "tenantscope/tenantscope-globex-checkout-task",
      "tenantscope/tenantscope-globex-mailer-task",
    ),
    "aws_iam_role.service-catalog_task-role": ecsTasks("333333333333", "eu-west-1"),
    "aws_iam_role.service-catalog_execution-role": ecsTasks("333333333333", "eu-west-1"),
    "aws_iam_role.service-checkout_task-role": ecsTasks("333333333333", "eu-west-1"),
    "aws_iam_role.service-checkout_execution-role": ecsTasks("333333333333", "eu-west-1"),
    "aws_iam_role.service-mailer_task-role": ecsTasks("333333333333", "eu-west-1"),
    "aws_iam_role.service-mailer_execution-role": ecsTasks("333333333333", "eu-west-1"),
  },
  "tenant-initech": {
    ...Object.fromEntries(
      ["read", "query"].map((kind) => [
        `aws_iam_role.grafana-${kind}_role`,
        grafanaTrust("tenantscope-a8b846c45bc1b402f20a25f7922ee695"),
      ]),
    ),
    "aws_iam_role.writer_role": writer(
      "444444444444",
      "tenantscope-a8b846c45bc1b402f20a25f7922ee695",
      "reports-task",
      "tenantscope/tenantscope-initech-ledger-task",
    ),
    "aws_iam_role.service-ledger_task-role": ecsTasks("444444444444", "us-east-1"),
    "aws_iam_role.service-ledger_execution-role": ecsTasks("444444444444", "us-east-1"),
  },
};
