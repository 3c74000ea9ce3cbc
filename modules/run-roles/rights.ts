import type { Statement } from "../../lib/iam";
import { boundaryArn } from "../../lib/run-names";

/** What the runs of one stack may do in one account. */
export interface Rights {
  readonly plan: readonly Statement[];
  readonly apply: readonly Statement[];
}

/** `GET` is of API Gateway, whose actions are HTTP methods. */
const READS = /:(Describe|Get|List|GET$)/;

/** What of the statements only looks. No statement has a wildcard among its actions. */
export const readsOf = (statements: readonly Statement[]): Statement[] =>
  statements.flatMap((statement) => {
    const actions = [statement.Action].flat().filter((action) => READS.test(action));
    return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
  });

/** Rights of which planning has those that only look. */
export const withReads = (apply: readonly Statement[]): Rights => ({ plan: readsOf(apply), apply });

/** Where a right holds. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Every action with the name of its service before it. */
export const actionsOfService = (service: string, names: string): string[] =>
  names
    .split(" ")
    .filter((name) => name !== "")
    .map((name) => `${service}:${name}`);

/** Keeping parameters of these names, whose ARNs are given. */
export const parameterRights = (resource: string | readonly string[]): Statement => ({
  Sid: "Parameters",
  Effect: "Allow",
  Action: actionsOfService(
    "ssm",
    "AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter RemoveTagsFromResource",
  ),
  Resource: resource,
});

/** Managing roles, but for what needs a border. */
export const ROLE_ACTIONS = actionsOfService(
  "iam",
  "DeleteRole GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags " +
    "TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
);

/** What gives a role rights: only within a border. */
export const GRANT_ACTIONS = actionsOfService(
  "iam",
  "CreateRole DeleteRolePolicy PutRolePermissionsBoundary PutRolePolicy",
);

/** Roles with this border, and no others. */
export const withinBorder = (accountId: string, boundary: string): NonNullable<Statement["Condition"]> => ({
  ArnEquals: { "iam:PermissionsBoundary": boundaryArn(accountId, boundary) },
});

/** What holds a managed policy against a role; only tenants' accounts have such. */
export const ATTACH_ACTIONS = actionsOfService("iam", "AttachRolePolicy DetachRolePolicy");
