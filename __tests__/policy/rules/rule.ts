import type { Stack, Tree } from "../../support/synth";

/** What must hold for every synthesised fleet, whatever stacks it has. */
export interface Rule {
  readonly name: string;
  /** One line per violation, beginning with the stack's name; empty when the rule holds. */
  violations(tree: Tree): string[] | Promise<string[]>;
}

/** A rule that looks at one stack at a time. */
export const forStacks = (
  name: string,
  check: (stack: Stack, tree: Tree) => readonly string[] | Promise<readonly string[]>,
): Rule => ({
  name,
  violations: async (tree) => {
    const found = await Promise.all(
      tree.stacks.map(async (stack) =>
        (await check(stack, tree)).map((violation) => `${stack.name}: ${violation}`),
      ),
    );
    return found.flat();
  },
});

/** The tenant that a stack belongs to; undefined for the stacks of the central account. */
export const tenantOfStack = (stack: Stack, tree: Tree) =>
  tree.fleet.tenants.find(({ name }) => stack.name === `tenant-${name}`);
