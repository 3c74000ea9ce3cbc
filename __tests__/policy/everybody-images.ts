import type { Fleet } from "../../fleet/types";
import type { EverybodyException } from "./everybody";

/** An organization is no principal: the statements are for everybody, and the condition says whom they admit. */
const ORGANIZATION = "Only accounts of the organization, which IAM knows by the condition alone.";
const PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Repositories of one's own in the fleets of the tests: each has a policy of its own. */
const REPOSITORIES = ["shop/checkout", "shared/base", "restricted/gateway"];

const accountsOf = ({ central }: Fleet, repository: string) =>
  central.registry?.repositories.find(({ name }) => name === repository)?.accountIds;

const pushersOf = ({ central }: Fleet, repository: string): string[] =>
  (central.registry?.github?.roles ?? [])
    .filter(({ push }) => push.includes(repository))
    .map(({ name }) => `arn:aws:iam::${central.accountId}:role/tenantscope/tenantscope-github-${name}`);

/** What repositories of images let the organization do. */
export const IMAGES_EVERYBODY: readonly EverybodyException[] = [
  {
    where: /^aws_ecr_registry_policy\.image-cache_registry-policy policy$/,
    sid: "FillCacheForTheOrganization",
    effect: "Allow",
    actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
    resources:
      /^arn:aws:ecr:eu-west-1:111111111111:repository\/tenantscope\/(docker-hub|ecr-public)\/[a-z0-9/-]+$/,
    condition: ({ fleet: { central } }) => ({
      StringEquals: { "aws:PrincipalOrgID": central.organizationId },
      StringNotEquals: { "aws:PrincipalAccount": central.accountId },
    }),
    reason: ORGANIZATION,
  },
  {
    where:
      /^aws_ecr_repository_creation_template\.image-cache_template-(docker-hub|ecr-public) repository_policy$/,
    sid: "PullForTheOrganization",
    effect: "Allow",
    actions: PULL,
    condition: ({ fleet: { central } }) => ({
      StringEquals: { "aws:PrincipalOrgID": central.organizationId },
      StringNotEquals: { "aws:PrincipalAccount": central.accountId },
    }),
    reason: ORGANIZATION,
  },
  ...REPOSITORIES.flatMap((repository): EverybodyException[] => {
    const where = new RegExp(
      `^aws_ecr_repository_policy\\.images_policy-${repository.replace("/", "--")} policy$`,
    );
    return [
      {
        where,
        sid: "PullForTheOrganization",
        effect: "Allow",
        actions: PULL,
        condition: ({ fleet }) => {
          const accountIds = accountsOf(fleet, repository);
          return {
            StringEquals: {
              "aws:PrincipalOrgID": fleet.central.organizationId,
              ...(accountIds === undefined ? {} : { "aws:PrincipalAccount": accountIds }),
            },
            StringNotEquals: { "aws:PrincipalAccount": fleet.central.accountId },
          };
        },
        reason: ORGANIZATION,
      },
      {
        where,
        sid: "NobodyElsePushes",
        effect: "Deny",
        actions: [
          "ecr:CompleteLayerUpload",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        condition: ({ fleet }) => ({ ArnNotEquals: { "aws:PrincipalArn": pushersOf(fleet, repository) } }),
        reason: "It only takes away; who is let in is said elsewhere.",
      },
    ];
  }),
];
