import type { PolicyDocument } from "../../lib/iam";
import type { Lifecycle } from "../../fleet/types";

/** AWS's default limit of a role's trust policy, in characters without white space. */
export const MAX_TRUST_POLICY = 2048;

/**
 * Who may assume the writer role: exactly the tenant's task roles, with the tenant's external id. The principal is the
 * account root, narrowed by `aws:PrincipalArn`: naming the roles as principals would fail while they do not exist yet,
 * and would silently turn into dead ids when one is made anew.
 */
export function writerTrustPolicy(input: {
  tenantAccountId: string;
  taskRoleArns: readonly string[];
  externalId: string;
}): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TenantTaskRoles",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${input.tenantAccountId}:root` },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: {
            "sts:ExternalId": input.externalId,
            "aws:PrincipalArn": [...input.taskRoleArns].sort(),
          },
        },
      },
    ],
  };
}

/**
 * What the writer role may do. A suspended tenant keeps its role and its trust: a collector that cannot assume its
 * role exits, and tasks would start to lose their sidecars; one that is denied the write only drops samples.
 */
export function writerPolicy(input: { workspaceArn: string; lifecycle: Lifecycle }): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RemoteWrite",
        Effect: input.lifecycle === "suspended" ? "Deny" : "Allow",
        Action: "aps:RemoteWrite",
        Resource: input.workspaceArn,
      },
    ],
  };
}
