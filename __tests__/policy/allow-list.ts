/**
 * Every exception to the policy rules, with its reason. An entry that matches nothing fails the tests, so the list
 * cannot outlive what it excuses.
 */
export interface WildcardException {
  /** Address of the resource or output, and attribute. */
  readonly where: RegExp;
  readonly sid: string;
  readonly element: "Action" | "Resource";
  readonly value: RegExp;
  readonly reason: string;
}

const KEY_POLICY = /^aws_kms_key\.\S+ policy$/;

export const WILDCARDS: readonly WildcardException[] = [
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
    value: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/tenantscope\/[a-z0-9-]+\/[a-z0-9-]+:log-stream:\*$/,
    reason: "ECS names a log stream after the task, which nobody knows beforehand; the log group is exact.",
  },
  {
    where:
      /^(aws_ssm_parameter\.service-\S+_sidecar|output\.sidecar_\S+) (insecure_)?value\.executionRoleStatements$/,
    sid: "WriteCollectorLogs",
    element: "Resource",
    value: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/tenantscope\/[a-z0-9-]+\/[a-z0-9-]+:log-stream:\*$/,
    reason: "ECS names a log stream after the task, which nobody knows beforehand; the log group is exact.",
  },
  {
    where: /^aws_iam_role_policy\.service-\S+_execution-policy policy$/,
    sid: "LogInToRegistry",
    element: "Resource",
    value: /^\*$/,
    reason: "ecr:GetAuthorizationToken supports no resource; the token opens only what PullImages allows.",
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
    where: /^aws_cloudwatch_log_resource_policy\.event-log-policy policy_document$/,
    sid: "CreateStreams",
    reason: "EventBridge names its rule only when it writes; a stream without events harms nobody.",
  },
];
