import type { Matrix } from "./matrices";

/** What comes through the VPC endpoints, by endpoint: who, what, whose. Whatever is not here is refused there. */

const CENTRAL_ROLES = "own account, its writer, another's writer";
const GRAFANA = "Grafana as a tenant";
/** Those of other accounts: their own policies decide. */
const WHOEVER = "own, central, another's, a stranger's";
const FOR_CENTRAL = "own, another's, a stranger's";

const central = (service: string, lines: readonly string[]): readonly [string, readonly string[]] => [
  `central network_endpoint-${service}`,
  lines,
];
const ofItsOwn = (...asked: string[]): string[] => asked.map((each) => `${CENTRAL_ROLES}: ${each} (own)`);
const ofWhoever = (...asked: string[]): string[] =>
  asked.map((each) => `${CENTRAL_ROLES}: ${each} (${FOR_CENTRAL})`);
/** Grafana reads a tenant's account as a role of it, and so the endpoint lets that role to the organization's accounts. */
const andGrafana = (asked: string): string[] => [
  `${CENTRAL_ROLES}: ${asked} (own)`,
  `${GRAFANA}: ${asked} (own, another's)`,
];

const globex = (service: string, ...lines: string[]): readonly [string, readonly string[]] => [
  `tenant-globex endpoints_endpoint-${service}`,
  lines,
];
const forItself = (...asked: string[]): string[] => asked.map((each) => `own account: ${each} (${WHOEVER})`);
const LAYER = "s3:GetObject prod-eu-west-1-starport-layer-bucket/x";

const entrance = (tenant: string, ...paths: string[]): readonly [string, readonly string[]] => [
  `tenant-${tenant} ingest-endpoint_endpoint-execute-api`,
  paths.map((path) => `its writer: execute-api:Invoke ${path} (central)`),
];
const traces = (tenant: string): string => `ingestapi55bea9d1/v1/POST/t/${tenant}/v1/traces`;
const bulk = (tenant: string): string => `storageapice3aedf1/v1/POST/s/${tenant}/_bulk`;

export const EXPECTED_ENDPOINTS: Matrix = Object.fromEntries([
  central(
    "aps-workspaces",
    ofItsOwn(
      "aps:RemoteWrite workspace/ws-tenantscope",
      "aps:RemoteWrite workspace/ws-other",
      "aps:QueryMetrics workspace/ws-tenantscope",
    ),
  ),
  central("ecr-api", ofWhoever("ecr:BatchGetImage repository/x")),
  central("ecr-dkr", ofWhoever("ecr:PutImage repository/x")),
  central(
    "execute-api",
    ofItsOwn(
      ...["acme", "initech"].flatMap((tenant) => [
        `execute-api:Invoke ${traces(tenant)}`,
        `execute-api:Invoke ${bulk(tenant)}`,
      ]),
    ),
  ),
  central("logs", andGrafana("logs:PutLogEvents log-group:x:log-stream:x")),
  central("monitoring", andGrafana("cloudwatch:DescribeAlarms alarm:x")),
  central("s3", [
    ...ofItsOwn("s3:GetObject of-account/x", "s3:PutObject of-account/x"),
    // Links to image layers that identities of ECR's own account signed.
    `anybody: ${LAYER} (${FOR_CENTRAL})`,
  ]),
  central("secretsmanager", ofItsOwn("secretsmanager:GetSecretValue secret:x-AbCdEf")),
  central("sns", ofItsOwn("sns:Publish x")),
  central("ssm", ofItsOwn("ssm:GetParameter parameter/x")),
  central("sts", ofWhoever("sts:AssumeRole role/x", "sts:AssumeRoleWithWebIdentity role/x")),
  central("xray", andGrafana("xray:DeleteGroup group/x/0")),
  entrance("acme", traces("acme")),
  entrance("acme2", traces("acme2"), bulk("acme2")),
  entrance("globex", traces("globex")),
  entrance("umbrella", traces("umbrella")),
  globex(
    "aps-workspaces",
    ...forItself(
      "aps:RemoteWrite workspace/ws-tenantscope",
      "aps:RemoteWrite workspace/ws-other",
      "aps:QueryMetrics workspace/ws-tenantscope",
    ),
    "its writer: aps:RemoteWrite workspace/ws-tenantscope (central)",
  ),
  globex("ecr-api", ...forItself("ecr:BatchGetImage repository/x")),
  globex("ecr-dkr", ...forItself("ecr:PutImage repository/x")),
  globex("logs", ...forItself("logs:PutLogEvents log-group:x:log-stream:x")),
  // Packages and layers are in buckets of others; what is only read carries nothing out.
  globex(
    "s3",
    `anybody: s3:GetObject of-account/x (${WHOEVER})`,
    ...forItself("s3:PutObject of-account/x"),
    `anybody: ${LAYER} (${WHOEVER})`,
  ),
  globex("ssm", ...forItself("ssm:GetParameter parameter/x")),
  // Comes with a token instead of a signature; the trust of the role judges it.
  globex(
    "sts",
    ...forItself("sts:AssumeRole role/x"),
    `anybody: sts:AssumeRoleWithWebIdentity role/x (${WHOEVER})`,
  ),
  globex("xray", ...forItself("xray:DeleteGroup group/x/0")),
]);
