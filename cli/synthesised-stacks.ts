import type { Resources } from "../cost/standing";
import type { Account, SynthesisedStack } from "../diagram/stack";
import type { Fleet } from "../fleet/types";
import { stackNames } from "../lib/names";
import { mappedStacks } from "./stack-files";

/** What is read of a `cdk.tf.json`. */
interface StackFile {
  readonly resource?: Resources;
  readonly provider?: {
    readonly aws?: readonly {
      readonly alias?: string;
      readonly allowed_account_ids: readonly string[];
      readonly region: string;
    }[];
  };
}

/** What the stacks would hold: the shared ones, and those of the named tenants (none: of all). By name. */
export function synthesisedStacks(
  fleet: Fleet,
  tenants: readonly string[],
): Promise<readonly SynthesisedStack[]> {
  const tenantOf = new Map(fleet.tenants.map(({ name }) => [stackNames.tenant(name), name]));
  return mappedStacks(fleet, tenants, (name, text) => readStack(name, text, tenantOf.get(name)));
}

/** A stack's file as the calculations take it. `tenant` is absent in those that all share. */
export function readStack(name: string, text: string, tenant?: string): SynthesisedStack {
  const { resource = {}, provider } = JSON.parse(text) as StackFile;
  const accounts = new Map(
    (provider?.aws ?? []).flatMap(
      ({ alias, allowed_account_ids: [accountId], region }): [string, Account][] =>
        accountId === undefined ? [] : [[alias ?? "", { accountId, region }]],
    ),
  );
  return { name, ...(tenant !== undefined && { tenant }), resources: resource, accounts };
}
