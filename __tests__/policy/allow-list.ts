import { LOG_STREAMS, STREAM_REASON, TOKEN_REASON, type WildcardException } from "./exceptions";
import { PEOPLE_WILDCARDS } from "./allow-list-people";
import { RUNS_WILDCARDS } from "./allow-list-runs";
import { TRACES_WILDCARDS } from "./allow-list-traces";

/** Objects of exactly one bucket. */
const OBJECTS = (bucket: string): RegExp =>
  new RegExp(`^\\$\\{aws_s3_bucket\\.loki_${bucket}_bucket_[0-9A-F]{8}\\.arn\\}/\\*$`);

/** What a task of a tenant may do: a managed one's role, or the statements that a team merges. */
const TASK_STATEMENTS =
  /^(aws_iam_role_policy\.service-\S+_task-policy policy|\S+ (insecure_value|value)\.taskRoleStatements)$/;

const KEY_POLICY = /^aws_kms_key\.\S+ policy$/;

export const WILDCARDS: readonly WildcardException[] = [
  ...TRACES_WILDCARDS,
  ...RUNS_WILDCARDS,
  ...PEOPLE_WILDCARDS,
  {
    where: /^aws_iam_role_policy\.github_policy-[a-z0-9-]+ policy$/,
    sid: "LogInToRegistry",
    element: "Resource",
    value: /^\*$/,
    reason: "ecr:GetAuthorizationToken supports no resource; the token opens only what PushImages allows.",
  },
  {
    where: KEY_POLICY,
    sid: "AccountAdministration",
    element: "Action",
    value: /^kms:\*$/,
    reason:
      "A key that its account's IAM cannot administer is lost for good; who may do what is then decided by IAM.",
  },
  {
    where: KEY_POLICY,
    sid: "AccountAdministration",
    element: "Resource",
    value: /^\*$/,
    reason: 'In a key policy "*" is the key itself.',
  },
  {
    where: KEY_POLICY,
    sid: "CloudWatchLogs",
    element: "Resource",
    value: /^\*$/,
    reason: 'In a key policy "*" is the key itself.',
  },
  {
    where: KEY_POLICY,
    sid: "CloudWatchLogs",
    element: "Action",
    value: /^kms:(GenerateDataKey|ReEncrypt)\*$/,
    reason: "The families of actions that CloudWatch Logs asks for; narrowed to named log groups.",
  },
  {
    where: KEY_POLICY,
    sid: "CloudWatchAlarms",
    element: "Resource",
    value: /^\*$/,
    reason: 'In a key policy "*" is the key itself.',
  },
  {
    where: KEY_POLICY,
    sid: "CloudWatchAlarms",
    element: "Action",
    value: /^kms:GenerateDataKey\*$/,
    reason: "The family of actions that publishing to an encrypted topic needs.",
  },
  {
    where: /^aws_iam_role_policy\.service-\S+_execution-policy policy$/,
    sid: "WriteLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}[a-z0-9-]+/[a-z0-9-]+:log-stream:\\*$`),
    reason: STREAM_REASON,
  },
  {
    where: /^aws_iam_role_policy\.service-\S+_task-policy policy$/,
    sid: "WriteRoutedLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}[a-z0-9-]+/[a-z0-9-]+:log-stream:\\*$`),
    reason: "The log router names a log stream after the task; the log group is exact.",
  },
  {
    where: /^aws_iam_role_policy\.service-\S+_task-policy policy$/,
    sid: "WriteMetricsAsLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}[a-z0-9-]+/[a-z0-9-]+/emf:log-stream:\\*$`),
    reason: "The collector names a log stream after the task; the log group is exact.",
  },
  ...["WriteTraces", "ReadSamplingRules"].map((sid): WildcardException => ({
    where: TASK_STATEMENTS,
    sid,
    element: "Resource",
    value: /^\*$/,
    reason:
      "None of these X-Ray actions supports a resource; the traces are those of the tenant's own account.",
  })),
  ...["gateway", "loki"].flatMap((service): WildcardException[] => {
    const where = new RegExp(`^aws_iam_role_policy\\.${service}_execution-policy policy$`);
    const value = new RegExp(`${LOG_STREAMS}central/${service}:log-stream:\\*$`);
    return [
      { where, sid: "WriteLogs", element: "Resource", value, reason: STREAM_REASON },
      { where, sid: "LogInToRegistry", element: "Resource", value: /^\*$/, reason: TOKEN_REASON },
    ];
  }),
  {
    where: /^aws_iam_role_policy\.network_flow-logs_policy policy$/,
    sid: "FindStreams",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}central/flow-logs:\\*$`),
    reason: "The form in which some actions want a log group; the log group is exact.",
  },
  {
    where: /^aws_iam_role_policy\.network_flow-logs_policy policy$/,
    sid: "WriteStreams",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}central/flow-logs:log-stream:\\*$`),
    reason: "A log stream is named after the network interface, which nobody knows beforehand.",
  },
  {
    where: /^aws_iam_role_policy\.ingest_logging-policy policy$/,
    sid: "WriteApiLogs",
    element: "Resource",
    value: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\*$/,
    reason:
      "API Gateway has one role for every API of account and Region, and tries it out on a group of its own.",
  },
  {
    where: /^aws_api_gateway_rest_api\.ingest_api policy$/,
    sid: "WriterRoles",
    element: "Resource",
    value: /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:\*\/v1\/POST\/t\/\*\/(otlp\/v1\/logs|v1\/traces)$/,
    reason:
      "The policy is one API's, whose id is not known before it is made; each writer's own policy names its tenant.",
  },
  ...["NobodyElse", "NoLongerPath"].map((sid): WildcardException => ({
    where: /^aws_api_gateway_rest_api\.ingest_api policy$/,
    sid,
    element: "Resource",
    value: /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:\*$/,
    reason: "A Deny for everything at the one API whose policy this is.",
  })),
  {
    where: /^aws_iam_role_policy\.writer_policy policy$/,
    sid: "ReadNoMetrics",
    element: "Resource",
    value: /^\*$/,
    reason: "A Deny: a writer reads no workspace, not even its own.",
  },
  {
    where: /^aws_iam_role_policy\.loki_task-policy-\d policy$/,
    sid: "KeepChunks",
    element: "Resource",
    value: OBJECTS("chunks"),
    reason: "The objects of one bucket: Loki names its chunks itself.",
  },
  ...["chunks", "config"].flatMap((bucket) => {
    const where = new RegExp(`^aws_s3_bucket_policy\\.loki_${bucket}_policy policy$`);
    const reason = "A Deny for every object of the bucket.";
    return [
      ...["OnlyWithTls", "OnlyWithKms", "OnlyWithTheKey"].map((sid): WildcardException => ({
        where,
        sid,
        element: "Resource",
        value: OBJECTS(bucket),
        reason,
      })),
      { where, sid: "OnlyWithTls", element: "Action", value: /^s3:\*$/, reason } as const,
    ];
  }),
  {
    where: /^aws_oam_sink_policy\.oam-[a-z0-9-]+_policy policy$/,
    sid: "LinkFromTheOrganization",
    element: "Resource",
    value: /^\*$/,
    reason: 'In a sink\'s policy "*" is the sink itself.',
  },
  ...[
    ["network", "OwnAccount"],
    ["network", "GrafanaForTenants"],
    ["endpoints", "OwnPrincipals"],
  ].flatMap(([module = "", sid = ""]): WildcardException[] => {
    const where = new RegExp(`^aws_vpc_endpoint\\.${module}_endpoint-[a-z0-9-]+ policy$`);
    const reason = "A border and no grant: which actions and resources is up to the caller's own policies.";
    return [
      { where, sid, element: "Resource", value: /^\*$/, reason },
      { where, sid, element: "Action", value: /^[a-z0-9-]+:\*$/, reason },
    ];
  }),
  {
    where: /^aws_vpc_endpoint\.network_endpoint-s3 policy$/,
    sid: "ImageLayers",
    element: "Resource",
    value: /^arn:aws:s3:::prod-[a-z0-9-]+-starport-layer-bucket\/\*$/,
    reason: "Where ECR keeps the layers of all images of a Region.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-sts policy$/,
    sid: "Federation",
    element: "Resource",
    value: /^\*$/,
    reason: "The application's own roles, which nobody here knows; their trust judges the token.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-s3 policy$/,
    sid: "Reading",
    element: "Resource",
    value: /^\*$/,
    reason:
      "Image layers and package repositories are in buckets of others; what is only read carries nothing out.",
  },
  {
    where:
      /^(aws_ssm_parameter\.service-\S+_sidecar|output\.sidecar_\S+) (insecure_)?value\.executionRoleStatements$/,
    sid: "LogInToRegistry",
    element: "Resource",
    value: /^\*$/,
    reason: TOKEN_REASON,
  },
  {
    where:
      /^(aws_ssm_parameter\.service-\S+_sidecar|output\.sidecar_\S+) (insecure_)?value\.executionRoleStatements$/,
    sid: "WriteCollectorLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}[a-z0-9-]+/[a-z0-9-]+:log-stream:\\*$`),
    reason: STREAM_REASON,
  },
  {
    where: /^aws_iam_role_policy\.service-\S+_execution-policy policy$/,
    sid: "LogInToRegistry",
    element: "Resource",
    value: /^\*$/,
    reason: TOKEN_REASON,
  },
  {
    where: /^aws_cloudwatch_log_resource_policy\.amp-log-delivery policy_document$/,
    sid: "PrometheusLogDelivery",
    element: "Resource",
    value:
      /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/aws\/vendedlogs\/prometheus\/tenantscope\*:log-stream:\*$/,
    reason:
      "One statement for the log groups of all our workspaces: AWS allows ten such policies per Region.",
  },
  ...["CreateStreams", "WriteEvents"].map((sid): WildcardException => ({
    where: /^aws_cloudwatch_log_resource_policy\.event-log-policy policy_document$/,
    sid,
    element: "Resource",
    value: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/aws\/events\/tenantscope-[a-z0-9-]+:\*$/,
    reason: "EventBridge names its log streams itself; the log group is exact.",
  })),
];

export interface SourceException {
  readonly where: RegExp;
  readonly sid: string;
  /**
   * Condition that ties the statement to the account instead of aws:SourceAccount: its values must all be of the
   * account. Absent where the service sends no key to tie it with.
   */
  readonly conditionKey?: string;
  /** The statement carries aws:SourceAccount of the account, but also holds for a request without the key. */
  readonly ifExists?: true;
  readonly reason: string;
}

/** Statements for AWS services whose requests do not carry aws:SourceAccount. */
export const SOURCE_ACCOUNTS: readonly SourceException[] = [
  {
    where: KEY_POLICY,
    sid: "CloudWatchLogs",
    conditionKey: "kms:EncryptionContext:aws:logs:arn",
    reason: "CloudWatch Logs names the log group in the encryption context; the account is part of its ARN.",
  },
  {
    where: /^aws_cloudwatch_log_resource_policy\.event-log-policy policy_document$/,
    sid: "WriteEvents",
    conditionKey: "aws:SourceArn",
    reason: "EventBridge names the rule, which is of the account.",
  },
  {
    where: /^aws_iam_role\.image-cache_role assume_role_policy$/,
    sid: "Ecr",
    ifExists: true,
    reason:
      "AWS's trust policy for creation templates has no condition, and nothing says that ECR sends the key; without the role no image is copied.",
  },
  {
    where: /^aws_iam_role\.ingest_logging-role assume_role_policy$/,
    sid: "ApiGateway",
    ifExists: true,
    reason:
      "API Gateway's guide to logging asks for a trust without a condition and does not say that the key is sent; without the role no stage has an access log.",
  },
  {
    where: /^aws_cloudwatch_log_resource_policy\.event-log-policy policy_document$/,
    sid: "CreateStreams",
    ifExists: true,
    reason:
      "EventBridge names its rule only when it writes, and AWS does not say that it names the account before; a stream without events harms nobody.",
  },
  {
    where:
      /^aws_(sqs_queue_policy|kms_key)\.(\S+_failed_(policy|key)|alerts_undelivered_policy|alerts_key) policy$/,
    sid: "UndeliveredMessages",
    conditionKey: "aws:SourceArn",
    reason: "SNS names the topic, which is of the account.",
  },
];
