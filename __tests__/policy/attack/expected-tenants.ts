import { row } from "../../support/reach";
import type { Matrix } from "./matrices";
import {
  c,
  centralRole,
  invoked,
  MAKE_LINKS,
  streams,
  TENANT_NAMES,
  tenantOf,
  USE_KEY,
  WRITE_STREAM,
  type TenantName,
} from "./names";

/** What the roles of tenants may do, in their own account and in the central one. Whatever is not here is denied. */

const group = (tenant: TenantName, name: string): string => {
  const { region, accountId } = tenantOf(tenant);
  return `logs:${region}:${accountId}:log-group:/tenantscope/${tenant}/${name}`;
};

const writeStreams = (tenant: TenantName, ...names: string[]): string =>
  row(WRITE_STREAM, streams(names.map((name) => group(tenant, name))));

const becomeWriter = (tenant: TenantName): string =>
  row(
    "sts:AssumeRole",
    [centralRole(`writer-${tenant}`).replace("arn:aws:", "")],
    `sts:ExternalId StringEquals ${tenantOf(tenant).externalId}`,
  );

const WRITE_TRACES = row("xray:PutTelemetryRecords xray:PutTraceSegments", ["*"]);
const LOG_IN = row("ecr:GetAuthorizationToken", ["*"]);

/** Rows of the roles of a service's tasks, and of what starts them. */
const service = (tenant: TenantName, name: string, taskRows: readonly string[], pulls: boolean): Matrix => {
  const role = `arn:aws:iam::${tenantOf(tenant).accountId}:role/tenantscope/tenantscope-${tenant}-${name}`;
  return {
    [`${role}-task`]: [becomeWriter(tenant), ...taskRows],
    [`${role}-exec`]: [writeStreams(tenant, name), ...(pulls ? [LOG_IN] : [])],
  };
};

/** Rows of what a team merges into roles of its own, in the two places where it is published. */
const published = (tenant: TenantName, name: string, taskRows: readonly string[]): Matrix =>
  Object.fromEntries(
    [`aws_ssm_parameter.service-${name}_sidecar insecure_value`, `output.sidecar_${name} value`].flatMap(
      (place) => [
        [`tenant-${tenant} ${place}.taskRoleStatements`, [becomeWriter(tenant), ...taskRows]],
        [`tenant-${tenant} ${place}.executionRoleStatements`, [writeStreams(tenant, name)]],
      ],
    ),
  );

const SERVICES: Matrix = {
  ...service("acme", "orders", [WRITE_TRACES], true),
  ...service("acme2", "orders", [WRITE_TRACES], false),
  ...service("globex", "catalog", [WRITE_TRACES], true),
  ...service("globex", "checkout", [WRITE_TRACES, writeStreams("globex", "checkout", "checkout/emf")], true),
  ...service("globex", "mailer", [], true),
  ...service("initech", "ledger", [WRITE_TRACES], true),
  ...published("initech", "reports", [WRITE_TRACES]),
  ...service("umbrella", "hive", [WRITE_TRACES], false),
  ...service("umbrella", "labs", [WRITE_TRACES], false),
  ...service("wonka", "candy", [WRITE_TRACES], false),
  ...published("wonka", "river", [WRITE_TRACES]),
};

/** What Grafana reads as a role of the tenant's account. */
const grafanaRole = (tenant: TenantName): readonly [string, readonly string[]] => {
  const { accountId, region, logGroups } = tenantOf(tenant);
  const groups = logGroups.map((name) => group(tenant, name));
  return [
    `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${tenant}-grafana`,
    [
      row(
        [
          "cloudwatch:GetMetricData cloudwatch:ListMetrics logs:DescribeLogGroups logs:StopQuery",
          "xray:BatchGetTraces xray:GetGroups xray:GetInsight xray:GetInsightSummaries xray:GetServiceGraph",
          "xray:GetTimeSeriesServiceStatistics xray:GetTraceGraph xray:GetTraceSummaries",
        ].join(" "),
        ["*"],
      ),
      row("logs:FilterLogEvents logs:GetLogGroupFields logs:GetQueryResults logs:StartQuery", groups),
      row("logs:GetLogEvents", streams(groups)),
      // The result of a query that somebody else made; its id is a secret of whoever asked.
      row("logs:GetQueryResults", [
        `logs:${region}:${accountId}:log-group:/aws/events/tenantscope-${tenant}`,
      ]),
    ],
  ];
};

const ingest = (tenant: TenantName): string[] =>
  invoked("ingestapi", `POST/t/${tenant}/otlp/v1/logs`, `POST/t/${tenant}/v1/traces`);
const INVOKE = "execute-api:Invoke";

const STORE = ["GET/s/acme2", "HEAD/s/acme2", "PUT/s/acme2/_template/x-span"];
const PRIVATE_DOMAIN = c("execute-api", "/domainnames/telemetry.tenantscope.example+domain");

/** Everything that a writer may call. */
const CALLED: Readonly<Record<TenantName, readonly string[]>> = {
  acme: ingest("acme"),
  acme2: [...ingest("acme2"), ...invoked("storageapi", ...STORE, "POST/s/acme2/_bulk"), PRIVATE_DOMAIN],
  globex: ingest("globex"),
  initech: ingest("initech"),
  umbrella: [],
  wonka: ingest("wonka"),
};
const READS_STORE = invoked("storageapi", ...STORE, "POST/s/acme2/x-span-2026-11-20/_search");

/** Of a suspended tenant nothing is left but the right to become it: a collector that cannot exits. */
const writerRows = (tenant: TenantName): string[] =>
  tenant === "umbrella"
    ? []
    : [
        row("aps:RemoteWrite", [c("aps", `workspace/${tenantOf(tenant).workspace}`)]),
        row(INVOKE, CALLED[tenant]),
      ];

const query = (tenant: TenantName): string[] => [
  row("aps:GetLabels aps:GetMetricMetadata aps:GetSeries aps:QueryMetrics", [
    c("aps", `workspace/ws-tenantscope-${tenant}`),
  ]),
];

/** Roles of tenants in the central account, and of the functions and services of one. */
const IN_CENTRAL: Matrix = {
  ...Object.fromEntries(TENANT_NAMES.map((tenant) => [`writer-${tenant}`, writerRows(tenant)])),
  "query-initech": query("initech"),
  "query-wonka": query("wonka"),
  "jaeger-query-acme2": [row(INVOKE, READS_STORE)],
  "exec-jaeger-query-acme2": [
    row(WRITE_STREAM, streams([c("logs", "log-group:/tenantscope/central/jaeger-query-acme2")])),
  ],
};

const ACME2 = "eu-west-1:777777777777";
const NOTIFIER: Matrix = {
  "arn:aws:iam::777777777777:role/tenantscope/tenantscope-acme2-alert-notifier": [
    row(
      USE_KEY,
      [`kms:${ACME2}:key/tenantacme2notifiersubscriberfailedkey`],
      "kms:ViaService StringEquals sqs.eu-west-1.amazonaws.com",
    ),
    row(
      "kms:Decrypt",
      [`kms:${ACME2}:key/tenantacme2notifiersubscriberfunctionkey`],
      `kms:EncryptionContext:aws:lambda:FunctionArn StringEquals arn:aws:lambda:${ACME2}:function:tenantscope-acme2-alert-notifier`,
    ),
    writeStreams("acme2", "_functions/alert-notifier"),
    row("sqs:SendMessage", [`sqs:${ACME2}:tenantscope-acme2-alert-notifier-failed`]),
  ],
};

const sorted = (matrix: Matrix): Matrix =>
  Object.fromEntries(Object.entries(matrix).map(([name, rows]) => [name, [...rows].sort()]));

export const EXPECTED_TENANTS: Matrix = sorted({
  ...SERVICES,
  ...NOTIFIER,
  ...Object.fromEntries(TENANT_NAMES.map(grafanaRole)),
  ...Object.fromEntries(
    Object.entries(IN_CENTRAL).map(([name, rows]) => [centralRole(name), [...rows, MAKE_LINKS]]),
  ),
});

/** What its own Deny leaves to a role of which somebody else's policy allows everything. */
export const TENANT_DENIALS: Matrix = {
  ...Object.fromEntries(
    TENANT_NAMES.filter((tenant) => tenant !== "umbrella").map((tenant) => [
      centralRole(`writer-${tenant}`),
      [row(INVOKE, CALLED[tenant])],
    ]),
  ),
  // Its Deny is of its own workspace and every path; an administrator of the central account could give it others.
  [centralRole("writer-umbrella")]: [
    row("aps:RemoteWrite", [
      c("aps", "workspace/ws-tenantscope-initech"),
      c("aps", "workspace/ws-tenantscope-wonka"),
    ]),
  ],
  [centralRole("jaeger-query-acme2")]: [row(INVOKE, READS_STORE)],
};

/** What a tenant's administrator reaches outside of its own account. */
export const EXPECTED_ADMINISTRATORS: Matrix = Object.fromEntries(
  TENANT_NAMES.map((tenant) => [
    tenant,
    [
      `anybody: ${MAKE_LINKS}`,
      `${[...tenantOf(tenant).taskRoles].sort().join(" ")}: ${becomeWriter(tenant)}`,
    ],
  ]),
);
