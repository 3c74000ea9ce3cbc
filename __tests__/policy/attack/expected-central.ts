import { row } from "../../support/reach";
import { BUSYBOX_IMAGE, GITHUB, IMAGE_CACHE, JAEGER_IMAGE, pullCopies } from "./expected-images";
import { KEYS_OF_FUNCTIONS, KEYS_OF_SERVICES } from "./expected-keys";
import type { Matrix } from "./matrices";
import {
  c,
  CENTRAL_LOG_GROUPS,
  centralRole,
  invoked,
  key,
  MAKE_DATA_KEYS,
  MAKE_LINKS,
  PROMETHEUS_LOG_GROUPS,
  SINKS,
  streams,
  TENANT_NAMES,
  tenantOf,
  USE_KEY,
  WRITE_STREAM,
} from "./names";

/** What the roles of the central services may do: every right, with what it hangs on. Whatever is not here is denied. */

const writeLog = (name: string): string =>
  row(WRITE_STREAM, streams([c("logs", `log-group:/tenantscope/central/${name}`)]));

const decryptEnvironment = (keyName: string, name: string): string =>
  row(
    "kms:Decrypt",
    [key(keyName)],
    `kms:EncryptionContext:aws:lambda:FunctionArn StringEquals arn:aws:${lambda(name)}`,
  );

const lambda = (name: string): string => c("lambda", `function:tenantscope-${name}`);
const INVOKE = "execute-api:Invoke";
const viaService = (service: string): string =>
  `kms:ViaService StringEquals ${service}.eu-west-1.amazonaws.com`;

/** Publishing to a topic that is called like a tenant's, whichever key it has. */
const ANY_TENANTS_TOPIC =
  "kms:ViaService StringLike sns.*.amazonaws.com and kms:EncryptionContext:aws:sns:topicArn ArnLike arn:aws:sns:*:*:tenantscope-*-alerts";

/** Keys of the central account that are for nothing of the router's: it would need a topic with them, or two services at once. */
const OTHER_KEYS = [
  row(USE_KEY, KEYS_OF_FUNCTIONS.map(key), `(${ANY_TENANTS_TOPIC})`),
  ...(["aps", "ecr", "elasticfilesystem", "es", "logs", "s3"] as const).map((service) =>
    row(USE_KEY, KEYS_OF_SERVICES[service].map(key), `(${ANY_TENANTS_TOPIC} and ${viaService(service)})`),
  ),
  row(USE_KEY, [key("alertroutingkey")], `(${ANY_TENANTS_TOPIC} and ${viaService("sns")})`),
];

const topicKeys = (region: string): string[] =>
  TENANT_NAMES.filter((name) => tenantOf(name).region === region).map(
    (name) => `kms:${region}:${tenantOf(name).accountId}:key/tenant${name}alertskey`,
  );

const ALERT_ROUTER = [
  ...OTHER_KEYS,
  row(
    USE_KEY,
    [key("alertskey")],
    `(((${ANY_TENANTS_TOPIC}) or ${viaService("sns")}) and ${viaService("sns")})`,
  ),
  row(
    USE_KEY,
    [key("alertroutingrouterfailedkey")],
    `(((${ANY_TENANTS_TOPIC}) or ${viaService("sqs")}) and ${viaService("sqs")})`,
  ),
  ...["eu-west-1", "us-east-1", "eu-central-1"].map((region) =>
    row(
      USE_KEY,
      topicKeys(region),
      `(kms:ViaService StringEquals sns.${region}.amazonaws.com and ${ANY_TENANTS_TOPIC})`,
    ),
  ),
  row(
    "kms:Decrypt",
    [key("alertroutingrouterfunctionkey")],
    `(kms:EncryptionContext:aws:lambda:FunctionArn StringEquals arn:aws:${lambda("alert-router")} or (${ANY_TENANTS_TOPIC}))`,
  ),
  row(MAKE_DATA_KEYS, [key("alertroutingrouterfunctionkey")], `(${ANY_TENANTS_TOPIC})`),
  writeLog("alert-router"),
  row("sns:Publish", [
    c("sns", "tenantscope-alerts"),
    ...TENANT_NAMES.map(
      (name) => `sns:${tenantOf(name).region}:${tenantOf(name).accountId}:tenantscope-${name}-alerts`,
    ),
  ]),
  row("sqs:SendMessage", [c("sqs", "tenantscope-alert-routing-failed")]),
  row(
    "ssm:GetParameter",
    TENANT_NAMES.map((name) => c("ssm", `parameter/tenantscope/alert-routes/${name}`)),
  ),
];

const readRole = (name: string): string => {
  const { accountId } = tenantOf(name as "acme");
  return `iam::${accountId}:role/tenantscope/tenantscope-${name}-grafana`;
};

const GRAFANA = [
  row("aps:GetLabels aps:GetMetricMetadata aps:GetSeries aps:QueryMetrics", [
    c("aps", "workspace/ws-tenantscope"),
  ]),
  row(
    [
      "cloudwatch:GetMetricData cloudwatch:ListMetrics ec2:DescribeRegions logs:DescribeLogGroups logs:StopQuery",
      "oam:ListSinks xray:BatchGetTraces xray:GetGroups xray:GetInsight xray:GetInsightSummaries",
      "xray:GetServiceGraph xray:GetTimeSeriesServiceStatistics xray:GetTraceGraph xray:GetTraceSummaries",
    ].join(" "),
    ["*"],
  ),
  row("kms:Decrypt kms:GenerateDataKey", [key("alertskey")], viaService("sns")),
  row("logs:GetLogEvents", streams(CENTRAL_LOG_GROUPS)),
  row("logs:GetLogGroupFields logs:GetQueryResults logs:StartQuery", CENTRAL_LOG_GROUPS),
  row("oam:ListAttachedLinks", SINKS),
  row("sns:Publish", [c("sns", "tenantscope-alerts")]),
  ...TENANT_NAMES.map((name) =>
    row(
      "sts:AssumeRole",
      [
        readRole(name),
        ...(["initech", "wonka"].includes(name)
          ? [centralRole(`query-${name}`).replace("arn:aws:", "")]
          : []),
      ],
      `sts:ExternalId StringEquals ${tenantOf(name).externalId}`,
    ),
  ),
];

const TOKEN = c("secretsmanager", "secret:tenantscope/grafana-token-AbCdEf");

const GRAFANA_ADMIN = [
  row(
    [
      "grafana:CreateWorkspaceServiceAccountToken grafana:DeleteWorkspaceServiceAccountToken",
      "grafana:ListWorkspaceServiceAccountTokens",
    ].join(" "),
    [c("grafana", "/workspaces/g-grafanaworkspace")],
  ),
  row(
    "kms:Decrypt kms:GenerateDataKey",
    [key("grafanatokenkeptkey")],
    `(${viaService("secretsmanager")} and kms:EncryptionContext:SecretARN StringEquals arn:aws:${TOKEN})`,
  ),
  decryptEnvironment("grafanatokenadminkey", "grafana-admin"),
  writeLog("grafana-admin"),
  row("secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue", [TOKEN]),
];

const GROUPS = [...CENTRAL_LOG_GROUPS, ...PROMETHEUS_LOG_GROUPS];

const CHUNKS = "s3:::tenantscope-loki-chunks-111111111111-eu-west-1";
const CONFIG = "s3:::tenantscope-loki-config-111111111111-eu-west-1";
const OVER_TLS = "aws:SecureTransport Bool true";
const ENCRYPTED = [
  "(s3:x-amz-server-side-encryption StringEquals aws:kms or s3:x-amz-server-side-encryption Null true)",
  "(s3:x-amz-server-side-encryption-aws-kms-key-id StringEquals arn:aws:kms:eu-west-1:111111111111:key/lokichunkskey or s3:x-amz-server-side-encryption-aws-kms-key-id Null true)",
].join(" and ");

const loki = (replica: number): string[] => [
  row(
    "elasticfilesystem:ClientMount elasticfilesystem:ClientWrite",
    [c("elasticfilesystem", "file-system/fs-lokiwalfilesystem")],
    `((elasticfilesystem:AccessPointArn StringEquals arn:aws:${c("elasticfilesystem", `access-point/fsap-lokiwalaccess${String(replica)}`)} and elasticfilesystem:AccessedViaMountTarget Bool true) and ${OVER_TLS} and elasticfilesystem:AccessPointArn Null false)`,
  ),
  row("kms:Decrypt kms:GenerateDataKey", [key("lokichunkskey")], viaService("s3")),
  row("kms:Decrypt", [key("lokiconfigkey")], viaService("s3")),
  row("s3:AbortMultipartUpload s3:DeleteObject s3:GetObject", [`${CHUNKS}/some/object`], OVER_TLS),
  row("s3:GetObject", [`${CONFIG}/overrides.yaml`], OVER_TLS),
  row("s3:ListBucket", [CHUNKS, CONFIG], OVER_TLS),
  row("s3:PutObject", [`${CHUNKS}/some/object`], `(${OVER_TLS} and ${ENCRYPTED})`),
];

const SECURITY_GROUPS = [
  ...["gatewaysecuritygroupsloadbalancer", "gatewaysecuritygroupstask", "grafanasecuritygroup"],
  ...["grafanatokenidentitysecuritygroup"],
  ...[
    "jaegercollectorsecuritygroup",
    "jaegerquerysecuritygroup",
    "lokisecuritygroup",
    "lokiwalsecuritygroup",
  ],
  ...["networkclientsgroup", "tenantacme2jaegerquerysecuritygroup", "tracesadminidentitysecuritygroup"],
  ...["tracesdomainsecuritygroup", "tracesproxyidentitysecuritygroup"],
  ...["vpngrafanagroup", "vpngroup", "vpnjaegergroup", "vpnlokigroup"],
].map((name) => c("ec2", `security-group/sg-${name}`));

const SUBNETS = ["a", "b"].map((zone) => c("ec2", `subnet/subnet-networkvpcprivate${zone}`));
/** Of other interfaces; only what the functions' own Deny says holds there. */
const OTHER_SUBNETS = ["vpnsubnetsa", "vpnsubnetsb"].map((name) => c("ec2", `subnet/subnet-${name}`));

const INTERFACE = c("ec2", "network-interface/eni-one");
const MANAGED =
  "ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:UnassignPrivateIpAddresses";
const ALL_OF_AN_INTERFACE = [
  "ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface",
  "ec2:DetachNetworkInterface ec2:UnassignPrivateIpAddresses",
].join(" ");

/** Lambda makes a function's interfaces; the function's own code may not. */
const notFromTheCode = (name: string): string =>
  `lambda:SourceFunctionArn ArnNotEquals arn:aws:${lambda(name)}`;
const interfaces = (name: string): string[] => [
  row(
    "ec2:CreateNetworkInterface",
    SECURITY_GROUPS,
    `(ec2:Vpc ArnEquals arn:aws:${c("ec2", "vpc/vpc-networkvpc")} and ${notFromTheCode(name)})`,
  ),
  row("ec2:CreateNetworkInterface", SUBNETS, notFromTheCode(name)),
  row(MANAGED, [INTERFACE], notFromTheCode(name)),
  row("ec2:DescribeNetworkInterfaces ec2:DescribeSubnets", ["*"], notFromTheCode(name)),
];

/** What happens on which path OpenSearch's own roles decide, and the proxy before them. */
const DOMAIN = ["_search", "x-span-2026-11-20/_search", "_plugins/_security/api/roles"].map((path) =>
  c("es", `domain/tenantscope-traces/${path}`),
);

const STORAGE = "storageapi";

const ROLES: Matrix = {
  "alert-router": ALERT_ROUTER,
  "api-gateway-logs": [
    row("logs:CreateLogGroup logs:DescribeLogStreams logs:FilterLogEvents", GROUPS),
    row("logs:CreateLogStream logs:GetLogEvents logs:PutLogEvents", streams(GROUPS)),
  ],
  "central-flow-logs": [
    writeLog("flow-logs"),
    row("logs:DescribeLogStreams", [c("logs", "log-group:/tenantscope/central/flow-logs")]),
  ],
  "exec-jaeger": [writeLog("jaeger"), ...pullCopies(JAEGER_IMAGE)],
  "exec-jaeger-query": [writeLog("jaeger-query"), ...pullCopies(JAEGER_IMAGE)],
  "gateway-exec": [
    writeLog("gateway"),
    ...pullCopies("docker-hub/nginxinc/nginx-unprivileged", BUSYBOX_IMAGE),
  ],
  "gateway-task": [],
  "github-checkout": GITHUB.checkout,
  "github-restricted": GITHUB.restricted,
  "image-cache": IMAGE_CACHE,
  grafana: GRAFANA,
  "grafana-admin": [...GRAFANA_ADMIN, ...interfaces("grafana-admin")],
  "grafana-admin-schedule": [row("lambda:InvokeFunction", [lambda("grafana-admin")])],
  "jaeger-collector": [
    row(
      INVOKE,
      invoked(
        STORAGE,
        "GET/s/central",
        "HEAD/s/central",
        "POST/s/central/_bulk",
        "PUT/s/central/_template/x-span",
      ),
    ),
  ],
  "jaeger-query": [
    row(
      INVOKE,
      invoked(
        STORAGE,
        "GET/s/central",
        "HEAD/s/central",
        "POST/s/central/x-span-2026-11-20/_search",
        "PUT/s/central/_template/x-span",
      ),
    ),
  ],
  ...Object.fromEntries([0, 1, 2].map((replica) => [`loki-${String(replica)}-task`, loki(replica)])),
  "loki-exec": [
    writeLog("loki"),
    ...pullCopies("docker-hub/grafana/loki", "ecr-public/aws-cli/aws-cli", BUSYBOX_IMAGE),
  ],
  "storage-admin": [
    ...interfaces("storage-admin"),
    row("es:ESHttpDelete es:ESHttpGet es:ESHttpPost es:ESHttpPut", DOMAIN),
    decryptEnvironment("tracesadminkey", "storage-admin"),
    writeLog("storage-admin"),
    // The folder is what it asks for, and a resource by itself.
    row(
      "ssm:GetParametersByPath",
      ["", "/acme2"].map((name) => c("ssm", `parameter/tenantscope/traces/retention${name}`)),
    ),
  ],
  "storage-admin-schedule": [row("lambda:InvokeFunction", [lambda("storage-admin")])],
  "storage-proxy": [
    ...interfaces("storage-proxy"),
    row("es:ESHttpGet es:ESHttpHead es:ESHttpPost es:ESHttpPut", DOMAIN),
    decryptEnvironment("tracesproxykey", "storage-proxy"),
    writeLog("storage-proxy"),
  ],
};

export const EXPECTED_CENTRAL: Matrix = Object.fromEntries(
  Object.entries(ROLES).map(([name, rows]) => [centralRole(name), [...rows, MAKE_LINKS].sort()]),
);

/** What its own Deny leaves to a role of which somebody else's policy allows everything. */
export const CENTRAL_DENIALS: Matrix = {
  [centralRole("jaeger-collector")]: ROLES["jaeger-collector"] ?? [],
  [centralRole("jaeger-query")]: ROLES["jaeger-query"] ?? [],
  ...Object.fromEntries(
    ["grafana-admin", "storage-admin", "storage-proxy"].map((name) => [
      centralRole(name),
      [
        row(ALL_OF_AN_INTERFACE, [INTERFACE], notFromTheCode(name)),
        row(
          "ec2:CreateNetworkInterface",
          [...SECURITY_GROUPS, ...SUBNETS, ...OTHER_SUBNETS],
          notFromTheCode(name),
        ),
      ],
    ]),
  ),
};
