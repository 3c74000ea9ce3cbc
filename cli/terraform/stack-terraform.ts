import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../lib/errors";
import { explain } from "./failure-text";
import { readPlan, type StackPlan } from "./plan-json";
import { hasProviders, initialise } from "./plugin-cache";
import type { Processes } from "./processes";
import { isRunning } from "./run-state";

/** Terraform could not do it; the message says why in one line. */
export class TerraformFailure extends Error {}

/** What all stacks of a command have together. */
export interface Surroundings {
  readonly processes: Processes;
  /** CDKTF's output folder. */
  readonly outdir: string;
  /** How long to wait for another's lock. HCP Terraform cancels runs that have to wait longer: absent there. */
  readonly lockTimeout?: string;
}

/** Applies exactly the plan that was shown; what has changed since makes it fail. */
type Apply = () => Promise<void>;

const program = (): string => process.env["TERRAFORM_BINARY_NAME"] ?? "terraform";

/** Plans that a killed command has left: process id. They hold values that nobody should find. */
const PLAN_FILE = /^tenantscope-(\d+)\.tfplan$/;

const OVERRIDE = /(^|_)override\.tf(\.json)?$/;

/**
 * Terraform in the folder of one synthesised stack, as `cdktf deploy` runs it there: same folder, same state.
 *
 * Not by way of `cdktf deploy` itself, which makes a new plan when it applies: what the data guard has judged would not
 * be what happens. It also costs about 5 s of processor time and 290 MB for every stack (measured: 10.6 s, of which
 * Terraform's init and apply are 5), where a plan, its reading and its application take 7.3 s and 125 MB together.
 */
export class StackTerraform {
  private readonly folder: string;
  private readonly planFile = `tenantscope-${process.pid}.tfplan`;

  constructor(
    readonly stack: string,
    private readonly surroundings: Surroundings,
    private readonly logFile?: string,
  ) {
    this.folder = join(surroundings.outdir, "stacks", stack);
  }

  /** Hash of the configuration. Throws a `UserError` when the stack is not synthesised. */
  key(): string {
    return createHash("sha256").update(this.configuration()).digest("hex").slice(0, 16);
  }

  /** Whether the configuration has no resource at all, as that of a tenant that is offboarding. */
  isEmpty(): boolean {
    return (JSON.parse(this.configuration()) as { resource?: unknown }).resource === undefined;
  }

  /** Plans, shows the plan to `use`, and takes it away. Throws a {@link TerraformFailure}. */
  async plan<T>(use: (plan: StackPlan, apply: Apply) => Promise<T> | T): Promise<T> {
    this.removeStale();
    await this.init();
    try {
      await this.terraform(["plan", ...this.lock(), `-out=${this.planFile}`]);
      const { stdout } = await this.terraform(["show", "-json", this.planFile], true);
      return await use(readPlan(stdout), async () => {
        await this.terraform(["apply", ...this.lock(), this.planFile]);
      });
    } finally {
      rmSync(join(this.folder, this.planFile), { force: true });
    }
  }

  /** Initialises the folder unless that has been done with the same backend and providers. */
  private async init(): Promise<void> {
    const { terraform } = JSON.parse(this.configuration()) as {
      terraform?: { readonly required_providers?: unknown };
    };
    const wanted = [JSON.stringify(terraform), ...this.overrides()].join("\n");
    // It goes when somebody removes the folder to begin anew.
    const stamp = join(this.folder, ".terraform", "tenantscope-initialised");
    const lockFile = join(this.folder, ".terraform.lock.hcl");
    const before = existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
    if (existsSync(lockFile) && before === wanted && hasProviders(this.folder)) return;
    // The program fixes every version: a lock file of earlier ones would be in the way.
    const upgrade = before === undefined || before === wanted ? [] : ["-upgrade"];
    await initialise(JSON.stringify(terraform?.required_providers), () =>
      this.terraform(["init", ...upgrade]),
    );
    writeFileSync(stamp, wanted);
  }

  /**
   * Contents of the user's files that Terraform takes before what was synthesised, such as the backend of `workspaces`
   * before there is a workspace for it.
   */
  private overrides(): string[] {
    return readdirSync(this.folder)
      .filter((name) => OVERRIDE.test(name))
      .sort()
      .map((name) => readFileSync(join(this.folder, name), "utf8"));
  }

  private configuration(): string {
    const file = join(this.folder, "cdk.tf.json");
    if (!existsSync(file)) throw new UserError(`${file} is missing; run \`npm run synth\``);
    return readFileSync(file, "utf8");
  }

  private lock(): string[] {
    const { lockTimeout } = this.surroundings;
    return lockTimeout === undefined ? [] : [`-lock-timeout=${lockTimeout}`];
  }

  private async terraform(
    [command = "", ...args]: readonly string[],
    quiet = false,
  ): Promise<{ stdout: string }> {
    const { processes } = this.surroundings;
    if (processes.stopping) throw new TerraformFailure("stopped");
    const { code, stdout, output } = await processes.run(program(), [command, "-no-color", ...args], {
      cwd: this.folder,
      quiet,
      ...(this.logFile !== undefined && { logFile: this.logFile }),
    });
    if (code !== 0) throw new TerraformFailure(explain(output, code));
    return { stdout };
  }

  private removeStale(): void {
    for (const name of readdirSync(this.folder)) {
      const pid = PLAN_FILE.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(this.folder, name));
    }
  }
}
