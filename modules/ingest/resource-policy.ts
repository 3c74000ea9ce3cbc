import { policy, type PolicyDocument } from "../../lib/iam";
import { roleArn, writerRoleName } from "../../lib/names";
import { nobodyElse } from "./nobody-else";
import { methodArns } from "./routes";

/** Every writer role of the central account, whatever tenants there are: onboarding changes no shared stack. */
export const writerRolePattern = (accountId: string): string => roleArn(accountId, writerRoleName("*"));

/**
 * Who may call the ingest API at all: the writer roles. Which of its paths each may call is up to that role's own
 * policy. No tenant's account, no organization and no VPC endpoint is allowed as such: whoever administers those could
 * then supply the other half for any path.
 */
export function ingestResourcePolicy(api: {
  /** Account that owns the API and the writer roles. */
  readonly accountId: string;
  readonly region: string;
}): PolicyDocument {
  const writers = writerRolePattern(api.accountId);
  // The policy belongs to one API, so the id adds nothing, and it is not known before the API is made.
  const anyApi = `arn:aws:execute-api:${api.region}:${api.accountId}:*`;
  return policy(
    {
      Sid: "WriterRoles",
      Effect: "Allow",
      // The account, narrowed: it leaves the decision to the policies of its roles, where "*" would make it.
      Principal: { AWS: `arn:aws:iam::${api.accountId}:root` },
      Action: "execute-api:Invoke",
      Resource: methodArns(anyApi, "*"),
      Condition: { ArnLike: { "aws:PrincipalArn": writers } },
    },
    ...nobodyElse(anyApi, writers),
  );
}
