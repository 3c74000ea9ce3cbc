import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { GithubRole } from "../../fleet/registry-types";
import { policy, type PolicyDocument } from "../../lib/iam";
import { githubRoleName, IAM_PATH } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { ecrRepositoryArn, LOG_IN, PUSH_ACTIONS } from "../image-registry/policies";
import { GITHUB_AUDIENCE, GITHUB_TOKENS, githubTrust } from "./trust";

/** The account's trust in GitHub's tokens. AWS checks the certificate by itself: no thumbprint. */
export const githubProvider = (scope: Construct, id: string): IamOpenidConnectProvider =>
  new IamOpenidConnectProvider(scope, id, {
    url: `https://${GITHUB_TOKENS}`,
    clientIdList: [GITHUB_AUDIENCE],
  });

/** Push to exactly these repositories. */
export const githubPolicy = (
  account: { readonly accountId: string; readonly region: string },
  push: readonly string[],
): PolicyDocument =>
  policy(LOG_IN, {
    Sid: "PushImages",
    Effect: "Allow",
    Action: PUSH_ACTIONS,
    Resource: push.map((name) => ecrRepositoryArn(account, name)),
  });

export interface GithubRolesProps {
  readonly accountId: string;
  readonly region: string;
  readonly roles: readonly GithubRole[];
  /** The account's trust in GitHub's tokens, where the same deployment makes it. */
  readonly provider?: TerraformResource;
}

/** What the workflows of each GitHub repository become, for an hour at most. */
export class GithubRoles extends Construct {
  constructor(scope: Construct, id: string, { roles, provider, ...account }: GithubRolesProps) {
    super(scope, id);
    for (const settings of roles) {
      const { name, repository, push } = settings;
      const role = new IamRole(this, `role-${name}`, {
        name: githubRoleName(name),
        path: IAM_PATH,
        description: `Workflows of ${repository} that push images`,
        maxSessionDuration: 3600,
        assumeRolePolicy: JSON.stringify(githubTrust(account.accountId, settings)),
      });
      if (provider !== undefined) createAfter(role, provider);
      new IamRolePolicy(this, `policy-${name}`, {
        role: attribute(role, "name"),
        name: "push",
        policy: JSON.stringify(githubPolicy(account, push)),
      });
    }
  }
}
