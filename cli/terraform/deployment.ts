import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { deployStack } from "./deploy-stack";
import { inPool } from "./pool";
import type { FleetProgress } from "./progress";
import { isFinished, workFolder, type RunFile, type RunState, type StackRun, type Status } from "./run-state";
import { StackTerraform, type Surroundings } from "./stack-terraform";
import type { Selection, Step } from "./steps";
import type { Row } from "./summary";

export interface DeploymentOptions {
  readonly root: string;
  readonly steps: readonly Step[];
  readonly selection: Selection;
  readonly surroundings: Surroundings;
  /** Losses of data that were approved by name. */
  readonly approvals: readonly string[];
  readonly file: RunFile;
  /** What earlier deployments have done; kept for what this one does not deploy. */
  readonly before?: RunState;
  /** Go on with the last deployment: leave out what it has finished. */
  readonly resume?: boolean;
  /** Name of the folder for the logs. */
  readonly run: string;
}

const CHANGED = {
  status: "failed",
  message: "its configuration in cdktf.out has changed since the deployment began, deploy again",
} as const;

const GOES_ON: ReadonlySet<Status> = new Set<Status>(["done", "unchanged"]);

/** Deploys steps one after the other, and after every stack writes down how far it has come. */
export class Deployment {
  private readonly keys: ReadonlyMap<string, string>;
  private readonly rows = new Map<string, Row>();
  private stacks: Record<string, StackRun>;

  constructor(private readonly options: DeploymentOptions) {
    const { steps, surroundings, before, resume = false } = options;
    const all = steps.flatMap(({ stacks }) => stacks);
    this.keys = new Map(all.map((stack) => [stack, new StackTerraform(stack, surroundings).key()]));
    const begun = Object.entries(before?.stacks ?? {}).filter(([stack]) => resume || !all.includes(stack));
    this.stacks = Object.fromEntries(begun);
  }

  /** Stacks that are still to be deployed. */
  get waiting(): number {
    return [...this.keys].filter(([stack, key]) => !isFinished(this.stacks[stack], key)).length;
  }

  /** Where each stack's log is. */
  get logFolder(): string {
    return join(workFolder(this.options.root), "logs", this.options.run);
  }

  /** Deploys until all is done or a stack fails; returns a row for each stack, in the order of the steps. */
  async deploy(progress: FleetProgress): Promise<Row[]> {
    const { steps } = this.options;
    mkdirSync(this.logFolder, { recursive: true });
    let open = true;
    for (const { name, stacks, concurrency } of steps) {
      const todo = stacks.filter((stack) => !isFinished(this.stacks[stack], this.key(stack)));
      for (const stack of stacks) {
        this.rows.set(stack, {
          step: name,
          stack,
          status: todo.includes(stack) ? "not started" : "done before",
        });
      }
      if (open) open = await inPool(todo, concurrency, (stack) => this.deployOne(name, stack, progress));
    }
    return [...this.rows.values()];
  }

  private async deployOne(step: string, stack: string, progress: FleetProgress): Promise<boolean> {
    const { surroundings, approvals, root } = this.options;
    if (surroundings.processes.stopping) return false;
    const logFile = join(this.logFolder, `${stack}.log`);
    const start = performance.now();
    progress.begin(stack);
    this.record(stack, { key: this.key(stack), status: "running" });
    const { status, message } = this.isAsConfirmed(stack)
      ? await deployStack(stack, surroundings, approvals, logFile)
      : CHANGED;
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const empty = GOES_ON.has(status) && new StackTerraform(stack, surroundings).isEmpty();
    this.record(stack, { key: this.key(stack), status, seconds, ...(empty && { empty }) });
    const log = relative(root, logFile);
    this.rows.set(stack, { step, stack, status, seconds, log, ...(message !== undefined && { message }) });
    // The summary says why, once for all that it stopped.
    progress.end(stack, status, message !== undefined);
    return GOES_ON.has(status);
  }

  /** Whoever synthesises meanwhile, `npm run synth` for one, would have something applied that nobody has seen. */
  private isAsConfirmed(stack: string): boolean {
    return new StackTerraform(stack, this.options.surroundings).key() === this.key(stack);
  }

  private record(stack: string, entry: StackRun): void {
    const { file, run, selection } = this.options;
    this.stacks = { ...this.stacks, [stack]: entry };
    file.write({ run, selection, stacks: this.stacks });
  }

  private key(stack: string): string {
    const key = this.keys.get(stack);
    if (key === undefined) throw new Error(`${stack} is in no step`);
    return key;
  }
}
