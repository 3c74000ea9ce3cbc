import { accountOf, decide } from "../policy";
import { must } from "../verdict";
import { namesOf, type Walk } from "../walk";

/** Tasks are to run, each has a role, and that role may become exactly the tenant's writer. */
export function taskRole({ tenant, stacks, stack, sidecars }: Walk): string {
  const idle = sidecars.filter(({ tasks }) => tasks === 0);
  must(
    idle.length === 0,
    `no task of ${namesOf(idle)} runs, so nothing is sent: desired_count is 0`,
    `services[].count in ${tenant.file} must be at least 1: change it and deploy ${stack}`,
  );
  for (const { service, attached, taskRoleArn, statements, environment } of sidecars) {
    must(
      taskRoleArn !== "",
      `the tasks of ${service} have no task role`,
      "the task definition needs task_role_arn (modules/ecs-service/managed-service.ts)",
    );
    must(
      attached || stacks.by(stack, "aws_iam_role", "arn", taskRoleArn) !== undefined,
      `the task role ${taskRoleArn} of ${service} is not one that ${stack} makes`,
      "task_role_arn must refer to the role of the same service",
    );
    const mayBecome = (resource: string): boolean =>
      decide(
        // As if the other side had no say: the next hops look at it.
        {
          principal: taskRoleArn,
          action: "sts:AssumeRole",
          resource,
          resourceAccount: accountOf(taskRoleArn),
        },
        { identity: statements },
      ).allowed;
    const writer = environment["AMP_WRITER_ROLE_ARN"] ?? "";
    const remedy = attached
      ? `add taskRoleStatements of the sidecar's document to ${taskRoleArn} (docs/ATTACHED.md)`
      : "the statement BecomeWriter of modules/ecs-service/task-statements.ts must name the writer role";
    must(
      mayBecome(writer),
      `the policy of ${taskRoleArn} does not allow sts:AssumeRole on ${writer || "any role"}`,
      remedy,
    );
    must(
      !mayBecome(`${writer}-of-another`),
      `the policy of ${taskRoleArn} allows sts:AssumeRole on more than ${writer}`,
      remedy,
    );
  }
  return `${namesOf(sidecars)}: may become ${[...new Set(sidecars.map((each) => each.environment["AMP_WRITER_ROLE_ARN"]))].join(", ")} and nothing else`;
}
