/** What the store of traces adds to the policies that {@link file://./expected.ts} lists, all of it central. */

/** Where traces are kept, and the two functions that reach it. */
export const TRACE_STORE: readonly string[] = [
  "aws_opensearch_domain.traces_domain access_policies",
  "aws_cloudwatch_log_resource_policy.traces_domain_logs-policy policy_document",
  ...["traces_domain_data-key", "traces_domain_logs-key", "traces_proxy_key", "traces_admin_key"].map(
    (key) => `aws_kms_key.${key} policy`,
  ),
  ...["proxy", "admin"].flatMap((name) => [
    `aws_iam_role.traces_${name}-identity_role assume_role_policy`,
    `aws_iam_role_policy.traces_${name}-identity_network-policy policy`,
    `aws_iam_role_policy.traces_${name}_policy policy`,
  ]),
  "aws_iam_role.traces_administration_schedule-role assume_role_policy",
  "aws_iam_role_policy.traces_administration_schedule-policy policy",
  "aws_api_gateway_rest_api.storage-api policy",
  "aws_kms_key.storage-api_logs-key policy",
];
