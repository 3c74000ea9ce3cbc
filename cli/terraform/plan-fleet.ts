import { availableParallelism } from "node:os";
import type { Fleet } from "../../fleet/types";
import { phaseOf, PHASE_VARIABLE } from "../../fleet/plan-roles";
import { count } from "../../lib/wording";
import type { Output } from "../command";
import { INTERRUPTED } from "../exit-status";
import type { Failure } from "./failures";
import { interruptible } from "./interrupt";
import type { Planned } from "./normalise";
import { withPluginCache } from "./plugin-cache";
import { inPool } from "./pool";
import { Processes } from "./processes";
import { FleetProgress } from "./progress";
import { owners, stacksOf, surroundingsOf, synthesise } from "./session";
import { RunFile } from "./run-state";
import { StackTerraform, TerraformFailure } from "./stack-terraform";

/** The plans of many stacks, each in the order of the stacks. */
export interface PlannedFleet {
  readonly plans: readonly Planned[];
  /** Stacks that could not be planned. */
  readonly failures: readonly Failure[];
}

export interface PlanFleetOptions {
  readonly root: string;
  /** Names of tenants; absent: the whole fleet with the shared stacks. */
  readonly only?: readonly string[];
  /** Names of stacks, in place of tenants. */
  readonly stack?: readonly string[];
  /** Stacks at a time. */
  readonly concurrency?: number;
}

/** One that plans takes a core; against AWS it waits for answers about half of the time. */
export const usefulConcurrency = (): number => Math.max(2, availableParallelism());

/**
 * Synthesises and plans stacks, and lets `use` say what follows. Nothing is changed, and no plan is kept. A stack that
 * cannot be planned keeps no other from being planned.
 */
export async function withPlans(
  fleet: Fleet,
  { root, only, stack, concurrency = usefulConcurrency() }: PlanFleetOptions,
  output: Output,
  use: (planned: PlannedFleet) => number,
): Promise<number> {
  const stacks = stacksOf(fleet, { only, stack });
  const processes = new Processes(withPluginCache(root, process.env));
  const ownerOf = owners(fleet);
  // A deployment applies what stands in the folder that is written anew here.
  const file = new RunFile(root);
  file.acquire();
  const work = async (): Promise<number> => {
    // Somebody who may take on the deploy roles alone can say so.
    await synthesise(root, stacks, phaseOf(process.env[PHASE_VARIABLE], "plan"));
    const surroundings = surroundingsOf(root, fleet, processes);
    const progress = new FleetProgress(output.err, stacks.length, output.columns);
    const plans = new Map<string, Planned>();
    const failures = new Map<string, Failure>();
    const planOne = async (stack: string): Promise<boolean> => {
      progress.begin(stack);
      try {
        const plan = await new StackTerraform(stack, surroundings).plan((found) => found);
        plans.set(stack, { stack, owner: ownerOf(stack), plan });
        progress.end(stack, "planned");
      } catch (error) {
        if (!(error instanceof TerraformFailure)) throw error;
        // What an interrupted Terraform says is no reason.
        if (processes.stopping) return false;
        failures.set(stack, { stack, message: error.message });
        // The reason is told once, with all that it keeps from being planned.
        progress.end(stack, "could not be planned", true);
      }
      return !processes.stopping;
    };
    try {
      await inPool(stacks, concurrency, planOne);
    } finally {
      progress.clear();
    }
    if (processes.stopping) {
      output.err(
        `${plans.size} of ${count(stacks.length, "stack")} were planned: nothing is told of a part\n`,
      );
      return INTERRUPTED;
    }
    return use({
      plans: stacks.flatMap((stack) => plans.get(stack) ?? []),
      failures: stacks.flatMap((stack) => failures.get(stack) ?? []),
    });
  };
  return interruptible(processes, output.err, work, "nothing was changed").finally(() => {
    file.release();
  });
}
