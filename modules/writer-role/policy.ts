import { policy, type PolicyDocument } from "../../lib/iam";
import type { Lifecycle } from "../../fleet/types";
import { METRIC_READS } from "../amp/reads";
import { writerInvokeStatements } from "../ingest/writer-statements";

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
 * What the writer role may do: write to its workspace and call its own paths of the ingest API. A suspended tenant keeps
 * its role and its trust: a collector that cannot assume its role exits, and tasks would start to lose their sidecars;
 * one that is denied only drops.
 *
 * Workspaces have no policy of their own to keep others out, so the role denies itself what another policy in the central
 * account could give it: to write to another workspace, and to read any. The pooled one is everybody's.
 */
export function writerPolicy(input: {
  tenant: string;
  workspaceArn: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>`, or a reference. */
  ingestExecutionArn: string;
  /** What else of API Gateway it may call: its own store of traces, the domain that leads there. */
  furtherInvokeArns?: readonly string[];
  lifecycle: Lifecycle;
}): PolicyDocument {
  return policy(
    {
      Sid: "RemoteWrite",
      Effect: input.lifecycle === "suspended" ? "Deny" : "Allow",
      Action: "aps:RemoteWrite",
      Resource: input.workspaceArn,
    },
    ...writerInvokeStatements({
      ...input,
      executionArn: input.ingestExecutionArn,
      furtherMethodArns: input.furtherInvokeArns ?? [],
    }),
    {
      Sid: "WriteNowhereElse",
      Effect: "Deny",
      Action: "aps:RemoteWrite",
      NotResource: input.workspaceArn,
    },
    { Sid: "ReadNoMetrics", Effect: "Deny", Action: [...METRIC_READS], Resource: "*" },
  );
}
