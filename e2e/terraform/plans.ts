import { inParallel } from "./processes";
import type { Sandbox } from "./sandbox";
import type { Action, Changes, Stack } from "./stack";
import { WIDTH } from "./terraform";

/** Planning a whole fleet, and what a plan is compared with. */

/** Synthesises and plans all stacks: the changes by stack, without the stacks that would not change. */
export async function plannedChanges(sandbox: Sandbox): Promise<Record<string, Changes>> {
  const plans = await inParallel(
    sandbox.synth(),
    WIDTH,
    async (stack) => [stack.name, await stack.changes()] as const,
  );
  return Object.fromEntries(plans.filter(([, changes]) => Object.keys(changes).length > 0));
}

/** Applies the plan made last; Terraform must want nothing more right after it. */
export async function applyAndPlanAgain(stack: Stack): Promise<void> {
  await stack.apply();
  expect([stack.name, (await stack.plan()).changes]).toEqual([stack.name, {}]);
}

/** Without the data sources that can only be read once something else was made. */
const withoutReads = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([, action]) => action !== "read"));

/**
 * What Grafana's provider takes for secrets: every header of a data source, which only Loki's have, and a contact point's
 * channel as a whole.
 */
const hiddenByGrafana = (changes: Changes): string[] =>
  Object.keys(changes).flatMap((address) => [
    ...(address.startsWith("grafana_data_source.grafana_loki-") ? [`${address}.http_headers`] : []),
    ...(address.startsWith("grafana_contact_point.") ? [`${address}.sns`] : []),
  ]);

/**
 * Applies a fleet to empty accounts, in the order of `groups`. Everything is new, nothing that we decide is hidden from
 * a plan's reader, and nothing is left to do.
 */
export async function applyFirst(groups: readonly (readonly Stack[])[]): Promise<void> {
  for (const group of groups) {
    await inParallel(group, WIDTH, async (stack) => {
      const { changes, sensitiveOutputs } = await stack.plan();
      expect(new Set(Object.values(withoutReads(changes)))).toEqual(new Set(["create"]));
      expect([stack.name, sensitiveOutputs, await stack.hiddenValues()]).toEqual([
        stack.name,
        [],
        hiddenByGrafana(changes),
      ]);
      await applyAndPlanAgain(stack);
    });
  }
}

export const all = (addresses: readonly string[], action: Action): Changes =>
  Object.fromEntries(addresses.map((address) => [address, action]));

/**
 * Adds a tenant whose file was written: its stack is made, and no other is touched. Returns the data sources that could
 * only be read once something else was made.
 */
export async function addTenant(sandbox: Sandbox, name: string): Promise<string[]> {
  const stack = sandbox.stack(`tenant-${name}`);
  sandbox.synth();
  await sandbox.init([stack]);
  const { [stack.name]: changes = {}, ...others } = await plannedChanges(sandbox);
  expect(others).toEqual({});
  await applyAndPlanAgain(stack);
  expect(withoutReads(changes)).toEqual(all(await contents(stack), "create"));
  return Object.keys(changes).filter((address) => changes[address] === "read");
}

/** Addresses of everything that a stack has made, outputs included. */
export async function contents(stack: Stack): Promise<string[]> {
  const { resources, outputs } = await stack.state();
  return [
    ...resources.map(({ address }) => address),
    ...Object.keys(outputs).map((name) => `output.${name}`),
  ];
}
