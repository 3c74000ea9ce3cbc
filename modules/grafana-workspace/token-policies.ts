import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { roleArn } from "../../lib/names";
import { GRAFANA_ADMIN } from "./names";

interface Place {
  readonly accountId: string;
  readonly region: string;
}

export interface TokenReaders {
  readonly accountId: string;
  /** Role that deploys in the central account; whoever IAM lets may read the token when there is none. */
  readonly deployRoleName?: string;
  /** Role that reads the token for plans, beside the deploy role. */
  readonly tokenRoleName?: string;
}

const adminRoleArn = ({ accountId }: { readonly accountId: string }): string =>
  roleArn(accountId, GRAFANA_ADMIN.name);

/** What is there before anything of ours has no path of ours. */
const deployRoleArn = (accountId: string, name: string): string => `arn:aws:iam::${accountId}:role/${name}`;

/** Roles that may know the token; undefined when no deploy role is named. */
const readers = ({ accountId, deployRoleName, tokenRoleName }: TokenReaders): string[] | undefined =>
  deployRoleName === undefined
    ? undefined
    : [
        adminRoleArn({ accountId }),
        ...[deployRoleName, ...(tokenRoleName === undefined ? [] : [tokenRoleName])].map((name) =>
          deployRoleArn(accountId, name),
        ),
      ];

const secretsManagerOf = (region: string): string => `secretsmanager.${region}.amazonaws.com`;

/**
 * Nobody but the admin function puts a token, and nobody but it and the deploy role learns it, whatever else IAM allows. It
 * allows nothing by itself. `UpdateSecret` takes a value, too, and deploying needs it for the description and the key: it is
 * left to the deploy role alone, and to whoever IAM lets where none is named.
 */
export const secretPolicy = (secretArn: string, props: TokenReaders): PolicyDocument => {
  const { accountId, deployRoleName } = props;
  const others = readers(props);
  const deny = (
    Sid: string,
    Action: readonly string[],
    principals: string | readonly string[],
  ): Statement => ({
    Sid,
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action,
    Resource: secretArn,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": principals } },
  });
  return policy(
    deny(
      "OnlyTheAdminWrites",
      ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      adminRoleArn(props),
    ),
    ...(others === undefined || deployRoleName === undefined
      ? []
      : [
          deny("OnlyAdminAndDeploymentRead", ["secretsmanager:GetSecretValue"], others),
          deny(
            "OnlyDeploymentUpdates",
            ["secretsmanager:UpdateSecret"],
            deployRoleArn(accountId, deployRoleName),
          ),
        ]),
  );
};

/** The key is of no use to anybody who may not read the secret. */
export function tokenKeyStatements(props: TokenReaders): Statement[] {
  const others = readers(props);
  return others === undefined
    ? []
    : [
        {
          Sid: "OnlyAdminAndDeployment",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
          // In a key policy "*" is the key itself.
          Resource: "*",
          Condition: { ArnNotEquals: { "aws:PrincipalArn": others } },
        },
      ];
}

/** What the admin function may do. All ARNs are references. */
export const grafanaAdminStatements = (
  { region }: Place,
  arns: { readonly workspace: string; readonly secret: string; readonly key: string },
): Statement[] => [
  {
    Sid: "ManageTokens",
    Effect: "Allow",
    Action: [
      "grafana:CreateWorkspaceServiceAccountToken",
      "grafana:DeleteWorkspaceServiceAccountToken",
      "grafana:ListWorkspaceServiceAccountTokens",
    ],
    Resource: arns.workspace,
  },
  {
    Sid: "KeepToken",
    Effect: "Allow",
    Action: [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
    ],
    Resource: arns.secret,
  },
  {
    Sid: "EncryptToken",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: arns.key,
    Condition: {
      StringEquals: {
        "kms:ViaService": secretsManagerOf(region),
        "kms:EncryptionContext:SecretARN": arns.secret,
      },
    },
  },
];
