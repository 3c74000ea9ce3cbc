import type { Fleet } from "../../fleet/types";
import { tenantsOf } from "../../fleet/waves";
import { count } from "../../lib/wording";
import { stackNames } from "../../lib/names";
import { alike, reasonText } from "./failures";
import { inPool } from "./pool";
import type { FleetProgress } from "./progress";
import { isFinished, type StackRun } from "./run-state";
import { StackTerraform, TerraformFailure, type Surroundings } from "./stack-terraform";
import type { Selection } from "./steps";

/** Stacks of a wave before the one that is deployed. */
export interface EarlierWave {
  readonly name: string;
  readonly stacks: readonly string[];
}

/**
 * The waves that come before the selected one. None when tenants are selected by name: whoever names them means them
 * alone.
 */
export function earlierWaves(fleet: Fleet, { wave, only, skipEarlierWaves }: Selection): EarlierWave[] {
  if (wave === undefined || only !== undefined || skipEarlierWaves === true) return [];
  const { waves } = fleet.central;
  const before = waves.slice(
    0,
    waves.findIndex(({ name }) => name === wave),
  );
  return before.map((each) => ({
    name: each.name,
    stacks: tenantsOf(fleet, each).map((tenant) => stackNames.tenant(tenant.name)),
  }));
}

/** A stack that is not deployed as the files say. */
export interface Waiting {
  readonly wave: string;
  readonly stack: string;
  /** `3 changes are to come`, or why it cannot be planned. */
  readonly why: string;
}

export interface EarlierOptions {
  readonly waves: readonly EarlierWave[];
  readonly surroundings: Surroundings;
  /** What earlier deployments from this folder have finished: that is not planned again. */
  readonly known: Readonly<Record<string, StackRun>>;
  /** Stacks at a time. */
  readonly concurrency: number;
  readonly progress: (stacks: number) => FleetProgress;
}

/** Which stacks of earlier waves are still to come: by what is written down, else by their plan. */
export async function waitingStacks(options: EarlierOptions): Promise<Waiting[]> {
  const { waves, surroundings, known, concurrency } = options;
  const open = waves
    .flatMap(({ name, stacks }) => stacks.map((stack) => ({ wave: name, stack })))
    .filter(({ stack }) => !isFinished(known[stack], new StackTerraform(stack, surroundings).key()));
  const waiting = new Map<string, Waiting>();
  const progress = options.progress(open.length);
  await inPool(open, concurrency, async ({ wave, stack }) => {
    progress.begin(stack);
    const why = await changesToCome(stack, surroundings);
    if (why !== undefined) waiting.set(stack, { wave, stack, why });
    progress.end(stack, why === undefined ? "as deployed" : "still to come");
    return !surroundings.processes.stopping;
  });
  progress.clear();
  return open.flatMap(({ stack }) => waiting.get(stack) ?? []);
}

async function changesToCome(stack: string, surroundings: Surroundings): Promise<string | undefined> {
  try {
    return await new StackTerraform(stack, surroundings).plan(({ changes, applyable }) => {
      if (!applyable) return undefined;
      return `${count(changes.length, "change")} ${changes.length === 1 ? "is" : "are"} to come`;
    });
  } catch (error) {
    if (!(error instanceof TerraformFailure)) throw error;
    return error.message;
  }
}

/** More are counted. */
const MAX_LINES = 10;

/** Says what is in the way of a wave, and the remedies. */
export function outOfOrder(wave: string, waiting: readonly Waiting[]): string {
  const names = [...new Set(waiting.map((each) => each.wave))];
  const reasons = alike(waiting.map(({ stack, why: message }) => ({ stack, message })));
  const more = reasons.slice(MAX_LINES).flatMap(({ failures }) => failures).length;
  return [
    `${names.join(" and ")} ${names.length === 1 ? "comes" : "come"} before ${wave}, and ${names.length === 1 ? "is" : "are"} not deployed as the files say:`,
    ...reasons.slice(0, MAX_LINES).map((group) => `  ${reasonText(group)}`),
    ...(more > 0 ? [`  and ${count(more, "other stack")}`] : []),
    "deploy what comes first:",
    ...names.map((name) => `  npx tenantscope deploy --wave ${name}`),
    "or go on in spite of it with --skip-earlier-waves",
    "",
  ].join("\n");
}
