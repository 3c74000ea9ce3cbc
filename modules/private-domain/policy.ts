import { policy, type PolicyDocument } from "../../lib/iam";
import { nobodyElse } from "../ingest/nobody-else";
import { storageCallerPatterns } from "../storage-api/resource-policy";

interface Account {
  readonly accountId: string;
  readonly region: string;
}

/**
 * Who may come in by the domain at all: the roles that the APIs behind it admit, whatever tenants there are. Which paths
 * each may call, the APIs' own policies and the roles' say as before: API Gateway asks all of them. AWS's examples name
 * the endpoints that may come in; here onboarding changes no shared stack, and an endpoint is no proof of a tenant.
 */
export function domainPolicy({ accountId, region }: Account): PolicyDocument {
  // The writers, who call the ingest API too, are among them.
  const callers = storageCallerPatterns(accountId);
  // The policy belongs to one domain, whose id is not known before it is made.
  const Resource = `arn:aws:execute-api:${region}:${accountId}:*`;
  return policy(
    {
      Sid: "OurRoles",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: "execute-api:Invoke",
      Resource,
      Condition: { ArnLike: { "aws:PrincipalArn": callers } },
    },
    ...nobodyElse(Resource, callers),
  );
}

/**
 * What IAM calls the domain when it is invoked. Its callers' policies and the endpoints' must allow it beside the methods
 * of the APIs; alone it opens nothing. Not the ARN of `aws_api_gateway_domain_name`, which is that of API Gateway's
 * management. `domainNameId` may be a reference.
 */
export const domainInvokeArn = ({ accountId, region }: Account, name: string, domainNameId: string): string =>
  `arn:aws:execute-api:${region}:${accountId}:/domainnames/${name}+${domainNameId}`;
