import type { Fleet, Tenant } from "../../fleet/types";
import { IMAGES_EVERYBODY } from "./everybody-images";

/** Where a statement that names everybody stands, and who is meant by what limits it. */
export interface EverybodyPlace {
  readonly fleet: Fleet;
  /** Of the stack; undefined in the central account's stacks. */
  readonly tenant?: Tenant;
  /** Of the resource. */
  readonly accountId: string;
  readonly region: string;
  /** Resolved ARN of the stack's writer role; empty in the central account's stacks. */
  readonly writerRoleArn: string;
  /** Resolved ARN of the stack's key with this id, without CDKTF's hash. */
  readonly keyArn: (id: string) => string;
}

/** A statement whose principal is "*". All but what is said here must be as said here. */
export interface EverybodyException {
  readonly where: RegExp;
  readonly sid: string;
  readonly effect: "Allow" | "Deny";
  /** The only actions, where the exception rests on them. */
  readonly actions?: readonly string[];
  /** The only resources, where the exception rests on them. */
  readonly resources?: RegExp;
  /** The whole condition, references resolved; a statement without one has undefined. */
  readonly condition: (place: EverybodyPlace) => object | undefined;
  readonly reason: string;
}

const notEncrypted = (header: string): object => ({ Null: { [header]: "false" } });
const DENY = "It only takes away; who is let in is said elsewhere.";
const BUCKET = /^aws_s3_bucket_policy\.loki_(chunks|config)_policy policy$/;
const FILE_SYSTEM = /^aws_efs_file_system_policy\.loki_wal_policy policy$/;

/** Services at which other accounts' resources are used: their endpoints look at the caller alone. */
const CALLER_ONLY = /^aws_vpc_endpoint\.network_endpoint-(ecr-api|ecr-dkr|sts) policy$/;

const writer: EverybodyException["condition"] = ({ writerRoleArn }) => ({
  StringEquals: { "aws:PrincipalArn": writerRoleArn },
});

/** Roles that may know the token of Grafana. */
const tokenRoles = (accountId: string, ...roles: readonly (string | undefined)[]): string[] => [
  `arn:aws:iam::${accountId}:role/tenantscope/tenantscope-grafana-admin`,
  ...roles.flatMap((name) => (name === undefined ? [] : [`arn:aws:iam::${accountId}:role/${name}`])),
];
const TOKEN_KEY = /^aws_kms_key\.grafana_token_kept_key policy$/;
const TOKEN = /^aws_secretsmanager_secret_policy\.grafana_token_kept_policy policy$/;

const tokenReaders: EverybodyException["condition"] = ({ fleet: { central } }) => {
  const { centralRoleName, tokenRoleName } = central.deploy;
  return {
    ArnNotEquals: { "aws:PrincipalArn": tokenRoles(central.accountId, centralRoleName, tokenRoleName) },
  };
};

/** Roles at an IAM path below one that is called like a role of these names: the pattern of the names has them too. */
const longerPath =
  (...names: readonly string[]): EverybodyException["condition"] =>
  ({ fleet: { central } }) => ({
    ArnLike: {
      "aws:PrincipalArn": names.map(
        (name) => `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-${name}/*`,
      ),
    },
  });

/** Through which services alone the account's own principals use which keys. */
const KEYS_OF_SERVICES: readonly (readonly [keys: string, service: string])[] = [
  [String.raw`(\S+_)?logs-key|network_flow-logs_key|vpn_log_key`, "logs"],
  ["metrics_metrics-key", "aps"],
  ["image-cache_key|images_key", "ecr"],
  ["loki_(chunks|config)_key", "s3"],
  ["loki_wal_key", "elasticfilesystem"],
  ["traces_domain_data-key", "es"],
  ["alert-routing_key", "sns"],
  ["(alert-routing_router|notifier_subscriber)_failed_key", "sqs"],
  ["grafana_token_kept_key", "secretsmanager"],
];

function onlyThroughServices([keys, service]: (typeof KEYS_OF_SERVICES)[number]): EverybodyException {
  return {
    where: new RegExp(`^aws_kms_key\\.(${keys}) policy$`),
    sid: "OnlyThroughServices",
    effect: "Deny",
    condition: ({ accountId, region }) => notThrough(accountId, region, [service]),
    reason: DENY,
  };
}

const notThrough = (accountId: string, region: string, services: readonly string[]): object => ({
  StringEquals: { "aws:PrincipalAccount": accountId },
  StringNotEquals: { "kms:ViaService": services.map((service) => `${service}.${region}.amazonaws.com`) },
});

export const EVERYBODY: readonly EverybodyException[] = [
  ...IMAGES_EVERYBODY,
  ...KEYS_OF_SERVICES.map(onlyThroughServices),
  {
    where: /^aws_kms_key\.alerts_key policy$/,
    sid: "OnlyThroughServices",
    effect: "Deny",
    condition: ({ accountId, region, tenant }) =>
      notThrough(accountId, region, tenant?.alerts.httpsUrls.length ? ["sns", "sqs"] : ["sns"]),
    reason: DENY,
  },
  {
    where: TOKEN_KEY,
    sid: "OnlyAdminAndDeployment",
    effect: "Deny",
    condition: tokenReaders,
    reason: DENY,
  },
  {
    where: TOKEN,
    sid: "OnlyAdminAndDeploymentRead",
    effect: "Deny",
    actions: ["secretsmanager:GetSecretValue"],
    condition: tokenReaders,
    reason: DENY,
  },
  {
    where: TOKEN,
    sid: "OnlyDeploymentUpdates",
    effect: "Deny",
    actions: ["secretsmanager:UpdateSecret"],
    condition: ({ fleet: { central } }) => ({
      ArnNotEquals: { "aws:PrincipalArn": tokenRoles(central.accountId, central.deploy.centralRoleName)[1] },
    }),
    reason: DENY,
  },
  {
    where: TOKEN,
    sid: "OnlyTheAdminWrites",
    effect: "Deny",
    actions: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
    condition: ({ fleet: { central } }) => ({
      ArnNotEquals: { "aws:PrincipalArn": tokenRoles(central.accountId)[0] },
    }),
    reason: DENY,
  },
  {
    where: /^aws_api_gateway_rest_api\.ingest_api policy$/,
    sid: "NobodyElse",
    effect: "Deny",
    condition: ({ fleet: { central } }) => ({
      ArnNotLike: {
        "aws:PrincipalArn": `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-writer-*`,
      },
    }),
    reason: DENY,
  },
  {
    where: /^aws_api_gateway_rest_api\.ingest_api policy$/,
    sid: "NoLongerPath",
    effect: "Deny",
    condition: longerPath("writer-*"),
    reason: DENY,
  },
  {
    where: /^aws_api_gateway_(rest_api\.storage-api|domain_name\.domain) policy$/,
    sid: "NoLongerPath",
    effect: "Deny",
    condition: longerPath("jaeger-query-*", "writer-*"),
    reason: DENY,
  },
  {
    where: /^aws_api_gateway_(rest_api\.storage-api|domain_name\.domain) policy$/,
    sid: "NobodyElse",
    effect: "Deny",
    condition: ({ fleet: { central } }) => ({
      ArnNotLike: {
        "aws:PrincipalArn": ["jaeger-collector", "jaeger-query", "jaeger-query-*", "writer-*"].map(
          (role) => `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-${role}`,
        ),
      },
    }),
    reason: DENY,
  },
  ...[BUCKET, FILE_SYSTEM].map((where): EverybodyException => ({
    where,
    sid: "OnlyWithTls",
    effect: "Deny",
    condition: () => ({ Bool: { "aws:SecureTransport": "false" } }),
    reason: DENY,
  })),
  {
    where: FILE_SYSTEM,
    sid: "OnlyThroughAccessPoints",
    effect: "Deny",
    condition: () => ({ Null: { "elasticfilesystem:AccessPointArn": "true" } }),
    reason: DENY,
  },
  {
    where: BUCKET,
    sid: "OnlyWithKms",
    effect: "Deny",
    condition: () => ({
      StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
      ...notEncrypted("s3:x-amz-server-side-encryption"),
    }),
    reason: DENY,
  },
  ...(["chunks", "config"] as const).map((bucket): EverybodyException => ({
    where: new RegExp(`^aws_s3_bucket_policy\\.loki_${bucket}_policy policy$`),
    sid: "OnlyWithTheKey",
    effect: "Deny",
    condition: ({ keyArn }) => ({
      StringNotEquals: {
        "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn(`loki_${bucket}_key`),
      },
      ...notEncrypted("s3:x-amz-server-side-encryption-aws-kms-key-id"),
    }),
    reason: DENY,
  })),
  {
    where: /^aws_oam_sink_policy\.oam-[a-z0-9-]+_policy policy$/,
    sid: "LinkFromTheOrganization",
    effect: "Allow",
    actions: ["oam:CreateLink", "oam:UpdateLink"],
    condition: ({ fleet: { central } }) => ({
      StringEquals: { "aws:PrincipalOrgID": central.organizationId },
      "ForAllValues:StringEquals": {
        "oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"],
      },
      Null: { "oam:ResourceTypes": "false" },
    }),
    reason:
      "OAM knows an organization by the condition only; a link shows the linking account's own telemetry.",
  },
  {
    where: CALLER_ONLY,
    sid: "OwnAccount",
    effect: "Allow",
    condition: ({ accountId }) => ({ StringEquals: { "aws:PrincipalAccount": accountId } }),
    reason:
      "A border and no grant: callers of the own account, who pull other accounts' images and take their roles.",
  },
  {
    where: /^aws_vpc_endpoint\.network_endpoint-(?!ecr-|sts )[a-z0-9-]+ policy$/,
    sid: "OwnAccount",
    effect: "Allow",
    condition: ({ accountId }) => ({
      StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId },
    }),
    reason: "A border and no grant: callers of the own account, at the own account's things.",
  },
  {
    where: /^aws_vpc_endpoint\.network_endpoint-(logs|monitoring|xray) policy$/,
    sid: "GrafanaForTenants",
    effect: "Allow",
    condition: ({ fleet: { central } }) => ({
      StringEquals: {
        "aws:PrincipalOrgID": central.organizationId,
        "aws:ResourceOrgID": central.organizationId,
      },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/tenantscope/tenantscope-*-grafana" },
    }),
    reason: "A border and no grant: what Grafana reads as a tenant's own role, in the tenant's account.",
  },
  {
    where: /^aws_vpc_endpoint\.network_endpoint-s3 policy$/,
    sid: "ImageLayers",
    effect: "Allow",
    actions: ["s3:GetObject"],
    resources: /^arn:aws:s3:::prod-[a-z0-9-]+-starport-layer-bucket\/\*$/,
    condition: () => undefined,
    reason: "ECR hands out links to image layers that identities of its own account signed.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-[a-z0-9-]+ policy$/,
    sid: "OwnPrincipals",
    effect: "Allow",
    condition: ({ accountId, tenant }) => ({
      StringEquals: {
        "aws:PrincipalAccount": [
          accountId,
          ...(tenant?.network.endpoints.kind === "created" ? tenant.network.endpoints.trustedAccountIds : []),
        ],
      },
    }),
    reason: "A border and no grant: callers of the tenant's account and of those that its manifest trusts.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-sts policy$/,
    sid: "Federation",
    effect: "Allow",
    actions: ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
    condition: () => undefined,
    reason: "These two come with a token instead of a signature; the trust of the role judges it.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-s3 policy$/,
    sid: "Reading",
    effect: "Allow",
    actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
    condition: () => undefined,
    reason: "Image layers and links that others signed; what is only read carries nothing out.",
  },
  {
    where: /^aws_vpc_endpoint\.endpoints_endpoint-aps-workspaces policy$/,
    sid: "Writer",
    effect: "Allow",
    actions: ["aps:RemoteWrite"],
    condition: writer,
    reason: "The sidecar signs as its tenant's writer, a role of the central account.",
  },
  {
    where: /^aws_vpc_endpoint\.ingest-endpoint_endpoint-execute-api policy$/,
    sid: "Writer",
    effect: "Allow",
    actions: ["execute-api:Invoke"],
    condition: writer,
    reason: "The sidecar signs as its tenant's writer, a role of the central account.",
  },
];
