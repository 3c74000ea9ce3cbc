import { LOG_STREAMS, STREAM_REASON, TOKEN_REASON, type WildcardException } from "./exceptions";

/** Every path of the traces' domain. */
const DOMAIN_PATHS = /^arn:aws:es:[a-z0-9-]+:\d{12}:domain\/tenantscope-traces\/\*$/;

const API_RESOURCES =
  "The policy is one API's, whose id is not known before it is made; each caller's own policy names its store.";

/** Wildcards of the traces' store and of those who ask it. */
export const TRACES_WILDCARDS: readonly WildcardException[] = [
  ...["jaeger_collector", "jaeger-query"].flatMap((service): WildcardException[] => {
    const where = new RegExp(`^aws_iam_role_policy\\.${service}_task-policy policy$`);
    const value =
      /^\$\{aws_api_gateway_rest_api\.storage-api_[0-9A-F]{8}\.execution_arn\}\/v1\/(PUT\/s\/central\/_template\/\*|POST\/s\/central\/\*\/_search)$/;
    const reason = "Names of templates and of days' indices; the proxy checks them, and the owner is exact.";
    const group = service === "jaeger-query" ? "jaeger-query" : "jaeger";
    return [
      { where, sid: "InvokeOwnPaths", element: "Resource", value, reason },
      { where, sid: "InvokeNothingElse", element: "NotResource", value, reason },
      {
        where: new RegExp(`^aws_iam_role_policy\\.${service}_execution-policy policy$`),
        sid: "WriteLogs",
        element: "Resource",
        value: new RegExp(`${LOG_STREAMS}central/${group}(-[a-z0-9-]+)?:log-stream:\\*$`),
        reason: STREAM_REASON,
      },
      {
        where: new RegExp(`^aws_iam_role_policy\\.${service}_execution-policy policy$`),
        sid: "LogInToRegistry",
        element: "Resource",
        value: /^\*$/,
        reason: TOKEN_REASON,
      },
    ];
  }),
  {
    where: /^aws_api_gateway_rest_api\.storage-api policy$/,
    sid: "JaegerAndWriterRoles",
    element: "Resource",
    value: /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:\*\/v1\/(GET|HEAD|POST|PUT)\/s\/\*$/,
    reason: API_RESOURCES,
  },
  ...[
    ["aws_api_gateway_rest_api\\.storage-api", "NobodyElse"],
    ["aws_api_gateway_rest_api\\.storage-api", "NoLongerPath"],
    ["aws_api_gateway_domain_name\\.domain", "NobodyElse"],
    ["aws_api_gateway_domain_name\\.domain", "NoLongerPath"],
    ["aws_api_gateway_domain_name\\.domain", "OurRoles"],
  ].map(([address = "", sid = ""]): WildcardException => ({
    where: new RegExp(`^${address} policy$`),
    sid,
    element: "Resource",
    value: /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:\*$/,
    reason:
      "Everything at the one API or domain whose policy this is, whose id is not known before it is made.",
  })),
  ...["InvokeOwnPaths", "InvokeNothingElse"].flatMap((sid): WildcardException[] => {
    const element = sid === "InvokeOwnPaths" ? "Resource" : "NotResource";
    const reason = "The path of one owner's store, which is exact; the proxy checks what is below.";
    const own = "^\\$\\{local\\.contract\\.storage\\.executionArn\\}/v1/";
    return [
      {
        where: /^aws_iam_role_policy\.writer_policy policy$/,
        sid,
        element,
        value: new RegExp(`${own}PUT/s/[a-z0-9-]+/_template/\\*$`),
        reason,
      },
      {
        where: /^aws_iam_role_policy\.jaeger-query_task-policy policy$/,
        sid,
        element,
        value: new RegExp(`${own}(PUT/s/[a-z0-9-]+/_template/\\*|POST/s/[a-z0-9-]+/\\*/_search)$`),
        reason,
      },
    ];
  }),
  {
    where: /^aws_vpc_endpoint\.ingest-endpoint_endpoint-execute-api policy$/,
    sid: "Writer",
    element: "Resource",
    value: /^\$\{local\.contract\.storage\.executionArn\}\/v1\/PUT\/s\/[a-z0-9-]+\/_template\/\*$/,
    reason: "The path of the tenant's own store, which is exact.",
  },
  ...["StorageProxy", "StorageAdmin"].map((sid): WildcardException => ({
    where: /^aws_opensearch_domain\.traces_domain access_policies$/,
    sid,
    element: "Resource",
    value: DOMAIN_PATHS,
    reason: "The paths of one domain; what is done there OpenSearch's own roles decide.",
  })),
  ...["proxy", "admin"].flatMap((name): WildcardException[] => {
    const network = new RegExp(
      // The Grafana admin has its interfaces like the others.
      `^aws_iam_role_policy\\.(traces_${name}-identity|grafana_token_identity)_network-policy policy$`,
    );
    const own = new RegExp(`^aws_iam_role_policy\\.traces_${name}_policy policy$`);
    const interfaces =
      "Lambda makes and deletes a function's network interfaces, whose ids nobody knows beforehand.";
    return [
      {
        where: network,
        sid: "FindInterfaces",
        element: "Resource",
        value: /^\*$/,
        reason: "Both actions support no resource.",
      },
      {
        where: network,
        sid: "NotFromTheCode",
        element: "Resource",
        value: /^\*$/,
        reason: "A Deny for the function's own code.",
      },
      {
        where: network,
        sid: "ManageInterfaces",
        element: "Resource",
        value: /^arn:aws:ec2:[a-z0-9-]+:\d{12}:\*\/\*$/,
        reason: `${interfaces} It asks for this form.`,
      },
      {
        where: network,
        sid: "CreateInterfaces",
        element: "Resource",
        value: /^arn:aws:ec2:[a-z0-9-]+:\d{12}:network-interface\/\*$/,
        reason: `${interfaces} The subnets are exact.`,
      },
      {
        where: network,
        sid: "CreateInterfacesWithGroups",
        element: "Resource",
        value: /^arn:aws:ec2:[a-z0-9-]+:\d{12}:security-group\/\*$/,
        reason: `${interfaces} The groups of one VPC.`,
      },
      {
        where: own,
        sid: "WriteLogs",
        element: "Resource",
        value: new RegExp(`${LOG_STREAMS}central/storage-${name}:log-stream:\\*$`),
        reason: "Lambda names a log stream after the instance; the log group is exact.",
      },
      {
        where: own,
        sid: name === "proxy" ? "UseDomain" : "AdministerDomain",
        element: "Resource",
        value: DOMAIN_PATHS,
        reason: "The paths of one domain; what is done there OpenSearch's own roles decide.",
      },
    ];
  }),
  {
    where: /^aws_iam_role_policy\.traces_admin_policy policy$/,
    sid: "ReadRetentions",
    element: "Resource",
    value: /^arn:aws:ssm:[a-z0-9-]+:\d{12}:parameter\/tenantscope\/traces\/retention\/\*$/,
    reason: "One parameter per tenant with a store of its own; onboarding changes no shared stack.",
  },
  {
    where: /^aws_cloudwatch_log_resource_policy\.traces_domain_logs-policy policy_document$/,
    sid: "OpenSearchLogs",
    element: "Resource",
    value: new RegExp(`${LOG_STREAMS}central/opensearch/[a-z-]+:\\*$`),
    reason: "OpenSearch names its log streams itself; the log groups are exact.",
  },
];
