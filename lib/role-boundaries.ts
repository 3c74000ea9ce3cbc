import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformStack } from "cdktf";
import { remoteRuns } from "./remote-runs";
import type { Central } from "../fleet/types";

/** ARNs of the borders, by the provider that makes a role. */
export interface RoleBoundaries {
  /** For the stack's own account. */
  readonly own: string;
  /** For the task roles of applications, by their names. */
  readonly applications?: { readonly arn: string; readonly roleNames: readonly string[] };
  /** For what comes by the provider alias `central`. */
  readonly central?: string;
}

/**
 * Gives every role of a stack its border, where runs in HCP Terraform make them: such a run can give rights to no other
 * role. On one's own machine the roles are made by whatever the organization trusts, and have none.
 */
export function boundRoles(
  stack: TerraformStack,
  central: Pick<Central, "backend">,
  boundaries: RoleBoundaries,
): void {
  if (remoteRuns(central) === undefined) return;
  const { own, applications, central: inCentral = own } = boundaries;
  for (const role of stack.node.findAll()) {
    if (!(role instanceof IamRole)) continue;
    const isApplication = applications?.roleNames.includes(role.nameInput ?? "") === true;
    role.permissionsBoundary =
      role.provider !== undefined ? inCentral : isApplication ? applications.arn : own;
  }
}
