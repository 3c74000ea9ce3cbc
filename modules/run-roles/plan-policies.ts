import { policy, type PolicyDocument, type Statement } from "../../lib/iam";
import { RUN_PATH } from "../../lib/run-names";
import { GRAFANA_TOKEN } from "../grafana-workspace/names";
import { centralRights, limitsRights } from "./central-rights";
import { actionsOfService, type Place } from "./rights";
import { tenantAccountRights, type TenantAccountProps } from "./tenant-account-rights";

/**
 * What planning any stack reads in the central account, for the one role that does it where no run has a role of its own:
 * what the planning runs of `central` and `limits` may, and what those of tenants may besides.
 *
 * @param makesGithubProvider whether `central` makes the account's trust in GitHub's tokens
 */
export const centralPlanPolicy = (place: Place, makesGithubProvider: boolean): PolicyDocument =>
  policy(
    ...centralRights(place).plan,
    ...limitsRights(place).plan,
    { Sid: "LogDelivery", Effect: "Allow", Action: "logs:GetLogDelivery", Resource: "*" },
    ...(makesGithubProvider ? [readProviders(place.accountId)] : []),
  );

/** The same in a tenant's account. */
export const tenantPlanPolicy = (props: TenantAccountProps): PolicyDocument =>
  policy(...tenantAccountRights(props).plan);

const readProviders = (accountId: string): Statement => ({
  Sid: "Providers",
  Effect: "Allow",
  Action: "iam:GetOpenIDConnectProvider",
  Resource: `arn:aws:iam::${accountId}:oidc-provider/*`,
});

/** What planning `workspaces` reads, the one stack that is not planned by a run in HCP Terraform. */
export const workspacesPlanPolicy = ({ accountId, region }: Place): PolicyDocument =>
  policy(
    {
      Sid: "RunRoles",
      Effect: "Allow",
      Action: actionsOfService(
        "iam",
        "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies ListRoleTags",
      ),
      Resource: `arn:aws:iam::${accountId}:role${RUN_PATH}*`,
    },
    {
      Sid: "Borders",
      Effect: "Allow",
      Action: actionsOfService("iam", "GetPolicy GetPolicyVersion ListPolicyTags ListPolicyVersions"),
      Resource: `arn:aws:iam::${accountId}:policy${RUN_PATH}*`,
    },
    readProviders(accountId),
    {
      Sid: "TenantAccounts",
      Effect: "Allow",
      Action: actionsOfService("cloudformation", "DescribeStackInstance DescribeStackSet ListStackInstances"),
      Resource: `arn:aws:cloudformation:${region}:*:stackset/tenantscope-run-roles:*`,
    },
  );

/** Where a state is, in Amazon S3. */
export interface StateBucket {
  readonly bucket: string;
  readonly keyPrefix: string;
  readonly kmsKeyArn?: string;
}

export interface CallerProps {
  readonly organizationId: string;
  readonly accountId: string;
  /** Of those that only plan. */
  readonly roles: { readonly central: readonly string[]; readonly tenants: readonly string[] };
  /** Absent where the states are not in S3. */
  readonly state?: StateBucket;
}

/**
 * What whoever plans needs by itself: the roles that only read, and the states. A plan locks a state, which is an object
 * beside it, and writes none.
 */
export function planCallerPolicy({ organizationId, accountId, roles, state }: CallerProps): PolicyDocument {
  const assume = (
    Sid: string,
    Resource: readonly string[],
    Condition?: Statement["Condition"],
  ): Statement[] =>
    Resource.length === 0
      ? []
      : [{ Sid, Effect: "Allow", Action: "sts:AssumeRole", Resource, ...(Condition && { Condition }) }];
  return policy(
    ...assume(
      "CentralAccount",
      roles.central.map((name) => `arn:aws:iam::${accountId}:role/${name}`),
    ),
    ...assume(
      "TenantAccounts",
      roles.tenants.map((name) => `arn:aws:iam::*:role/${name}`),
      { StringEquals: { "aws:ResourceOrgID": organizationId } },
    ),
    ...(state === undefined ? [] : stateReads(state)),
  );
}

function stateReads({ bucket, keyPrefix, kmsKeyArn }: StateBucket): Statement[] {
  const object = (name: string): string => `arn:aws:s3:::${bucket}/${keyPrefix}/${name}`;
  return [
    { Sid: "FindStates", Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` },
    { Sid: "ReadStates", Effect: "Allow", Action: "s3:GetObject", Resource: object("*.tfstate") },
    {
      Sid: "LockStates",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: object("*.tfstate.tflock"),
    },
    ...(kmsKeyArn === undefined
      ? []
      : [
          {
            Sid: "KeyOfStates",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: kmsKeyArn,
          } as const,
        ]),
  ];
}

/** What the role needs that reads Grafana's token; the secret's own policy must name it, too. */
export const tokenPolicy = ({ accountId, region }: Place): PolicyDocument =>
  policy(
    {
      Sid: "ReadToken",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: `arn:aws:secretsmanager:${region}:${accountId}:secret:${GRAFANA_TOKEN.secret}-*`,
    },
    {
      Sid: "DecryptToken",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
      Condition: {
        StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": GRAFANA_TOKEN.keyAlias },
      },
    },
  );
