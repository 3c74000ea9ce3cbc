import { asText } from "../support/json";
import { put, putInside, swap } from "../support/mutate";
import { both, policyOf, ruleOf, trustOf, withoutSid, type OfflineFault } from "./fault";

const ACME_TASK = "arn:aws:iam::222222222222:role/tenantscope/tenantscope-acme-orders-task";
const acme = { tenant: "acme", stack: "tenant-acme" } as const;
const globex = { tenant: "globex", stack: "tenant-globex" } as const;

/** Broken in a tenant's stack. */
export const TENANT_FAULTS: readonly OfflineFault[] = [
  {
    ...globex,
    name: "one of three services has no task",
    change: put("resource/aws_ecs_service/service-mailer_service/desired_count", 0),
    hop: "task role",
    evidence: /^no task of mailer runs, so nothing is sent: desired_count is 0$/,
    remedy:
      /^services\[\]\.count in tenants\/globex\.json must be at least 1: change it and deploy tenant-globex$/,
  },
  {
    ...acme,
    name: "the task role's policy has no AssumeRole",
    change: putInside(policyOf("service-orders_task-policy"), "Statement", withoutSid("BecomeWriter")),
    hop: "task role",
    evidence: /acme-orders-task does not allow sts:AssumeRole on .*tenantscope-writer-acme$/,
    remedy: /BecomeWriter/,
  },
  {
    ...acme,
    name: "the task role may become every writer",
    change: putInside(
      policyOf("service-orders_task-policy"),
      "Statement/0/Resource",
      "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-*",
    ),
    hop: "task role",
    evidence: /allows sts:AssumeRole on more than .*tenantscope-writer-acme$/,
    remedy: /BecomeWriter/,
  },
  {
    ...globex,
    name: "one of three services runs without a task role",
    change: put("resource/aws_ecs_task_definition/service-mailer_task/task_role_arn", undefined),
    hop: "task role",
    evidence: /^the tasks of mailer have no task role$/,
    remedy: /task_role_arn/,
  },
  {
    tenant: "initech",
    stack: "tenant-initech",
    name: "the document of an attached service lacks the statement",
    change: put("resource/aws_ssm_parameter/service-reports_sidecar/insecure_value", (old) =>
      asText(old).replace("sts:AssumeRole", "sts:TagSession"),
    ),
    hop: "task role",
    evidence: /role\/reports-task does not allow sts:AssumeRole/,
    remedy: /docs\/ATTACHED\.md/,
  },
  {
    ...acme,
    name: "the collector asks another Region's STS",
    change: swap(/sts_region: eu-west-1/, "sts_region: us-east-1"),
    hop: "STS",
    evidence: /asks the STS of us-east-1, the tasks are in eu-west-1/,
    remedy: /sts_region/,
  },
  {
    ...acme,
    name: "the tasks may open no HTTPS connection",
    change: put(ruleOf("egress", "security-group-orders_https-0000-0"), undefined),
    hop: "STS",
    evidence: /^no egress rule lets the tasks of orders open HTTPS connections$/,
    remedy: /httpsEgressCidrs/,
  },
  {
    ...globex,
    name: "the STS endpoint is another account's",
    change: putInside(
      "resource/aws_vpc_endpoint/endpoints_endpoint-sts/policy",
      "Statement/0/Condition/StringEquals/aws:PrincipalAccount",
      ["444444444444"],
    ),
    hop: "STS",
    evidence: /endpoint-sts does not let .*checkout-task through to sts:AssumeRole/,
    remedy: /endpoints/,
  },
  {
    ...acme,
    name: "the trust wants another external id",
    change: putInside(trustOf("writer_role"), "Statement/0/Condition/StringEquals/sts:ExternalId", "other"),
    hop: "writer role",
    evidence: /sends the external id tenantscope-9d6f\w+, the trust of .*writer-acme wants other$/,
    remedy: /external id/,
  },
  {
    ...acme,
    name: "the trust names another task role",
    change: putInside(trustOf("writer_role"), "Statement/0/Condition/StringEquals/aws:PrincipalArn", [
      `${ACME_TASK}s`,
    ]),
    hop: "writer role",
    evidence: /does not admit .*acme-orders-task, the task role of orders/,
    remedy: /names the task roles by ARN/,
  },
  {
    ...acme,
    name: "the writer may write to another workspace",
    change: putInside(
      policyOf("writer_policy"),
      "Statement/0/Resource",
      "arn:aws:aps:eu-west-1:111111111111:workspace/ws-other",
    ),
    hop: "AMP",
    evidence: /may not aps:RemoteWrite on .*ws-central-metrics-workspace: no statement/,
    remedy: /RemoteWrite/,
  },
  {
    ...globex,
    name: "the workspace's endpoint knows another tenant's writer",
    change: putInside(
      "resource/aws_vpc_endpoint/endpoints_endpoint-aps-workspaces/policy",
      "Statement/1/Condition/StringEquals/aws:PrincipalArn",
      "arn:aws:iam::111111111111:role/tenantscope/tenantscope-writer-acme",
    ),
    hop: "AMP",
    evidence: /endpoint-aps-workspaces does not let .*writer-globex through to aps:RemoteWrite/,
    remedy: /writer and workspace/,
  },
  {
    ...acme,
    name: "the endpoint lets another tenant's paths through",
    change: put("resource/aws_vpc_endpoint/ingest-endpoint_endpoint-execute-api/policy", (old) =>
      asText(old).replaceAll("/t/acme/", "/t/globex/"),
    ),
    hop: "endpoint",
    evidence: /does not let .*writer-acme through to execute-api:Invoke on .*\/t\/acme\/otlp\/v1\/logs/,
    remedy: /methods/,
  },
  {
    ...globex,
    name: "the endpoint's group does not admit one service",
    change: put(ruleOf("ingress", "ingest-endpoint_clients_in-catalog"), undefined),
    hop: "endpoint",
    evidence:
      /^no ingress rule lets the tasks of catalog to com\.amazonaws\.eu-west-1\.execute-api in on TCP 443$/,
    remedy: /ingress rule/,
  },
  {
    ...acme,
    name: "the sidecar calls a host that is no endpoint",
    change: swap(
      /https:\/\/\$\{aws_vpc_endpoint\.ingest-endpoint_endpoint-execute-api_\w+\.dns_entry\[0\]\.dns_name\}/,
      "https://api.example.com",
    ),
    hop: "endpoint",
    evidence: /names api\.example\.com, which is no endpoint/,
    remedy: /DNS name/,
  },
  {
    ...acme,
    name: "the exporter does not say which API",
    change: swap(/headers: \{x-apigw-api-id: '\$\$\{env:INGEST_API_ID\}'\}/, "headers: {}"),
    hop: "ingest API",
    evidence: /otlp_http\/loki of orders has no header x-apigw-api-id/,
    remedy: /INGEST_API_ID/,
  },
  {
    ...acme,
    name: "the collector sends to another tenant's path",
    change: swap(/\/t\/acme\/v1\/traces'/, "/t/globex/v1/traces'"),
    hop: "ingest API",
    evidence: /sends traces to .*\/t\/globex\/v1\/traces, not to .*\/t\/acme\/v1\/traces/,
    remedy: /traces\.ts/,
  },
  {
    ...acme,
    name: "the writer may not call one path",
    change: both(
      putInside(policyOf("writer_policy"), "Statement/1/Resource", (old) => (old as string[]).slice(0, 1)),
      putInside(policyOf("writer_policy"), "Statement/2/NotResource", (old) => (old as string[]).slice(0, 1)),
    ),
    hop: "ingest API",
    evidence: /may not call POST \/t\/acme\/v1\/traces of the ingest API: explicit Deny .*InvokeNothingElse/,
    remedy: /modules\/ingest/,
  },
  {
    ...acme,
    name: "the logs' data source asks as another tenant",
    change: put("resource/grafana_data_source/grafana_loki-acme/http_headers/X-Scope-OrgID", "globex"),
    hop: "Grafana",
    evidence: /grafana_loki-acme asks Loki as the tenant globex, not as acme/,
    remedy: /data sources/,
  },
  {
    ...acme,
    name: "a data source sends another external id",
    change: putInside(
      "resource/grafana_data_source/grafana_xray-acme/json_data_encoded",
      "externalId",
      "old",
    ),
    hop: "Grafana",
    evidence: /may not become .*tenantscope-acme-grafana with the external id old/,
    remedy: /external id/,
  },
  {
    ...acme,
    name: "Grafana's reading role trusts somebody else",
    change: putInside(
      trustOf("grafana-read_role"),
      "Statement/0/Condition/StringEquals/aws:PrincipalArn",
      "arn:aws:iam::111111111111:role/tenantscope/other",
    ),
    hop: "Grafana",
    evidence: /tenantscope-grafana may not become .*: no statement of the resource's policy/,
    remedy: /deploy the tenant's stack/,
  },
  {
    tenant: "initech",
    stack: "tenant-initech",
    name: "the metrics' data source asks another workspace",
    change: put("resource/grafana_data_source/grafana_amp-initech/url", "https://aps.example.com/"),
    hop: "Grafana",
    evidence: /asks https:\/\/aps\.example\.com\/, which is not the dedicated workspace/,
    remedy: /data sources/,
  },
];
