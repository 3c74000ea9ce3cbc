import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { Construct } from "constructs";
import { IAM_PATH } from "../../lib/names";
import { taskTrust } from "../ecs-service/policies";

export interface TaskRoleProps {
  readonly name: string;
  readonly description: string;
  /** Of the tasks. */
  readonly accountId: string;
  readonly region: string;
}

/** A role of a central service's tasks, or one that ECS starts them with; without rights as yet. */
export const taskRole = (
  scope: Construct,
  id: string,
  { name, description, accountId, region }: TaskRoleProps,
): IamRole =>
  new IamRole(scope, id, {
    name,
    path: IAM_PATH,
    description,
    assumeRolePolicy: JSON.stringify(taskTrust(accountId, region)),
  });
