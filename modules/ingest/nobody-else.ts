import type { Statement } from "../../lib/iam";

/**
 * Keeps everybody but some roles from an API or a domain, also roles of the central account whose own policies allow
 * more. A negated condition is true when its key is missing, so it holds for unsigned requests as well.
 *
 * The `*` of an ARN's pattern stands for slashes too: without the second statement a role of any name below the path
 * `/tenantscope/tenantscope-writer-acme/` would pass for a writer.
 */
export function nobodyElse(
  /** ARN or pattern. */
  resource: string,
  /** ARNs of roles, or beginnings of their names that end with `*`. At least one is such a pattern. */
  roles: string | readonly string[],
): [Statement, Statement] {
  const longer = [roles].flat().flatMap((role) => (role.endsWith("*") ? [`${role}/*`] : []));
  const deny = {
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "execute-api:Invoke",
    Resource: resource,
  } as const;
  return [
    { ...deny, Sid: "NobodyElse", Condition: { ArnNotLike: { "aws:PrincipalArn": roles } } },
    { ...deny, Sid: "NoLongerPath", Condition: { ArnLike: { "aws:PrincipalArn": longer } } },
  ];
}
