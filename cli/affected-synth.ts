import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { type Files, readRevision } from "../fleet/git";
import type { Fleet } from "../fleet/types";
import { PHASE_VARIABLE } from "../fleet/plan-roles";
import { UserError } from "../lib/errors";
import { batches, usefulWorkers } from "./synth-batches";
import { writeInWorkers, type WriteBatches } from "./synth-pool";

/** Name of a stack -> folder of its files. */
export type StackFolders = ReadonlyMap<string, string>;

/** Writes batches in threads; `workerFile` is the compiled `synth-worker.ts`, `first` a thread that runs it already. */
export const inWorkers =
  (workerFile: string, first: Worker): WriteBatches =>
  async (queue, onWritten, signal) => {
    const stacks = queue.reduce((sum, batch) => sum + batch.stacks.length, 0);
    await writeInWorkers(queue, {
      workerFile,
      workers: usefulWorkers(stacks) || 1,
      first,
      onWritten,
      signal,
    });
  };

/** Synthesises the named stacks of each fleet, below a folder of its own, with the present program. */
export async function synthesiseAll(
  fleets: readonly { readonly fleet: Fleet; readonly stacks: readonly string[]; readonly folder: string }[],
  write: WriteBatches,
  signal: AbortSignal,
): Promise<StackFolders[]> {
  const folders = fleets.map(() => new Map<string, string>());
  for (const { folder } of fleets) mkdirSync(folder, { recursive: true });
  await write(
    fleets.flatMap(({ fleet, stacks, folder }) => batches(fleet, stacks, folder)),
    ({ stacks }) => {
      for (const { folder, manifest } of stacks) {
        const index = fleets.findIndex((each) => folder.startsWith(`${each.folder}/`));
        folders[index]?.set(manifest.name, folder);
      }
    },
    signal,
  );
  return folders;
}

export interface PastProgram {
  /** The present program's folder, and the revision that is wanted of it. */
  readonly program: string;
  readonly commit: string;
  /** How the user calls the revision. */
  readonly ref: string;
  /** The fleet's files of that revision. */
  readonly fleet: Files;
  /** Where to do it; empty. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Not part of the program, and large. */
const isProgram = (path: string): boolean => !/^(__tests__|bench|docs|e2e|tenants)\//.test(path);

/** Synthesises a revision's whole fleet with the program of the same revision and the present dependencies. */
export async function synthesisePast(past: PastProgram): Promise<StackFolders> {
  const { program, commit, ref, signal } = past;
  const [code, fleet, outdir] = ["program", "fleet", "out"].map((name) => join(past.folder, name)) as [
    string,
    string,
    string,
  ];
  writeAll(code, readRevision(program, commit, ["."], isProgram));
  symlinkSync(join(program, "node_modules"), join(code, "node_modules"));
  writeAll(fleet, past.fleet);
  signal.throwIfAborted();
  const { status, said } = await node([join(code, "scripts", "run.mjs"), "main.ts"], signal, {
    cwd: fleet,
    // As it is deployed, whatever else the surroundings want.
    env: { ...process.env, CDKTF_OUTDIR: outdir, [PHASE_VARIABLE]: "apply" },
  });
  if (status !== 0) {
    throw new UserError(`the program of revision "${ref}" cannot synthesise its fleet:\n${said.trim()}`);
  }
  const stacks = join(outdir, "stacks");
  return new Map(readdirSync(stacks).map((name) => [name, join(stacks, name)]));
}

function writeAll(folder: string, files: Files): void {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Told to stop, the program is waited for: it writes into the folder until it is gone. */
function node(
  args: readonly string[],
  signal: AbortSignal,
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ status: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    const stop = (): void => {
      child.kill();
    };
    signal.addEventListener("abort", stop);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => {
      signal.removeEventListener("abort", stop);
      resolve({ status, said });
    });
  });
}
