import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited but PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const STOP_TIMEOUT_MS = 10_000;

/** Resolves after `ms`. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls `attempt` until it gives a value; throws with the last reason when `seconds` are over. */
export async function eventually<T>(
  what: string,
  seconds: number,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let reason = "not yet";
  for (;;) {
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > end) throw new Error(`${what}: still not so after ${seconds} s (${reason})`);
    await sleep(250);
  }
}

/**
 * Repeats assertions on what arrives by itself until they hold; throws with the last failure when `seconds` are over. What
 * must not be there is asserted after something that proves the way to be empty, never by waiting.
 */
export const settles = (what: string, seconds: number, check: () => void | Promise<void>): Promise<boolean> =>
  eventually<boolean>(what, seconds, async () => {
    await check();
    return true;
  });

/** One program in a process group of its own, which dies with the test: by `stop`, or by the kernel when the test is killed. */
export class ManagedProcess {
  readonly name: string;
  private output = "";
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;

  constructor({ name, command, args, environment, cwd }: ProcessOptions) {
    this.name = name;
    if (!existsSync(command)) throw new Error(`${name}: there is no ${command}`);
    // setpriv: a test that is killed outright runs no clean-up of its own.
    this.child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
      cwd,
      detached: true,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    this.child.stdout?.on("data", collect);
    this.child.stderr?.on("data", collect);
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => {
        this.output += error.message;
        resolve();
      });
      this.child.once("exit", () => {
        resolve();
      });
    });
  }

  /** Everything that it wrote to its standard streams. */
  get log(): string {
    return this.output;
  }

  /** Process id of the program itself: setpriv becomes it. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was never started`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Undefined while it runs, and when a signal ended it. */
  get exitStatus(): number | undefined {
    return this.child.exitCode ?? undefined;
  }

  /** Ends the whole process group, gently first. */
  async stop(): Promise<void> {
    if (this.running) this.signal("SIGTERM");
    const timer = setTimeout(() => {
      this.signal("SIGKILL");
    }, STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
    // What the leader started and left behind.
    this.signal("SIGKILL");
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // The group is gone already.
    }
  }
}

/** Waits until `url` answers 200; throws with the program's last output when it ends before that. */
export async function untilServing(program: ManagedProcess, url: string, seconds = 180): Promise<void> {
  await eventually(`${program.name} at ${url}`, seconds, async () => {
    if (!program.running) return false;
    return (await fetch(url)).ok ? true : undefined;
  });
  if (!program.running) throw new Error(`${program.name} ended at its start:\n${program.log.slice(-3000)}`);
}
