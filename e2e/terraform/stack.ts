import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { run, succeeds, type Finished } from "./processes";
import { withoutToken } from "./token";

export type Action = "create" | "update" | "replace" | "delete" | "read" | "move";

export type Changes = Readonly<Record<string, Action>>;

export interface Plan {
  /** Address -> action, of everything that would change; the address of an output is `output.<name>`. */
  readonly changes: Changes;
  readonly sensitiveOutputs: readonly string[];
}

export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** Name of the provider that made it, such as `aws`. */
  readonly provider: string;
  /** Alias of that provider; the stack's default one when absent. */
  readonly alias?: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Addresses of what it depends on, directly or not. */
  readonly dependencies: readonly string[];
}

export interface State {
  /** Without data sources. */
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface PlanLine {
  readonly type: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: Action };
  readonly outputs?: Readonly<
    Record<string, { readonly sensitive: boolean; readonly action: Action | "noop" }>
  >;
}

interface StateFile {
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: "managed" | "data";
    readonly type: string;
    readonly name: string;
    readonly provider: string;
    readonly instances: readonly {
      readonly attributes: Readonly<Record<string, unknown>>;
      readonly dependencies?: readonly string[];
    }[];
  }[];
}

interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { readonly summary: string }[];
}

interface PlanFile {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly after: unknown; readonly after_sensitive: unknown };
  }[];
}

/** Paths of the values that `marks` (the same shape with `true` for a value) marks and that are there. */
function marked(values: unknown, marks: unknown, path: string): string[] {
  if (values === null || values === undefined) return [];
  if (marks === true) return [path];
  if (marks === null || typeof marks !== "object") return [];
  return Object.entries(marks).flatMap(([key, inner]) =>
    marked((values as Record<string, unknown>)[key], inner, `${path}.${key}`),
  );
}

const PLAN_FILE = "plan";

function toState(file: string): State {
  const { resources, outputs } = JSON.parse(file) as StateFile;
  return {
    resources: resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ type, name, provider, instances }) =>
        instances.map(({ attributes, dependencies = [] }) => ({
          address: `${type}.${name}`,
          type,
          name,
          provider: /\/(\w+)"\]/.exec(provider)?.[1] ?? provider,
          alias: /\]\.(\w+)$/.exec(provider)?.[1],
          values: attributes,
          dependencies,
        })),
      ),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  };
}

/** Terraform in the folder of one synthesised stack. Every method throws what Terraform printed when it fails. */
export class Stack {
  private lastState: Promise<State> | undefined;
  /** What the last plan was made from, if it was empty. */
  private settled: string | undefined;

  constructor(
    readonly name: string,
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** The same environment in another folder. */
  at(folder: string): Stack {
    return new Stack(basename(folder), folder, this.env);
  }

  /** The configuration as CDKTF wrote it. */
  get text(): string {
    return readFileSync(join(this.folder, "cdk.tf.json"), "utf8");
  }

  /** Runs any command and returns what came of it, whether it failed or not. None may print the token. */
  async run(...args: string[]): Promise<Finished> {
    const [command = "", ...options] = args;
    const running = run("terraform", [command, "-no-color", ...options], {
      cwd: this.folder,
      env: this.env,
    });
    return withoutToken(await running);
  }

  async init(...options: string[]): Promise<void> {
    await succeeds(this.run("init", ...options));
  }

  /** Kinds of what is wrong, each once; empty for a valid stack. */
  async validate(): Promise<string[]> {
    const { stdout } = await succeeds(this.run("validate", "-json"), [0, 1]);
    const { valid, diagnostics } = JSON.parse(stdout) as Validation;
    const summaries = [...new Set(diagnostics.map(({ summary }) => summary.replace(/:.*/s, "")))].sort();
    if (valid !== (summaries.length === 0)) throw new Error(`${this.name}: ${stdout}`);
    return summaries;
  }

  /** Plans and keeps the plan for `apply`. */
  async plan(): Promise<Plan> {
    const planning = this.run("plan", "-json", "-detailed-exitcode", `-out=${PLAN_FILE}`);
    const { code, stdout, command } = await succeeds(planning, [0, 2]);
    const lines = stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as PlanLine);
    const outputs = lines.flatMap((line) =>
      line.type === "outputs" ? Object.entries(line.outputs ?? {}) : [],
    );
    const changes = [
      ...lines.flatMap(({ type, change }) =>
        type === "planned_change" && change !== undefined
          ? [[change.resource.addr, change.action] as const]
          : [],
      ),
      ...outputs.flatMap(([name, { action }]) =>
        action === "noop" ? [] : [[`output.${name}`, action] as const],
      ),
    ];
    // Terraform's own verdict has to agree with what was read from its messages.
    if ((changes.length === 0) !== (code === 0)) {
      throw new Error(`\`${command}\` exited with ${code} but printed:\n${stdout}`);
    }
    this.settled = changes.length === 0 ? this.inputs() : undefined;
    return {
      changes: Object.fromEntries(changes),
      sensitiveOutputs: outputs.filter(([, { sensitive }]) => sensitive).map(([name]) => name),
    };
  }

  /** Everything that decides what a plan says: the configuration, the own state, and the one that holds the contract. */
  private inputs(): string {
    const states = [this.name, "central"]
      .map((name) => join(this.folder, "../../..", `terraform.${name}.tfstate`))
      .map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
    return JSON.stringify([this.text, ...states]);
  }

  /** What a plan would change. Plans, unless the last plan was empty and would be made from the same, byte for byte. */
  async changes(): Promise<Changes> {
    return this.settled === this.inputs() ? {} : (await this.plan()).changes;
  }

  /**
   * What the kept plan hides from its reader: `address.path` of every value that is marked as sensitive. Only of values
   * that are known; what a provider computes and marks is not when a resource is created.
   */
  async hiddenValues(): Promise<string[]> {
    const { stdout } = await succeeds(this.run("show", "-json", PLAN_FILE));
    const { resource_changes: changes = [] } = JSON.parse(stdout) as PlanFile;
    return changes.flatMap(({ address, change }) => marked(change.after, change.after_sensitive, address));
  }

  /** Applies the kept plan. */
  async apply(): Promise<void> {
    this.lastState = undefined;
    await succeeds(this.run("apply", PLAN_FILE));
  }

  async destroy(): Promise<void> {
    this.lastState = undefined;
    await succeeds(this.run("destroy", "-auto-approve"));
  }

  /** As of the last `apply` or `destroy` of this object, which may be asked many times. */
  state(): Promise<State> {
    this.lastState ??= this.pullState();
    return this.lastState;
  }

  private async pullState(): Promise<State> {
    const pulling = run("terraform", ["state", "pull"], { cwd: this.folder, env: this.env });
    return toState(withoutToken(await succeeds(pulling)).stdout);
  }
}
