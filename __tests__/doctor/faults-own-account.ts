import { asText, objects } from "../support/json";
import { put, putInside, swap } from "../support/mutate";
import { both, policyOf, withoutSid, type OfflineFault } from "./fault";

const acme = { tenant: "acme", stack: "tenant-acme" } as const;
const globex = { tenant: "globex", stack: "tenant-globex" } as const;

/** Broken in a tenant's stack, on the ways to X-Ray and CloudWatch in its own account. */
export const OWN_ACCOUNT_FAULTS: readonly OfflineFault[] = [
  {
    ...acme,
    name: "the task role may not put segments",
    change: putInside(policyOf("service-orders_task-policy"), "Statement", (statements) =>
      objects(statements).map((statement) =>
        statement["Sid"] === "WriteTraces" ? { ...statement, Action: "xray:PutTelemetryRecords" } : statement,
      ),
    ),
    hop: "X-Ray",
    evidence:
      /acme-orders-task may not xray:PutTraceSegments on \*: no statement of the role's own policies allows it$/,
    remedy: /^the statement WriteTraces of .*task-statements\.ts must allow it: deploy the tenant's stack$/,
  },
  {
    tenant: "initech",
    stack: "tenant-initech",
    name: "the document of an attached service lacks X-Ray's statement",
    change: put("resource/aws_ssm_parameter/service-reports_sidecar/insecure_value", (old) =>
      asText(old).replace("xray:PutTraceSegments", "xray:GetGroups"),
    ),
    hop: "X-Ray",
    evidence: /role\/reports-task may not xray:PutTraceSegments/,
    remedy: /^add taskRoleStatements .*docs\/ATTACHED\.md/,
  },
  {
    ...acme,
    name: "the collector's traces do not go to X-Ray",
    change: swap(/exporters: \[awsxray, /, "exporters: ["),
    hop: "X-Ray",
    evidence: /^no pipeline of the collector of orders ends in the exporter awsxray$/,
    remedy: /modules\/collector/,
  },
  {
    ...acme,
    name: "the collector calls another Region's X-Ray",
    change: swap(/awsxray: \{region: eu-west-1/, "awsxray: {region: us-east-1"),
    hop: "X-Ray",
    evidence: /^the exporter awsxray of orders calls us-east-1, the tasks are in eu-west-1$/,
    remedy: /tenant's/,
  },
  {
    ...globex,
    name: "X-Ray's endpoint is another account's",
    change: putInside(
      "resource/aws_vpc_endpoint/endpoints_endpoint-xray/policy",
      "Statement/0/Condition/StringEquals/aws:PrincipalAccount",
      ["444444444444"],
    ),
    hop: "X-Ray",
    evidence: /endpoint-xray does not let .*checkout-task through to xray:PutTelemetryRecords/,
    remedy: /endpoints/,
  },
  {
    ...acme,
    name: "the execution role may not write the containers' lines",
    change: putInside(policyOf("service-orders_execution-policy"), "Statement", withoutSid("WriteLogs")),
    hop: "CloudWatch",
    evidence: /acme-orders-exec may not logs:CreateLogStream on .*:log-group:\/tenantscope\/acme\/orders:/,
    remedy: /^the statement WriteLogs of modules\/ecs-service\/policies\.ts/,
  },
  {
    ...globex,
    name: "the task role may not write what the router sends",
    change: putInside(policyOf("service-checkout_task-policy"), "Statement", withoutSid("WriteRoutedLogs")),
    hop: "CloudWatch",
    evidence:
      /checkout-task may not logs:CreateLogStream on .*:log-group:\/tenantscope\/globex\/checkout:log-/,
    remedy: /WriteRoutedLogs/,
  },
  {
    ...globex,
    name: "the task role may not write metrics as logs",
    change: putInside(
      policyOf("service-checkout_task-policy"),
      "Statement",
      withoutSid("WriteMetricsAsLogs"),
    ),
    hop: "CloudWatch",
    evidence: /checkout-task may not logs:CreateLogStream on .*\/globex\/checkout\/emf:log-stream/,
    remedy: /WriteMetricsAsLogs/,
  },
  {
    ...globex,
    name: "the router writes to a group that is not there",
    change: swap(/log_group_name \/tenantscope\/globex\/checkout\b/, "log_group_name /elsewhere"),
    hop: "CloudWatch",
    evidence:
      /^routed lines of checkout go to the log group \/elsewhere in eu-west-1, which tenant-globex does not make$/,
    remedy: /deploy the tenant's stack/,
  },
  {
    ...globex,
    name: "a service that logs to CloudWatch has another log driver",
    change: put("resource/aws_ecs_task_definition/service-mailer_task/container_definitions", (old) =>
      asText(old).replace('"logDriver":"awslogs"', '"logDriver":"none"'),
    ),
    hop: "CloudWatch",
    evidence: /^the container mailer of mailer does not log to CloudWatch$/,
    remedy: /awslogs/,
  },
  {
    ...globex,
    name: "the endpoint of CloudWatch Logs is gone, and so is the way out",
    change: both(
      put("resource/aws_vpc_endpoint/endpoints_endpoint-logs", undefined),
      swap(/0\.0\.0\.0\/0/, "10.0.0.0/8"),
    ),
    hop: "CloudWatch",
    evidence: /10\.0\.0\.0\/8 alone, and logs\.eu-west-1\.amazonaws\.com is on the internet/,
    remedy: /httpsEgressCidrs/,
  },
];
