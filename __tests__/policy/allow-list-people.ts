import { LOG_STREAMS, type WildcardException } from "./exceptions";

const LAMBDA_STREAM_REASON =
  "Lambda names a log stream after the instance, which nobody knows beforehand; the log group is exact.";
const NO_RESOURCE = "AWS supports no resource for this action; the account is the limit.";
const KEY_ITSELF = 'In a key policy "*" is the key itself.';
const DATA_KEYS = "The family of actions that publishing to an encrypted topic or queue needs.";

const EVERYTHING = /^\*$/;
const MAKE_KEYS = /^kms:GenerateDataKey\*$/;

const grafana = (sid: string, value: RegExp, reason: string): WildcardException => ({
  where: /^aws_iam_role_policy\.grafana_policy policy$/,
  sid,
  element: "Resource",
  value,
  reason,
});

/** The function that passes alerts on, or the one that tells a tenant's chat of them. */
const TOPIC_FUNCTION =
  /^aws_iam_role_policy\.(alert-routing_router|notifier_subscriber)_function_policy policy$/;
const ROUTER = /^aws_iam_role_policy\.alert-routing_router_function_policy policy$/;

/** Wildcards of Grafana and of the way of alerts. */
export const PEOPLE_WILDCARDS: readonly WildcardException[] = [
  ...["ReadCloudWatchMetrics", "FindLogGroups", "ListSinks", "ReadTraces", "ListRegions"].map((sid) =>
    grafana(sid, EVERYTHING, NO_RESOURCE),
  ),
  grafana(
    "QueryLogGroups",
    /^arn:aws:logs:\*:\*:log-group:\/tenantscope\/\*$/,
    "A linked account's log group has that account's ARN; only groups of this program.",
  ),
  grafana(
    "ListLinkedAccounts",
    /^arn:aws:oam:\*:\d{12}:sink\/\*$/,
    "Sinks have ids that AWS gives, one in each Region.",
  ),
  grafana(
    "ReadInTenantAccounts",
    /^arn:aws:iam::\*:role\/tenantscope\/tenantscope-\*-grafana$/,
    "Roles of tenants, of the organization only; each trusts this role by its own policy.",
  ),
  grafana(
    "QueryDedicatedWorkspaces",
    /^arn:aws:iam::\d{12}:role\/tenantscope\/tenantscope-query-\*$/,
    "Roles of tenants with a workspace of their own; onboarding one changes nothing here.",
  ),
  {
    where: /^aws_iam_role_policy\.grafana_token_admin_policy policy$/,
    sid: "WriteLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}central/grafana-admin:log-stream:\\*$`),
    reason: LAMBDA_STREAM_REASON,
  },
  ...[
    { sid: "OnlyAdminAndDeployment", where: /^aws_kms_key\.grafana_token_kept_key policy$/ },
    { sid: "OnlyThroughServices", where: /^aws_kms_key\.\S+ policy$/ },
  ].flatMap(({ sid, where }): WildcardException[] => {
    const reason = "A Deny: the whole family of actions that use the key.";
    return [
      { where, sid, element: "Resource", value: EVERYTHING, reason: KEY_ITSELF },
      { where, sid, element: "Action", value: /^kms:(GenerateDataKey|ReEncrypt)\*$/, reason },
    ];
  }),
  {
    where: TOPIC_FUNCTION,
    sid: "WriteLogs",
    element: "Resource",
    value: new RegExp(
      `${LOG_STREAMS}(central/alert-router|[a-z0-9-]+/_functions/alert-notifier):log-stream:\\*$`,
    ),
    reason: LAMBDA_STREAM_REASON,
  },
  { where: TOPIC_FUNCTION, sid: "EncryptFailed", element: "Action", value: MAKE_KEYS, reason: DATA_KEYS },
  ...["UseTenantsTopicKeys", "UseCentralTopicKey"].map((sid): WildcardException => ({
    where: ROUTER,
    sid,
    element: "Action",
    value: MAKE_KEYS,
    reason: DATA_KEYS,
  })),
  {
    where: ROUTER,
    sid: "UseTenantsTopicKeys",
    element: "Resource",
    value: /^arn:aws:kms:\*:\*:key\/\*$/,
    reason: "Keys have no names: the condition says for which topics, and each key's policy names the role.",
  },
  {
    where: ROUTER,
    sid: "ReadRoutes",
    element: "Resource",
    value: /^arn:aws:ssm:[a-z0-9-]+:\d{12}:parameter\/tenantscope\/alert-routes\/\*$/,
    reason: "One parameter for each tenant; onboarding one changes nothing here.",
  },
  {
    where: ROUTER,
    sid: "PublishToTenants",
    element: "Resource",
    value: /^arn:aws:sns:\*:\*:tenantscope-\*-alerts$/,
    reason: "Topics of tenants, of the organization only; each admits this role by its own policy.",
  },
  ...(["Alertmanagers", "UndeliveredMessages", "Publishers"] as const).flatMap((sid): WildcardException[] => {
    const where = /^aws_kms_key\.(alert-routing_key|\S+_failed_key|alerts_key) policy$/;
    return [
      { where, sid, element: "Resource", value: EVERYTHING, reason: KEY_ITSELF },
      { where, sid, element: "Action", value: MAKE_KEYS, reason: DATA_KEYS },
    ];
  }),
  {
    where: /^aws_iam_role_policy\.grafana-read_policy policy$/,
    sid: "ReadMetricsAndTraces",
    element: "Resource",
    value: EVERYTHING,
    reason: `${NO_RESOURCE} It is the tenant's own.`,
  },
  {
    where: /^aws_iam_role_policy\.grafana-read_policy policy$/,
    sid: "ReadTheServicesLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}[a-z0-9-]+/\\*(:log-stream:\\*)?$`),
    reason: "The groups of one tenant's services and their streams; the tenant is exact.",
  },
];
