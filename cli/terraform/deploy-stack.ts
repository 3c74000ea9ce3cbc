import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { lossesOf, refused, refusal } from "./guard";
import { lostState } from "./local-state";
import type { Status } from "./run-state";
import { StackTerraform, TerraformFailure, type Surroundings } from "./stack-terraform";

/** How a stack's deployment ended. */
export interface Outcome {
  readonly status: Exclude<Status, "running">;
  /** What people should know: why it failed, what would have been lost. */
  readonly message?: string;
}

/**
 * Plans a stack, looks for data that would be lost, and applies exactly that plan. Never throws for what Terraform
 * answers.
 */
export async function deployStack(
  stack: string,
  surroundings: Surroundings,
  approvals: readonly string[],
  logFile: string,
): Promise<Outcome> {
  const lost = await surelyLost(dirname(surroundings.outdir), stack);
  if (lost !== undefined) return { status: "failed", message: lost };
  try {
    return await new StackTerraform(stack, surroundings, logFile).plan(
      async ({ changes, applyable }, apply): Promise<Outcome> => {
        if (!applyable) return { status: "unchanged" };
        const losses = refused(lossesOf(stack, changes), approvals);
        if (losses.length > 0) return { status: "refused", message: refusal(losses) };
        await apply();
        return { status: "done" };
      },
    );
  } catch (error) {
    if (!(error instanceof TerraformFailure)) throw error;
    if (surroundings.processes.stopping) return { status: "stopped" };
    return { status: "failed", message: error.message };
  }
}

/** Longer than a state takes to be written. */
const WRITING = 500;

/** Looks twice: a Terraform that outlived its command may be writing just now. */
async function surelyLost(root: string, stack: string): Promise<string | undefined> {
  if (lostState(root, stack) === undefined) return undefined;
  await setTimeout(WRITING);
  return lostState(root, stack);
}
