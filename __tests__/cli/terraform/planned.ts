import type { Planned } from "../../../cli/terraform/normalise";
import type { Change } from "../../../cli/terraform/plan-json";

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

/** The plan of a tenant's stack. */
export const tenant = (name: string, accountId: string, changes: readonly Change[]): Planned => ({
  stack: `tenant-${name}`,
  owner: { name, accountId },
  plan: { changes, drift: [], deployed: true },
});

export const shared = (stack: string, changes: readonly Change[]): Planned => ({
  stack,
  owner: {},
  plan: { changes, drift: [], deployed: true },
});
