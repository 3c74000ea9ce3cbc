import { row } from "../../support/reach";
import { JAEGER_IMAGE, LOG_IN, pullOwn, pullCopies } from "./expected-images";
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
/** The images of a service in the tenant's own registry. */
const pull = (tenant: TenantName, ...names: string[]): string[] => {
  const { region, accountId } = tenantOf(tenant);
  return [
    row(
      "ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer",
      names.map((name) => `ecr:${region}:${accountId}:repository/${name}`),
    ),
  ];
};
const GLOBEX = "eu-west-1:333333333333";
const READ_DATABASE_SECRET = [
  row(
    "kms:Decrypt",
    [`kms:${GLOBEX}:key/11111111-2222-3333-4444-555555555555`],
    "kms:ViaService StringEquals secretsmanager.eu-west-1.amazonaws.com,ssm.eu-west-1.amazonaws.com",
  ),
  row("secretsmanager:GetSecretValue", [`secretsmanager:${GLOBEX}:secret:checkout/database-AbCdEf`]),
];

/** A service that asks X-Ray what to sample, and sends to an endpoint whose key is in an object. */
const READS_OF_ACME2 = [
  row(
    [
      "xray:GetSamplingRules xray:GetSamplingStatisticSummaries xray:GetSamplingTargets",
      "xray:PutTelemetryRecords xray:PutTraceSegments",
    ].join(" "),
    ["*"],
  ),
  row("s3:GetObject", ["s3:::acme2-secrets/partner/key"]),
];
const READ_PARAMETER = row("ssm:GetParameters", ["ssm:eu-west-1:777777777777:parameter/orders/licence"]);

/** Rows of the roles of a service's tasks, and of what starts them. */
const service = (
  tenant: TenantName,
  name: string,
  taskRows: readonly string[],
  ...execRows: readonly string[]
): Matrix => {
  const role = `arn:aws:iam::${tenantOf(tenant).accountId}:role/tenantscope/tenantscope-${tenant}-${name}`;
  return {
    [`${role}-task`]: [becomeWriter(tenant), ...taskRows],
    [`${role}-exec`]: [LOG_IN, writeStreams(tenant, name), ...execRows],
  };
};

/** Rows of what a team merges into roles of its own, in the two places where it is published. */
const published = (tenant: TenantName, name: string, taskRows: readonly string[]): Matrix =>
  Object.fromEntries(
    [`aws_ssm_parameter.service-${name}_sidecar insecure_value`, `output.sidecar_${name} value`].flatMap(
      (place) => [
        [`tenant-${tenant} ${place}.taskRoleStatements`, [becomeWriter(tenant), ...taskRows]],
        [`tenant-${tenant} ${place}.executionRoleStatements`, [LOG_IN, writeStreams(tenant, name)]],
      ],
    ),
  );

const SERVICES: Matrix = {
  ...service("acme", "orders", [WRITE_TRACES], ...pull("acme", "orders")),
  ...service("acme2", "orders", READS_OF_ACME2, READ_PARAMETER),
  ...service("globex", "catalog", [WRITE_TRACES], ...pull("globex", "catalog", "mongo")),
  ...service(
    "globex",
    "checkout",
    [WRITE_TRACES, writeStreams("globex", "checkout", "checkout/emf")],
    ...pull("globex", "checkout"),
    ...READ_DATABASE_SECRET,
  ),
  ...service("globex", "mailer", [], ...pull("globex", "mailer")),
  ...service("initech", "ledger", [WRITE_TRACES], ...pull("initech", "ledger")),
  ...published("initech", "reports", [WRITE_TRACES]),
  ...service("umbrella", "hive", [WRITE_TRACES]),
  ...service("umbrella", "labs", [WRITE_TRACES]),
  ...service("wonka", "candy", [WRITE_TRACES]),
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
    ...pullCopies(JAEGER_IMAGE),
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
    row(
      "kms:Decrypt",
      [`kms:${ACME2}:key/88888888-2222-3333-4444-555555555555`],
      `(kms:ViaService StringEquals secretsmanager.eu-west-1.amazonaws.com and kms:EncryptionContext:SecretARN StringEquals arn:aws:secretsmanager:${ACME2}:secret:slack-AbCdEf)`,
    ),
    row("secretsmanager:GetSecretValue", [`secretsmanager:${ACME2}:secret:slack-AbCdEf`]),
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
  ...Object.fromEntries(TENANT_NAMES.map((tenant) => [centralRole(`writer-${tenant}`), writerRows(tenant)])),
  [centralRole("jaeger-query-acme2")]: [row(INVOKE, READS_STORE)],
};

/** What two roles of the central account reach in tenants' accounts, and no other, whoever's administrator names it. */
const FROM_CENTRAL = [
  ...(["eu-west-1", "us-east-1", "eu-central-1"] as const).map((region) => {
    const there = TENANT_NAMES.filter((tenant) => tenantOf(tenant).region === region);
    return `${centralRole("alert-router")}: ${row(
      USE_KEY,
      there.map((tenant) => `kms:${region}:${tenantOf(tenant).accountId}:key/tenant${tenant}alertskey`),
      `kms:ViaService StringEquals sns.${region}.amazonaws.com`,
    )}`;
  }),
  `${centralRole("alert-router")}: ${row(
    "sns:Publish",
    TENANT_NAMES.map((tenant) => {
      const { region, accountId } = tenantOf(tenant);
      return `sns:${region}:${accountId}:tenantscope-${tenant}-alerts`;
    }),
  )}`,
  ...TENANT_NAMES.map((tenant) => {
    const { accountId, externalId } = tenantOf(tenant);
    const role = `iam::${accountId}:role/tenantscope/tenantscope-${tenant}-grafana`;
    return `${centralRole("grafana")}: ${row("sts:AssumeRole", [role], `sts:ExternalId StringEquals ${externalId}`)}`;
  }),
].sort();

/** What an account's administrator reaches outside of the account. */
export const EXPECTED_ADMINISTRATORS: Matrix = {
  ...Object.fromEntries(
    TENANT_NAMES.map((tenant) => [
      tenant,
      [
        `anybody: ${pullOwn(tenant)}`,
        `anybody: ${MAKE_LINKS}`,
        `${[...tenantOf(tenant).taskRoles].sort().join(" ")}: ${becomeWriter(tenant)}`,
      ],
    ]),
  ),
  central: FROM_CENTRAL,
};
