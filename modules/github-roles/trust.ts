import type { GithubRole } from "../../fleet/registry-types";
import { policy, type PolicyDocument } from "../../lib/iam";

/** Host that gives workflows of GitHub Actions their tokens. */
export const GITHUB_TOKENS = "token.actions.githubusercontent.com";

/** Whom the tokens are for: what GitHub's own action asks. */
export const GITHUB_AUDIENCE = "sts.amazonaws.com";

/** Characters of a trust policy, unless AWS raised the account's quota. */
export const MAX_GITHUB_TRUST = 2048;

export const githubProviderArn = (accountId: string): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${GITHUB_TOKENS}`;

type Subjects = Pick<GithubRole, "repository" | "branches" | "environments">;

/** What the tokens say that they are about. A job with an environment has its name in the place of the branch's. */
export const githubSubjects = ({ repository, branches, environments }: Subjects): string[] => [
  ...branches.map((branch) => `repo:${repository}:ref:refs/heads/${branch}`),
  ...environments.map((environment) => `repo:${repository}:environment:${environment}`),
];

/** Workflows of these branches and environments of one repository: exact subjects, nothing by pattern. */
export const githubTrust = (accountId: string, role: Subjects): PolicyDocument =>
  policy({
    Sid: "Workflows",
    Effect: "Allow",
    Principal: { Federated: githubProviderArn(accountId) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${GITHUB_TOKENS}:aud`]: GITHUB_AUDIENCE,
        [`${GITHUB_TOKENS}:sub`]: githubSubjects(role),
      },
    },
  });
