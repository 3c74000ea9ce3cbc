import { asText, objects } from "../support/json";
import { put, putInside, swap } from "../support/mutate";
import { both, policyOf, ruleOf, withoutSid, type OfflineFault } from "./fault";

const central = { tenant: "acme", stack: "central" } as const;

const withoutTasks = (id: string, hop: OfflineFault["hop"], what: string): OfflineFault => ({
  ...central,
  name: `${what} has no task`,
  change: put(`resource/aws_ecs_service/${id}/desired_count`, 0),
  hop,
  evidence: new RegExp(`^${what} runs no task: desired_count is 0 of central: aws_ecs_service\\.${id}$`),
  remedy: /at least 1: deploy the stack/,
});

/** Broken in the central stack. */
export const CENTRAL_FAULTS: readonly OfflineFault[] = [
  withoutTasks("gateway_service", "gateway", "the gateway"),
  withoutTasks("loki_loki-0_service", "Loki", "Loki"),
  withoutTasks("jaeger_collector_service", "Jaeger", "Jaeger"),
  withoutTasks("jaeger-query_service", "storage API", "jaeger-query in the central account"),
  {
    ...central,
    name: "the API's policy knows no writers",
    change: put("resource/aws_api_gateway_rest_api/ingest_api/policy", (old) =>
      asText(old).replaceAll("tenantscope-writer-*", "tenantscope-sender-*"),
    ),
    hop: "ingest API",
    evidence: /writer-acme may not call POST .*: explicit Deny by the statement NobodyElse/,
    remedy: /resource-policy\.ts/,
  },
  {
    ...central,
    name: "the integration asks another port",
    change: swap(/:8080\/t\/\{tenant\}\/v1\/traces/, ":8081/t/{tenant}/v1/traces"),
    hop: "gateway",
    evidence: /nothing listens on port 8081 of central: aws_lb\.gateway_load-balancer/,
    remedy: /integrations/,
  },
  {
    ...central,
    name: "the gateway does not admit its load balancer",
    change: put(ruleOf("ingress", "gateway_security-groups_task-in-ingest"), undefined),
    hop: "gateway",
    evidence: /^no ingress rule lets the load balancer to the gateway in on TCP 8080$/,
    remedy: /ingress rule/,
  },
  {
    ...central,
    name: "nginx does not know the path",
    change: swap(/\/otlp\/v1\/logs HTTP/, "/otlp/v2/logs HTTP"),
    hop: "gateway",
    evidence: /^nginx takes POST \/t\/acme\/otlp\/v1\/logs for no route$/,
    remedy: /modules\/gateway\/config\.ts/,
  },
  {
    ...central,
    name: "nginx does not tell the tenant",
    change: swap(/proxy_set_header X-Scope-OrgID \$tenant/, "proxy_set_header X-Scope-OrgID $route"),
    hop: "gateway",
    evidence: /does not tell the tenant/,
    remedy: /modules\/gateway\/config\.ts/,
  },
  {
    ...central,
    name: "the upstream of logs has another name",
    change: swap(/logs http:\/\/loki\.tenantscope\.internal/, "logs http://loki-0.tenantscope.internal"),
    hop: "Loki",
    evidence: /loki-0\.tenantscope\.internal, a name that no service/,
    remedy: /private namespace/,
  },
  {
    ...central,
    name: "Loki does not keep tenants apart",
    change: swap(/auth_enabled: true/, "auth_enabled: false"),
    hop: "Loki",
    evidence: /without auth_enabled/,
    remedy: /auth_enabled must be true/,
  },
  {
    ...central,
    name: "Loki may not write to its bucket",
    change: putInside(policyOf("loki_task-policy-0"), "Statement", (statements) =>
      objects(statements).map((statement) =>
        statement["Sid"] === "KeepChunks" ? { ...statement, Action: ["s3:GetObject"] } : statement,
      ),
    ),
    hop: "Loki",
    evidence:
      /^Loki takes lines but cannot keep them: .*loki-0.* may not s3:PutObject on .*chunks-bucket\/chunk: no statement/,
    remedy: /modules\/loki\/policies\.ts/,
  },
  {
    ...central,
    name: "Loki may not use its key",
    change: putInside(policyOf("loki_task-policy-0"), "Statement", withoutSid("EncryptChunks")),
    hop: "Loki",
    evidence: /may not kms:Decrypt on .*chunks-key: no statement of the role's own policies/,
    remedy: /modules\/loki\/policies\.ts/,
  },
  {
    ...central,
    name: "the key does not let the account's policies count",
    change: putInside(
      "resource/aws_kms_key/loki_chunks_key/policy",
      "Statement",
      withoutSid("AccountAdministration"),
    ),
    hop: "Loki",
    evidence: /may not kms:Decrypt on .*chunks-key: no statement of the resource's policy/,
    remedy: /modules\/loki\/policies\.ts/,
  },
  {
    ...central,
    name: "the bucket wants another key",
    change: putInside(
      "resource/aws_s3_bucket_policy/loki_chunks_policy/policy",
      "Statement/2/Condition/StringNotEquals/s3:x-amz-server-side-encryption-aws-kms-key-id",
      "other",
    ),
    hop: "Loki",
    evidence: /may not s3:PutObject on .*: explicit Deny by the statement OnlyWithTheKey$/,
    remedy: /modules\/loki\/policies\.ts/,
  },
  {
    ...central,
    name: "Loki writes to a bucket that is not there",
    change: swap(/bucket_name: 'tenantscope-loki-chunks-/, "bucket_name: 'elsewhere-"),
    hop: "Loki",
    evidence: /^Loki keeps lines in elsewhere-\S+, which central does not make$/,
    remedy: /modules\/loki\/storage\.ts/,
  },
  {
    ...central,
    name: "Loki may open no connection to S3",
    change: both(
      put(ruleOf("egress", "loki_security-group_https-0000-0"), undefined),
      put(ruleOf("egress", "loki_security-group_https-s3"), undefined),
    ),
    hop: "Loki",
    evidence: /^no egress rule lets Loki out to S3 on TCP 443$/,
    remedy: /prefix list/,
  },
  {
    ...central,
    name: "S3's endpoint is another account's",
    change: putInside(
      "resource/aws_vpc_endpoint/network_endpoint-s3/policy",
      "Statement/0/Condition/StringEquals/aws:PrincipalAccount",
      "222222222222",
    ),
    hop: "Loki",
    evidence: /endpoint-s3 does not let .*loki-0.* through to s3:ListBucket: no statement/,
    remedy: /endpoint-policies\.ts/,
  },
  {
    ...central,
    name: "Loki does not admit the gateway",
    change: put(ruleOf("ingress", "loki-from-gateway"), undefined),
    hop: "Loki",
    evidence: /^no ingress rule lets the gateway to Loki in on TCP 3100$/,
    remedy: /ingress rule/,
  },
  {
    ...central,
    name: "Jaeger listens elsewhere",
    change: swap(/0\.0\.0\.0:4318/, "0.0.0.0:14318"),
    hop: "Jaeger",
    evidence: /listens on 0\.0\.0\.0:14318, the gateway asks port 4318/,
    remedy: /ports\.ts/,
  },
  {
    ...central,
    name: "the gateway may not connect to Jaeger",
    change: put(ruleOf("egress", "gateway_security-groups_task-out-jaeger"), undefined),
    hop: "Jaeger",
    evidence: /^no egress rule lets the gateway to Jaeger out on TCP 4318$/,
    remedy: /egress rule/,
  },
  {
    ...central,
    name: "Jaeger stores under another owner",
    change: put("resource/aws_ecs_task_definition/jaeger_collector_task/container_definitions", (old) =>
      asText(old).replace("/v1/s/central", "/v1/s/acme"),
    ),
    hop: "storage API",
    evidence: /^jaeger in the central account keeps traces at .*\/s\/acme, which is not \/s\/central/,
    remedy: /JAEGER_STORAGE_URL/,
  },
  {
    ...central,
    name: "the storage API does not know the collector",
    change: put("resource/aws_api_gateway_rest_api/storage-api/policy", (old) =>
      asText(old).replaceAll("tenantscope-jaeger-collector", "tenantscope-jaeger-gatherer"),
    ),
    hop: "storage API",
    evidence: /jaeger-collector may not call GET \/s\/central of the storage API: explicit Deny/,
    remedy: /modules\/storage-api/,
  },
  {
    ...central,
    name: "nobody may call the endpoint of the storage API",
    change: put(ruleOf("ingress", "network_clients_in-vpc"), undefined),
    hop: "storage API",
    evidence:
      /^no ingress rule lets jaeger in the central account to com\.amazonaws\.eu-west-1\.execute-api in on TCP 443$/,
    remedy: /ingress rule/,
  },
  {
    ...central,
    name: "Jaeger may open no HTTPS connection",
    change: put(ruleOf("egress", "jaeger_collector_https-0000-0"), undefined),
    hop: "storage API",
    evidence: /^no egress rule lets jaeger in the central account to .*execute-api out on TCP 443$/,
    remedy: /egress rule/,
  },
  {
    ...central,
    name: "the endpoint of the storage API is another account's",
    change: putInside(
      "resource/aws_vpc_endpoint/network_endpoint-execute-api/policy",
      "Statement/0/Condition/StringEquals/aws:PrincipalAccount",
      "222222222222",
    ),
    hop: "storage API",
    evidence:
      /endpoint-execute-api does not let .*jaeger-collector through to execute-api:Invoke on .*GET\/s\/central: no statement/,
    remedy: /endpoint-policies\.ts/,
  },
  {
    ...central,
    name: "the storage API may not call its function",
    change: put("resource/aws_lambda_permission/storage-api_permission", undefined),
    hop: "storage API",
    evidence: /tenantscope-storage-proxy does not let the storage API call it/,
    remedy: /permission/,
  },
  {
    ...central,
    name: "the proxy asks another domain",
    change: put(
      "resource/aws_lambda_function/traces_proxy_function/environment/variables/OPENSEARCH_URL",
      "https://search.example.com",
    ),
    hop: "OpenSearch",
    evidence: /asks https:\/\/search\.example\.com, which is not the domain's endpoint/,
    remedy: /OPENSEARCH_URL/,
  },
];
