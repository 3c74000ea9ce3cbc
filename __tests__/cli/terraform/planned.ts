import type { Planned } from "../../../cli/terraform/normalise";
import type { Change, StackPlan } from "../../../cli/terraform/plan-json";

export const update = (address: string, path: string, before: string, after: string): Change => ({
  address,
  type: address.split(".")[0] ?? "",
  action: "update",
  attributes: [{ path, before, after }],
});

export const change = (action: Change["action"], address: string): Change => ({
  address,
  type: address.split(".")[0] ?? "",
  action,
  attributes: [],
});

/** A plan of these changes. */
export const planOf = (changes: readonly Change[], more: Partial<StackPlan> = {}): StackPlan => ({
  ...{ changes, applyable: changes.length > 0, drift: [], seen: [], deployed: true },
  ...more,
});

/** The plan of a tenant's stack. */
export const tenant = (name: string, accountId: string, changes: readonly Change[]): Planned => ({
  stack: `tenant-${name}`,
  owner: { name, accountId },
  plan: planOf(changes),
});

export const shared = (stack: string, changes: readonly Change[]): Planned => ({
  stack,
  owner: {},
  plan: planOf(changes),
});
