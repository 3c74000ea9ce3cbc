import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { loadFleet } from "../fleet/load";
import { inPhase, phaseOf, PHASE_VARIABLE } from "../fleet/plan-roles";
import { UserError } from "../lib/errors";
import type { Phase } from "../lib/run-names";
import { endQuietlyOnClosedPipe, failure } from "./failure";
import { stoppable } from "./interruption";
import { synthesiseFleet } from "./synth-fleet";
import type * as Plain from "./synth-plain";
import { Progress } from "./synth-progress";
import { report } from "./synth-report";

export interface SynthContext {
  /** Folder of `central.json` and `tenants/`. */
  readonly root: string;
  /** The compiled `synth-worker.ts`. */
  readonly workerFile: string;
}

/**
 * The program behind `npm run synth` and `cdktf.json`. Never throws: sets the process's exit status. Under the cdktf
 * CLI, which shows what the program prints, it says nothing but warnings and errors.
 */
export async function runSynth(args: readonly string[], context: SynthContext): Promise<void> {
  const command = new Command("npm run synth --")
    .description("Turns central.json and tenants/*.json into Terraform, below cdktf.out.")
    .argument("[tenants...]", "tenants whose stacks to write; the others stay as they are", [])
    .option("--plain", "the whole fleet with CDKTF's own App.synth(), to compare with")
    .exitOverride();
  endQuietlyOnClosedPipe();
  try {
    command.parse(args, { from: "user" });
    const phase = phaseOf(process.env[PHASE_VARIABLE], "apply");
    if (command.opts<{ plain?: true }>().plain === true) plain(context, phase);
    else await synth(command.args, context, phase);
  } catch (error) {
    process.exitCode = failure(error, (text) => process.stderr.write(text));
  }
}

function plain({ root }: SynthContext, phase: Phase): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- CDKTF is loaded only where it is needed
  const { synthesisePlain } = require("./synth-plain") as typeof Plain;
  synthesisePlain(root, { phase });
}

async function synth(
  tenants: readonly string[],
  { root, workerFile }: SynthContext,
  phase: Phase,
): Promise<void> {
  const start = performance.now();
  keepHeapSmall();
  const workers = workersWanted(process.env["TENANTSCOPE_WORKERS"]);
  const fleet = inPhase(loadFleet(root), phase);
  process.stderr.write(fleet.warnings.map((warning) => `warning: ${warning}\n`).join(""));
  const progress = new Progress(process.stderr, fleet.tenants.length);
  try {
    const stacks = await stoppable("the output is as it was", (signal) =>
      synthesiseFleet(fleet, {
        outdir: process.env["CDKTF_OUTDIR"] ?? "cdktf.out",
        tenants,
        workerFile,
        ...(workers === undefined ? {} : { workers }),
        onProgress: (done, all) => {
          progress.show(done, all);
        },
        signal,
      }),
    );
    progress.clear();
    if (process.env["CDKTF_OUTDIR"] === undefined) {
      const { isTTY, columns } = process.stdout;
      const seconds = (performance.now() - start) / 1000;
      process.stdout.write(`${report(stacks, seconds, isTTY ? { columns } : {})}\n`);
    }
  } finally {
    progress.clear();
  }
}

/**
 * By default V8 lets the heap double before it collects, and its nursery grow to 48 MB a thread. Nearly all of what a
 * batch makes is garbage when the batch is done, so less room costs hardly any time and saves a third of the memory.
 * Applies to the workers, too. They are preferences: memory that is needed is given all the same.
 */
function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=50");
  setFlagsFromString("--semi-space-growth-factor=1");
}

function workersWanted(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,2}$/.test(text)) {
    throw new UserError(`TENANTSCOPE_WORKERS must be a number from 0 (none) to 99, not "${text}"`);
  }
  return Number(text);
}
