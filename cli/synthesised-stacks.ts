import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resources } from "../cost/standing";
import type { Account, SynthesisedStack } from "../diagram/stack";
import type { Fleet } from "../fleet/types";
import { stackNames } from "../lib/names";
import { synthesiseFleet } from "./synth-fleet";
import { inTemporaryFolder } from "./temporary-folder";

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
export async function synthesisedStacks(
  fleet: Fleet,
  tenants: readonly string[],
): Promise<readonly SynthesisedStack[]> {
  const tenantOf = new Map(fleet.tenants.map(({ name }) => [stackNames.tenant(name), name]));
  return inTemporaryFolder(async (outdir, signal) => {
    const written = await synthesiseFleet(fleet, {
      ...{ outdir, tenants, signal, withShared: true },
      workerFile: join(__dirname, "synth-worker.js"),
    });
    return written.map(({ manifest: { name, synthesizedStackPath } }) =>
      readStack(name, readFileSync(join(outdir, synthesizedStackPath), "utf8"), tenantOf.get(name)),
    );
  });
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
