import { row } from "../../support/reach";

/** Names that the tables of the attack suite are written in. Literal: nothing here is read from the fleet. */
export const CENTRAL = "111111111111";

/** Something of the central account in its Region. */
export const c = (service: string, rest: string): string => `${service}:eu-west-1:${CENTRAL}:${rest}`;

export const centralRole = (name: string): string =>
  `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`;

export interface ExpectedTenant {
  readonly accountId: string;
  readonly region: string;
  readonly externalId: string;
  /** Of a workspace of its own. */
  readonly workspace: string;
  /** ARNs of the roles of its tasks. */
  readonly taskRoles: readonly string[];
  /** Log groups of its services, below `/tenantscope/<tenant>/`. */
  readonly logGroups: readonly string[];
}

const task = (accountId: string, tenant: string, service: string): string =>
  `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-${tenant}-${service}-task`;

export const TENANTS = {
  acme: {
    accountId: "222222222222",
    region: "eu-west-1",
    externalId: "tenantscope-9d6f880336e4a7bd0f85d37684dd0785",
    workspace: "ws-tenantscope",
    taskRoles: [task("222222222222", "acme", "orders")],
    logGroups: ["orders"],
  },
  acme2: {
    accountId: "777777777777",
    region: "eu-west-1",
    externalId: "tenantscope-3badc3a1854bb0b691973bc23c99118b",
    workspace: "ws-tenantscope",
    taskRoles: [task("777777777777", "acme2", "orders")],
    logGroups: ["_functions/alert-notifier", "orders"],
  },
  globex: {
    accountId: "333333333333",
    region: "eu-west-1",
    externalId: "tenantscope-08d3e1eeb447cea043499a6ca6ccd962",
    workspace: "ws-tenantscope",
    taskRoles: ["catalog", "checkout", "mailer"].map((service) => task("333333333333", "globex", service)),
    logGroups: ["catalog", "checkout", "checkout/emf", "mailer"],
  },
  initech: {
    accountId: "444444444444",
    region: "us-east-1",
    externalId: "tenantscope-a8b846c45bc1b402f20a25f7922ee695",
    workspace: "ws-tenantscope-initech",
    taskRoles: ["arn:aws:iam::444444444444:role/reports-task", task("444444444444", "initech", "ledger")],
    logGroups: ["ledger", "reports"],
  },
  umbrella: {
    accountId: "505050505050",
    region: "eu-west-1",
    externalId: "tenantscope-8c9619823c8a6dcb40ff061467b207c0",
    workspace: "ws-tenantscope",
    taskRoles: ["hive", "labs"].map((service) => task("505050505050", "umbrella", service)),
    logGroups: ["hive", "labs"],
  },
  wonka: {
    accountId: "666666666666",
    region: "eu-central-1",
    externalId: "tenantscope-f71dbc54096c408743131ff3c963c95d",
    workspace: "ws-tenantscope-wonka",
    taskRoles: [
      "arn:aws:iam::666666666666:role/teams/chocolate/river-task",
      task("666666666666", "wonka", "candy"),
    ],
    logGroups: ["candy", "river"],
  },
} as const satisfies Readonly<Record<string, ExpectedTenant>>;

export type TenantName = keyof typeof TENANTS;
export const TENANT_NAMES = Object.keys(TENANTS) as readonly TenantName[];
export const tenantOf = (name: TenantName): ExpectedTenant => TENANTS[name];

export const SINKS = ["eu-central-1", "eu-west-1", "us-east-1"].map(
  (region) => `oam:${region}:${CENTRAL}:sink/oam${region.replaceAll("-", "")}sink`,
);

/**
 * A sink's policy knows an organization by its condition alone and so names everybody; a link shows the telemetry of the
 * account that makes it, and needs rights there besides.
 */
export const MAKE_LINKS = row("oam:CreateLink", SINKS, "oam:ResourceTypes Null false");

/** Log groups of the central account but for those of Prometheus. */
export const CENTRAL_LOG_GROUPS = [
  ...["alert-router", "flow-logs", "gateway", "grafana-admin", "ingest-api", "jaeger", "jaeger-query"],
  ...["jaeger-query-acme2", "loki", "storage-admin", "storage-api", "storage-proxy", "vpn"],
  ...["application", "audit", "slow-index", "slow-search"].map((name) => `opensearch/${name}`),
].map((name) => c("logs", `log-group:/tenantscope/central/${name}`));

export const PROMETHEUS_LOG_GROUPS = ["", "-initech", "-wonka"].flatMap((name) =>
  ["", "-queries"].map((kind) => c("logs", `log-group:/aws/vendedlogs/prometheus/tenantscope${name}${kind}`)),
);

export const streams = (groups: readonly string[]): string[] =>
  groups.map((group) => `${group}:log-stream:one`);

/** Keys of the central account, by what they are for. */
export const key = (name: string): string => c("kms", `key/${name}`);

export const invoked = (api: string, ...requests: string[]): string[] =>
  requests.map((request) => c("execute-api", `${api}/v1/${request}`));

export const MAKE_DATA_KEYS = [
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateDataKeyWithoutPlaintext",
].join(" ");
export const USE_KEY = `kms:Decrypt ${MAKE_DATA_KEYS}`;
export const WRITE_STREAM = "logs:CreateLogStream logs:PutLogEvents";

/** The same name at paths that could be taken for its own. IAM allows any printable character in one. */
export const elsewhere = (role: string): string[] =>
  [
    ...["/", "/elsewhere/", "/tenantscope/../", "/tenantscope/../tenantscope/", "/tenantscope/./"],
    ...["/tenantscope//", "//tenantscope/", "/Tenantscope/", "/tenantscope/x/", "/x/tenantscope/"],
    ...["/tenantscope%2F/", "/tenantscope/tenantscope-writer-acme/", "/teams/chocolate/../"],
  ]
    .map((path) => role.replace(/:role\/.*/, `:role${path}${role.split("/").at(-1) ?? ""}`))
    .filter((each) => each !== role);
