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
    async (stack) => [stack.name, (await stack.plan()).changes] as const,
  );
  return Object.fromEntries(plans.filter(([, changes]) => Object.keys(changes).length > 0));
}

/** Applies the plan made last; Terraform must want nothing more right after it. */
export async function applyAndPlanAgain(stack: Stack): Promise<void> {
  await stack.apply();
  expect([stack.name, (await stack.plan()).changes]).toEqual([stack.name, {}]);
}

/** Without the data sources that can only be read once something else was made. */
export const withoutReads = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([, action]) => action !== "read"));

/**
 * Applies a fleet to empty accounts, in the order of `groups`. Everything is new, nothing is hidden from a plan's
 * reader, and nothing is left to do.
 */
export async function applyFirst(groups: readonly (readonly Stack[])[]): Promise<void> {
  for (const group of groups) {
    await inParallel(group, WIDTH, async (stack) => {
      const { changes, sensitiveOutputs } = await stack.plan();
      expect(new Set(Object.values(withoutReads(changes)))).toEqual(new Set(["create"]));
      expect([stack.name, sensitiveOutputs, await stack.hiddenValues()]).toEqual([stack.name, [], []]);
      await applyAndPlanAgain(stack);
    });
  }
}

export const all = (addresses: readonly string[], action: Action): Changes =>
  Object.fromEntries(addresses.map((address) => [address, action]));

/** Addresses of everything that a stack has made, outputs included. */
export async function contents(stack: Stack): Promise<string[]> {
  const { resources, outputs } = await stack.state();
  return [
    ...resources.map(({ address }) => address),
    ...Object.keys(outputs).map((name) => `output.${name}`),
  ];
}
