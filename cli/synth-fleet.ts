import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { StackManifest } from "cdktf";
import type { Fleet } from "../fleet/types";
import { allStackNames, sharedStacks, stackNames } from "../lib/names";
import { rejectUnknownTenants } from "./find-tenant";
import { batches, usefulWorkers } from "./synth-batches";
import { SynthOutput } from "./synth-output";
import { writeInWorkers } from "./synth-pool";
import type * as Stacks from "./synth-stacks";
import type { Batch, Written, WrittenStack } from "./synth-stacks";

export interface SynthesisOptions {
  /** CDKTF's output folder. */
  readonly outdir: string;
  /** Names of the tenants whose stacks to write. Empty: the whole fleet. */
  readonly tenants: readonly string[];
  /** Write the shared stacks, too, when tenants are named. */
  readonly withShared?: boolean;
  /** The compiled `synth-worker.ts`; without it all is done in this thread. */
  readonly workerFile?: string;
  /** How many worker threads to use at most; 0 is none. @default what pays off */
  readonly workers?: number;
  /** Called with the number of stacks done and of all. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Stops the run; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Synthesises a fleet, or the named tenants of it, and returns the stacks that were written, by name. The output changes
 * when everything is there; if anything fails it stays as it was.
 */
export async function synthesiseFleet(
  fleet: Fleet,
  options: SynthesisOptions,
): Promise<readonly WrittenStack[]> {
  rejectUnknownTenants(fleet, options.tenants);
  const kept = options.tenants.length === 0 ? undefined : keptEntries(options.outdir);
  const stacks = stacksToWrite(fleet, options, kept ?? {});
  const output = new SynthOutput(options.outdir);
  try {
    const written = await write(batches(fleet, stacks, output.privateFolder), stacks.length, options);
    output.commit(written, kept);
    return written.stacks;
  } catch (error) {
    output.discard();
    throw error;
  }
}

const keptEntries = (outdir: string): Readonly<Record<string, StackManifest>> =>
  SynthOutput.manifest(outdir)?.stacks ?? {};

/**
 * Named tenants get their own stacks and nothing else is touched. `cdktf deploy --skip-synth tenant-x` wants the stack
 * that it depends on among those to deploy, or `--ignore-missing-stack-dependencies`; either way the manifest should
 * know that stack. So `central` comes along when no run has written it yet.
 */
function stacksToWrite(
  fleet: Fleet,
  { tenants, withShared = false }: SynthesisOptions,
  kept: Readonly<Record<string, StackManifest>>,
): string[] {
  const { central, tenant } = stackNames;
  if (tenants.length === 0) return allStackNames(fleet).sort();
  const shared = withShared ? sharedStacks(fleet.central) : central in kept ? [] : [central];
  return [...shared, ...new Set(tenants.map(tenant))].sort();
}

async function write(
  queue: readonly Batch[],
  all: number,
  { workerFile, workers, onProgress, signal }: SynthesisOptions,
): Promise<Written> {
  let version = "";
  const stacks: WrittenStack[] = [];
  const onWritten = (written: Written): void => {
    ({ version } = written);
    stacks.push(...written.stacks);
    onProgress?.(stacks.length, all);
  };
  const threads = Math.min(queue.length, workers ?? usefulWorkers(all));
  if (threads > 0 && workerFile !== undefined && existsSync(workerFile)) {
    await writeInWorkers(queue, { workerFile, workers: threads, onWritten, signal });
  } else {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the parent of workers does without CDKTF
    const { writeStacks } = require("./synth-stacks") as typeof Stacks;
    for (const batch of queue) {
      onWritten(writeStacks(batch));
      // An interrupt gets its turn.
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return { version, stacks: stacks.sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1)) };
}
