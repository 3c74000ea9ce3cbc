import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { IAM_PATH } from "../../lib/names";
import { taskTrust } from "../ecs-service/policies";

export interface TaskRoleProps {
  readonly name: string;
  readonly description: string;
  /** Of the tasks. */
  readonly accountId: string;
  readonly region: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/** A role of a central service's tasks, or one that ECS starts them with; without rights as yet. */
export const taskRole = (
  scope: Construct,
  id: string,
  { name, description, accountId, region, provider }: TaskRoleProps,
): IamRole =>
  new IamRole(scope, id, {
    provider,
    name,
    path: IAM_PATH,
    description,
    assumeRolePolicy: JSON.stringify(taskTrust(accountId, region)),
  });
