import { forManagedServices, forServices } from "./rule";

/** Policies of AWS that make whoever has the role the master of the account. */
const BROAD: ReadonlySet<string> = new Set(
  ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"].map(
    (name) => `arn:aws:iam::aws:policy/${name}`,
  ),
);

/** Warning: all containers of a task share its role. */
export const broadPolicies = forManagedServices(({ pointer, service: { taskPolicyArns } }, { document }) =>
  taskPolicyArns.flatMap((arn, index) => {
    if (!BROAD.has(arn)) return [];
    const message = "gives the task nearly every right in the account, and the collector shares its role";
    const remedy = "write a policy of what the application needs";
    return [document.problem(`${pointer}/taskPolicyArns/${String(index)}`, { message, value: arn, remedy })];
  }),
);

/** A task with the role that Terraform deploys with could change everything that is deployed, and its own trust. */
export const attachedRoleIsNotTheDeployRole = forServices(
  ({ pointer, service }, { document }, { central: { deploy } }) => {
    if (service.mode !== "attached") return [];
    const { taskRoleArn } = service;
    const name = taskRoleArn.slice(taskRoleArn.lastIndexOf("/") + 1);
    // IAM does not tell role names apart by case.
    if (name.toLowerCase() !== deploy?.tenantRoleName.toLowerCase()) return [];
    const message = "is the role that deploys the tenant (deploy.tenantRoleName of central.json)";
    const remedy = "give the task a role of its own";
    return [document.problem(`${pointer}/taskRoleArn`, { message, value: taskRoleArn, remedy })];
  },
);
