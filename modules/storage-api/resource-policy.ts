import { policy, type PolicyDocument } from "../../lib/iam";
import { roleArn } from "../../lib/names";
import { nobodyElse } from "../ingest/nobody-else";
import { writerRolePattern } from "../ingest/resource-policy";
import { JAEGER_ROLES } from "./names";
import { STORAGE_METHODS, STORAGE_STAGE, storagePath } from "./routes";

/** The roles that may call the storage API, whatever tenants there are: onboarding changes no shared stack. */
export const storageCallerPatterns = (accountId: string): string[] => [
  roleArn(accountId, JAEGER_ROLES.collector),
  roleArn(accountId, JAEGER_ROLES.query),
  roleArn(accountId, JAEGER_ROLES.tenantQuery("*")),
  writerRolePattern(accountId),
];

/**
 * Who may call the storage API at all: the Jaegers and, since a tenant's sidecars are its writer, the writers. Which of
 * its paths each may call is up to that role's own policy, which denies the rest. From which endpoint they come is not
 * asked: each tenant has one of its own.
 */
export function storageResourcePolicy(api: {
  /** Account that owns the API and all the roles. */
  readonly accountId: string;
  readonly region: string;
}): PolicyDocument {
  const callers = storageCallerPatterns(api.accountId);
  // The policy belongs to one API, so the id adds nothing, and it is not known before the API is made.
  const anyApi = `arn:aws:execute-api:${api.region}:${api.accountId}:*`;
  return policy(
    {
      Sid: "JaegerAndWriterRoles",
      Effect: "Allow",
      // The account, narrowed: it leaves the decision to the policies of its roles, where "*" would make it.
      Principal: { AWS: `arn:aws:iam::${api.accountId}:root` },
      Action: "execute-api:Invoke",
      Resource: STORAGE_METHODS.map((method) => `${anyApi}/${STORAGE_STAGE}/${method}${storagePath("*")}`),
      Condition: { ArnLike: { "aws:PrincipalArn": callers } },
    },
    ...nobodyElse(anyApi, callers),
  );
}
