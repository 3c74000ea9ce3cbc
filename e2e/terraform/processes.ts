import { spawn } from "node:child_process";

export interface Finished {
  /** The command as typed, for messages. */
  readonly command: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a program to its end and never rejects for what it answers; a missing program is an error that says so. */
export function run(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(`${program} is not installed or not in PATH`) : error);
    });
    child.on("close", (code) => {
      resolve({ command: [program, ...args].join(" "), code: code ?? -1, ...output });
    });
  });
}

/** Waits for a program that has to exit with one of `codes`; otherwise throws what it printed. */
export async function succeeds(
  running: Promise<Finished>,
  codes: readonly number[] = [0],
): Promise<Finished> {
  const finished = await running;
  if (!codes.includes(finished.code)) {
    throw new Error(
      `\`${finished.command}\` exited with ${finished.code}:\n${finished.stdout}${finished.stderr}`,
    );
  }
  return finished;
}

/** Runs `work` on every item, `width` of them at a time; results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  // All come to their end before one's failure is told: nothing may still be running when a test cleans up.
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}
