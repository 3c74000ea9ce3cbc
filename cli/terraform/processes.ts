import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { UserError } from "../../lib/errors";
import { redactor } from "./secrets";

export interface Finished {
  /** Exit status; -1 of a program that a signal ended. */
  readonly code: number;
  /** Empty for a program with a log file, unless its standard output was kept from it. */
  readonly stdout: string;
  /** What a message may quote: what went to the log file, or both streams. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** File to append what the program prints to. */
  readonly logFile?: string;
  /** Keeps standard output from file and message: it holds values that nobody may read there. */
  readonly quiet?: boolean;
}

/** Terraform would print requests, and so tokens, to its log. */
const TRACING = /^TF_LOG(_|$)/;

/**
 * Terraform's processes.
 *
 * Each has a process group of its own: at Ctrl-C a terminal sends SIGINT to everything in its foreground group, and
 * Terraform takes a second SIGINT as the order to drop everything, its state included. So it gets exactly the one that
 * `interrupt` sends. And each writes to its log by itself: when this process is killed, Terraform goes on to the end and
 * saves its state, where a broken pipe would kill it with whatever it was making.
 */
export class Processes {
  private readonly running = new Set<ChildProcess>();
  private readonly redact: (text: string) => string;
  private readonly env: NodeJS.ProcessEnv;
  private interrupted = false;

  /** @param env of every program. It is never printed. */
  constructor(env: NodeJS.ProcessEnv) {
    this.redact = redactor(env);
    const kept = Object.entries(env).filter(([name]) => !TRACING.test(name));
    // Nothing may ask: nobody would see the question.
    this.env = { ...Object.fromEntries(kept), TF_IN_AUTOMATION: "1", TF_INPUT: "0" };
  }

  /** Whether the user wants an end. */
  get stopping(): boolean {
    return this.interrupted;
  }

  /** Asks everything that runs to come to an orderly end, once. */
  interrupt(): void {
    if (this.interrupted) return;
    this.interrupted = true;
    for (const { pid } of this.running) if (pid !== undefined) sendInterrupt(pid);
  }

  /** Runs a program to its end and never rejects for what it answers. Throws a `UserError` if it is not installed. */
  run(program: string, args: readonly string[], options: RunOptions): Promise<Finished> {
    const { logFile } = options;
    return logFile === undefined
      ? this.start(program, args, options)
      : this.runWithLog(program, args, options, logFile);
  }

  private async runWithLog(
    program: string,
    args: readonly string[],
    options: RunOptions,
    logFile: string,
  ): Promise<Finished> {
    const log = openSync(logFile, "a", 0o600);
    const from = readFileSync(logFile).length;
    try {
      writeSync(log, `$ ${program} ${args.join(" ")}\n`);
      const { code, stdout } = await this.start(program, args, options, log);
      const written = readFileSync(logFile).subarray(from).toString("utf8");
      const output = this.redact(written);
      if (output !== written) {
        truncateSync(logFile, from);
        writeSync(log, output);
      }
      return { code, stdout, output };
    } finally {
      closeSync(log);
    }
  }

  private start(
    program: string,
    args: readonly string[],
    { cwd, quiet = false }: RunOptions,
    log?: number,
  ): Promise<Finished> {
    const child = spawn(program, args, {
      cwd,
      env: this.env,
      stdio: ["ignore", quiet ? "pipe" : (log ?? "pipe"), log ?? "pipe"],
      detached: true,
    });
    this.running.add(child);
    // It may have been started just as the others were asked to end.
    if (this.interrupted && child.pid !== undefined) sendInterrupt(child.pid);
    return new Promise((resolve, reject) => {
      let [stdout, output] = ["", ""];
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        if (!quiet) output += text;
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
      child.on("error", (error: NodeJS.ErrnoException) => {
        this.running.delete(child);
        reject(error.code === "ENOENT" ? missing(program) : error);
      });
      child.on("close", (code) => {
        this.running.delete(child);
        resolve({ code: code ?? -1, stdout, output: this.redact(output) });
      });
    });
  }
}

const missing = (program: string): UserError =>
  new UserError(
    `${program} is not installed or not in PATH; .terraform-version says which version to install`,
  );

/** To the whole group, as a terminal does: `terraform` may be a script that starts the real one. */
function sendInterrupt(pid: number): void {
  try {
    process.kill(-pid, "SIGINT");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just ended
  }
}
