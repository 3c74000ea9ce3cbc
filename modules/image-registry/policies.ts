import { policy, type PolicyDocument, type Statement } from "../../lib/iam";

/** What pulling takes of a repository's policy. ECR decrypts by grants of its own, so callers need nothing of the key. */
export const PULL_ACTIONS = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetDownloadUrlForLayer",
];

/** What makes a repository, or a version in it, when it is pulled from the cache for the first time. */
export const FILL_ACTIONS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

const PUSH_ONLY = [
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/** What pushing takes; with it images that are there can be compared, and pulled as a base. */
export const PUSH_ACTIONS = [...PULL_ACTIONS, ...PUSH_ONLY].sort();

interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** The action supports no resource. */
export const LOG_IN: Statement = {
  Sid: "LogInToRegistry",
  Effect: "Allow",
  Action: "ecr:GetAuthorizationToken",
  Resource: "*",
};

export const ecrRepositoryArn = ({ accountId, region }: Account, name: string): string =>
  `arn:aws:ecr:${region}:${accountId}:repository/${name}`;

/** A statement for everybody whom the condition admits: an organization has no principal. */
type Open = Omit<Statement, "Principal"> & {
  readonly Principal: "*";
  readonly Condition: NonNullable<Statement["Condition"]>;
};

const open = (...statements: Open[]) => ({ Version: "2012-10-17", Statement: statements });

/** The registry's policy: accounts of the organization fill the cache, and with the images in use only. */
export const registryPolicy = (
  account: Account & { readonly organizationId: string },
  repositories: readonly string[],
) =>
  open({
    Sid: "FillCacheForTheOrganization",
    Effect: "Allow",
    Principal: "*",
    Action: FILL_ACTIONS,
    Resource: repositories.map((name) => ecrRepositoryArn(account, name)),
    Condition: others(account.accountId, account.organizationId),
  });

/** Roles of the registry's own account have what their own policies say, and nothing by being there. */
const others = (ownAccountId: string, organizationId: string, accountIds?: readonly string[]) => ({
  StringEquals: {
    "aws:PrincipalOrgID": organizationId,
    ...(accountIds === undefined ? {} : { "aws:PrincipalAccount": accountIds }),
  },
  StringNotEquals: { "aws:PrincipalAccount": ownAccountId },
});

const pull = (accountId: string, organizationId: string, accountIds?: readonly string[]): Open => ({
  Sid: "PullForTheOrganization",
  Effect: "Allow",
  Principal: "*",
  Action: PULL_ACTIONS,
  Condition: others(accountId, organizationId, accountIds),
});

/** Policy of every repository in the cache. */
export const cachePolicy = (accountId: string, organizationId: string) =>
  open(pull(accountId, organizationId));

/** Policy of a repository of one's own. Where there are pushers, nobody else pushes, not even with rights in the account. */
export const repositoryPolicy = (props: {
  /** Of the registry. */
  readonly accountId: string;
  readonly organizationId: string;
  /** @default every account of the organization */
  readonly accountIds?: readonly string[];
  /** ARNs of roles. */
  readonly pushers: readonly string[];
}) =>
  open(
    pull(props.accountId, props.organizationId, props.accountIds),
    ...(props.pushers.length === 0
      ? []
      : [
          {
            Sid: "NobodyElsePushes",
            Effect: "Deny",
            Principal: "*",
            Action: PUSH_ONLY,
            Condition: { ArnNotEquals: { "aws:PrincipalArn": props.pushers } },
          } as const,
        ]),
  );

/**
 * Trust of the role with which ECR makes repositories of the cache. `IfExists`: AWS's own trust policy ("Create an IAM role
 * for repository creation templates") has no condition, and nothing says that ECR sends the account; without the role no
 * image is copied. A template names a role of its own account only, and who sets it needs iam:PassRole.
 */
export const creationTrust = (accountId: string): PolicyDocument =>
  policy({
    Sid: "Ecr",
    Effect: "Allow",
    Principal: { Service: "ecr.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEqualsIfExists: { "aws:SourceAccount": accountId } },
  });

/** What making an encrypted and tagged repository takes, for the images in use and with one key. */
export const creationPolicy = (
  account: Account,
  repositories: readonly string[],
  keyArn: string,
): PolicyDocument =>
  policy(
    {
      Sid: "MakeRepositories",
      Effect: "Allow",
      Action: ["ecr:CreateRepository", "ecr:TagResource"],
      Resource: repositories.map((name) => ecrRepositoryArn(account, name)),
    },
    {
      Sid: "EncryptThem",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
      Resource: keyArn,
    },
  );
