/** What Grafana and the way of alerts add to the policies that {@link file://./expected.ts} lists. */

/** Of the central stack. */
export const PEOPLE_CENTRAL: readonly string[] = [
  // The log of the VPN; its endpoints take no policy.
  "aws_kms_key.vpn_log_key policy",
  "aws_iam_role.alert-routing_router_identity_role assume_role_policy",
  "aws_iam_role_policy.alert-routing_router_function_policy policy",
  "aws_kms_key.alert-routing_key policy",
  "aws_kms_key.alert-routing_router_failed_key policy",
  "aws_kms_key.alert-routing_router_function_key policy",
  "aws_sns_topic_policy.alert-routing_policy policy",
  "aws_sqs_queue_policy.alert-routing_router_failed_policy policy",
  "aws_iam_role.grafana_role assume_role_policy",
  "aws_iam_role_policy.grafana_policy policy",
  "aws_iam_role.grafana_token_identity_role assume_role_policy",
  "aws_iam_role_policy.grafana_token_admin_policy policy",
  "aws_iam_role.grafana_token_rotation_schedule-role assume_role_policy",
  "aws_iam_role_policy.grafana_token_rotation_schedule-policy policy",
  "aws_kms_key.grafana_token_admin_key policy",
  "aws_kms_key.grafana_token_kept_key policy",
  "aws_secretsmanager_secret_policy.grafana_token_kept_policy policy",
];

const accessRole = (id: string): string[] => [
  `aws_iam_role.${id}_role assume_role_policy`,
  `aws_iam_role_policy.${id}_policy policy`,
];

/** Of every tenant's stack, and of one with a workspace of its own. */
export const PEOPLE_TENANT: readonly string[] = accessRole("grafana-read");
export const PEOPLE_DEDICATED: readonly string[] = accessRole("grafana-query");

/** Of a tenant that is told by Slack or PagerDuty. */
export const NOTIFIER: readonly string[] = [
  "aws_iam_role.notifier_subscriber_identity_role assume_role_policy",
  "aws_iam_role_policy.notifier_subscriber_function_policy policy",
  "aws_kms_key.notifier_subscriber_failed_key policy",
  "aws_kms_key.notifier_subscriber_function_key policy",
  "aws_sqs_queue_policy.notifier_subscriber_failed_policy policy",
];

/** Of a tenant that is told by HTTPS. */
export const HTTPS_ENDPOINTS: readonly string[] = ["aws_sqs_queue_policy.alerts_undelivered_policy policy"];

/** What a tenant's stack makes in the central account. */
export const PEOPLE_POOLED_SIDE: readonly string[] = [
  "aws_prometheus_rule_group_namespace.rules",
  "aws_ssm_parameter.alert-route",
];
export const PEOPLE_DEDICATED_SIDE: readonly string[] = [
  ...[
    ...["active-alerts", "active-series", "discarded-samples", "ingestion-rate"],
    ...["notifications-failed", "notifications-throttled", "rule-failures", "rules-missed"],
  ].map((alarm) => `aws_cloudwatch_metric_alarm.metrics-${alarm}`),
  "aws_iam_role.grafana-query_role",
  "aws_iam_role_policy.grafana-query_policy",
  "aws_prometheus_alert_manager_definition.alertmanager",
  "aws_prometheus_rule_group_namespace.fleet-rules",
];

/** Trust in Grafana's role, with the tenant's external id. */
export const grafanaTrust = (externalId: string): object => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Grafana",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: {
          "sts:ExternalId": externalId,
          "aws:PrincipalArn": "arn:aws:iam::111111111111:role/tenantscope/tenantscope-grafana",
        },
      },
    },
  ],
});
