import { OWN_IMAGES, PUSH_OWN } from "./expected-images";
import { row } from "../../support/reach";
import { EXPECTED_CENTRAL } from "./expected-central";
import { keysOfCentral, keysOfTenant } from "./expected-keys";
import { EXPECTED_TENANTS } from "./expected-tenants";
import type { Matrix } from "./matrices";
import { c, CENTRAL, invoked, key, TENANT_NAMES, tenantOf } from "./names";

/** What is kept even from the administrators of the account that it is in; everything else they may do freely. */

const NEVER = "never";

/** Roles are for services and for named roles; an administrator would have to change the trust first. */
const becomeRoles = (accountId: string): string =>
  row(
    [
      "sts:AssumeRole sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity sts:SetContext",
      "sts:SetSourceIdentity sts:TagSession",
    ].join(" "),
    Object.keys({ ...EXPECTED_CENTRAL, ...EXPECTED_TENANTS }).flatMap((arn) =>
      arn.startsWith(`arn:aws:iam::${accountId}:role/tenantscope/`) ? [arn.replace("arn:aws:", "")] : [],
    ),
    NEVER,
  );

const STORE_PATHS = ["", "/_bulk", "/_template/x-span", "/x-span-2026-11-20/_search"];
const METHODS = [
  c("execute-api", "/domainnames/telemetry.tenantscope.example+domain"),
  ...TENANT_NAMES.flatMap((tenant) =>
    invoked("ingestapi", `POST/t/${tenant}/otlp/v1/logs`, `POST/t/${tenant}/v1/traces`),
  ),
  ...["central", ...TENANT_NAMES].flatMap((owner) =>
    ["GET", "HEAD", "POST", "PUT"].flatMap((method) =>
      invoked("storageapi", ...STORE_PATHS.map((path) => `${method}/s/${owner}${path}`)),
    ),
  ),
];

const bucket = (name: string): string => `s3:::tenantscope-loki-${name}-111111111111-eu-west-1`;
const OVER_TLS = "aws:SecureTransport Bool true";
const put = (name: string, ...objects: string[]): string =>
  row(
    "s3:PutObject",
    objects.map((object) => `${bucket(name)}/${object}`),
    `(${OVER_TLS} and (s3:x-amz-server-side-encryption StringEquals aws:kms or s3:x-amz-server-side-encryption Null true) and (s3:x-amz-server-side-encryption-aws-kms-key-id StringEquals arn:aws:${key(`loki${name}key`)} or s3:x-amz-server-side-encryption-aws-kms-key-id Null true))`,
  );

const TOKEN_KEY = [key("grafanatokenkeptkey")];

const OF_CENTRAL = [
  becomeRoles(CENTRAL),
  row("execute-api:Invoke", METHODS, NEVER),
  row(PUSH_OWN, OWN_IMAGES, NEVER),
  row(
    "elasticfilesystem:ClientMount elasticfilesystem:ClientRootAccess elasticfilesystem:ClientWrite",
    [c("elasticfilesystem", "file-system/fs-lokiwalfilesystem")],
    `(${OVER_TLS} and elasticfilesystem:AccessPointArn Null false)`,
  ),
  ...keysOfCentral("secretsmanager"),
  row("kms:CreateGrant", TOKEN_KEY, "kms:ViaService StringEquals secretsmanager.eu-west-1.amazonaws.com"),
  row("kms:Decrypt kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom", TOKEN_KEY, NEVER),
  row(
    [
      "secretsmanager:GetSecretValue secretsmanager:PutSecretValue secretsmanager:UpdateSecret",
      "secretsmanager:UpdateSecretVersionStage",
    ].join(" "),
    [c("secretsmanager", "secret:tenantscope/grafana-token-AbCdEf")],
    NEVER,
  ),
  row(
    "s3:DeleteObject s3:GetObject",
    [
      `${bucket("chunks")}/some/object`,
      `${bucket("config")}/some/object`,
      `${bucket("config")}/overrides.yaml`,
    ],
    OVER_TLS,
  ),
  row("s3:ListBucket s3:PutBucketPolicy", [bucket("chunks"), bucket("config")], OVER_TLS),
  put("chunks", "some/object"),
  put("config", "overrides.yaml", "some/object"),
];

export const EXPECTED_OWNERS: Matrix = {
  ...Object.fromEntries(
    TENANT_NAMES.map((tenant) => [
      tenant,
      [...keysOfTenant(tenant), becomeRoles(tenantOf(tenant).accountId)].sort(),
    ]),
  ),
  central: [...OF_CENTRAL].sort(),
  "central, as the Grafana admin": [
    ...keysOfCentral(),
    row(
      "secretsmanager:UpdateSecret",
      [c("secretsmanager", "secret:tenantscope/grafana-token-AbCdEf")],
      NEVER,
    ),
  ].sort(),
  "central, under a name like Grafana's": [becomeRoles(CENTRAL)],
};
