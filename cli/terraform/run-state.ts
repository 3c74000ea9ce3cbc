import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../lib/errors";
import { replaceFile } from "../write-file";
import type { Selection } from "./steps";

/** `unchanged`: Terraform had nothing to do. `refused`: data would have been lost. `stopped`: by the user. */
export type Status = "done" | "unchanged" | "running" | "failed" | "refused" | "stopped";

/** How far a stack has come. */
export interface StackRun {
  /** Hash of what was synthesised: a finished stack is only done if this is still so. */
  readonly key: string;
  readonly status: Status;
  readonly seconds?: number;
  /** It was deployed without any resource: nothing of it is left. */
  readonly empty?: true;
}

/** A deployment, as a later one can go on with it. */
export interface RunState {
  /** Name of the folder of its logs. */
  readonly run: string;
  readonly selection: Selection;
  readonly stacks: Readonly<Record<string, StackRun>>;
}

/** Everything that commands keep beside the fleet; not in git. */
export const workFolder = (root: string): string => join(root, ".tenantscope");

/** `deploy.json`: written whole and put into place in one step, so a killed run leaves the old or the new one. */
export class RunFile {
  private readonly path: string;
  private readonly lock: string;

  constructor(root: string) {
    this.path = join(workFolder(root), "deploy.json");
    this.lock = join(workFolder(root), "deploy.lock");
  }

  /** The last deployment; undefined when there was none. Throws a `UserError` when the file cannot be read. */
  read(): RunState | undefined {
    if (!existsSync(this.path)) return undefined;
    try {
      const state = JSON.parse(readFileSync(this.path, "utf8")) as Partial<RunState>;
      if (typeof state.run === "string" && state.stacks !== undefined && state.selection !== undefined) {
        return { run: state.run, selection: state.selection, stacks: state.stacks };
      }
    } catch {
      // Said below.
    }
    throw new UserError(
      `${this.path} cannot be read; delete it and deploy without --resume, which plans every stack again`,
    );
  }

  write(state: RunState): void {
    replaceFile(this.path, `${JSON.stringify(state, undefined, 1)}\n`);
  }

  /**
   * Keeps others out until `release`: two deployments would write over each other's file, and whoever synthesises
   * would change what a deployment is about to apply. The lock of one that was killed is taken over.
   */
  acquire(): void {
    mkdirSync(dirname(this.lock), { recursive: true });
    // Linked when it is written: a lock without its owner would be taken for a stale one.
    const own = `${this.lock}.${process.pid}`;
    writeFileSync(own, String(process.pid));
    try {
      this.linkAs(own);
    } finally {
      rmSync(own, { force: true });
    }
  }

  private linkAs(own: string): void {
    for (;;) {
      try {
        linkSync(own, this.lock);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = Number(readFileSync(this.lock, "utf8"));
      if (owner !== process.pid && isRunning(owner)) {
        throw new UserError(
          `process ${owner} is working on the stacks of this fleet; wait for it, or delete ${this.lock} if that process is something else`,
        );
      }
      rmSync(this.lock, { force: true });
    }
  }

  release(): void {
    rmSync(this.lock, { force: true });
  }
}

/** Whether there is such a process. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a resumed deployment may leave the stack out: it was finished, and what was synthesised is the same. */
export function isFinished(before: StackRun | undefined, key: string): boolean {
  return before?.key === key && (before.status === "done" || before.status === "unchanged");
}
