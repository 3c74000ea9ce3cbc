import { keyAdministration } from "../../lib/iam";
import { BOUNDARIES } from "../../lib/run-names";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND } from "../support/fleets";
import { allow } from "../support/iam";
import { asText, type JsonObject } from "../support/json";
import { synth } from "../support/synth";
import { roleOf, rolesOf, type Role } from "../support/world";
import { namedApis } from "./runs-questions";

/** What runs in HCP Terraform can do in the central account: decided by the policy simulator on the synthesised documents. */
const fleet = everyOptionFleet(CLOUD_BACKEND);
export const tree = synth(fleet);
export const roles = rolesOf(tree);
const workspaces = tree.stack("workspaces");
export const CENTRAL = fleet.central.accountId;
export const STACKS = ["central", "limits", "grafana", "tenant-hooli", "tenant-stark", "tenant-wayne"];
export const PHASES = ["plan", "apply"] as const;

export const runArn = (stack: string, phase: string): string =>
  `arn:aws:iam::${CENTRAL}:role/tenantscope/run/tenantscope-run-${stack}-${phase}`;
export const runRole = (stack: string, phase: string): Role => roleOf(roles, runArn(stack, phase));
export const roleIn = (name: string): string =>
  `arn:aws:iam::${CENTRAL}:role/tenantscope/tenantscope-${name}`;

/** ARNs of the borders, by those of the roles that have them. */
export const boundaryOf: ReadonlyMap<string, string> = new Map(
  tree.stacks.flatMap((stack) =>
    Object.values(stack.resource("aws_iam_role")).map((attributes): [string, string] => {
      const { accountId } = stack.account({ attributes });
      const name = `${asText(attributes.path)}${asText(attributes.name)}`;
      return [`arn:aws:iam::${accountId}:role${name}`, asText(attributes.permissions_boundary)];
    }),
  ),
);

/** A border by its name. */
export const documents = new Map(
  Object.values(workspaces.resource("aws_iam_policy")).map(({ name, policy }) => [
    asText(name),
    JSON.parse(asText(policy)) as { readonly Statement: readonly JsonObject[] },
  ]),
);
export const borders = new Map(
  [...documents].map(([name, document]) => [
    name,
    name.includes("-tenant-") ? namedApis(document) : document,
  ]),
);
export const border = (name: string): object => {
  const found = borders.get(name);
  if (found === undefined) throw new Error(`no border ${name}`);
  return found;
};

export const may = (
  stack: string,
  phase: string,
  action: string,
  resource: string,
  context: Record<string, string | string[]> = {},
): Promise<boolean> =>
  allow({
    principal: runArn(stack, phase),
    identityPolicies: runRole(stack, phase).policies,
    boundary: border(BOUNDARIES.run),
    action,
    resource,
    resourceAccount: CENTRAL,
    // Keys answer for themselves; here they leave it to the account.
    ...(resource.includes(":key/") ? { resourcePolicy: KEY_OF_THE_ACCOUNT } : {}),
    context,
  });

const KEY_OF_THE_ACCOUNT = {
  Version: "2012-10-17",
  Statement: [keyAdministration(CENTRAL)],
};
