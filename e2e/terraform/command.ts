import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeFleet } from "../../bench/generate";
import { run, type Finished } from "./processes";
import { REPOSITORY, type Providers } from "./providers";
import { temporaryFolder, type Json } from "./sandbox";
import { Stack } from "./stack";

/** Among the kinds of generated tenants, the last digits of those with a single plain service. */
const PLAIN = /[0-5]\.json$/;

/** Deliberately looks like a token: it must be in no file. */
export const GRAFANA_TOKEN = "glsa_0123456789abcdefghijklmnopqrstuv_89abcdef";

/** One stack in the JSON that `deploy --json` prints. */
export interface Row {
  readonly stack: string;
  readonly status: string;
  readonly message?: string;
}

/** A generated fleet in a folder of its own, and the `tenantscope` command in it. */
export class CommandFleet {
  readonly root = temporaryFolder();
  private readonly env: NodeJS.ProcessEnv;

  /** @param waves number of tenants by wave, in order */
  constructor(
    private readonly providers: Providers,
    waves: Readonly<Record<string, { readonly tenants: number; readonly concurrency: number }>>,
  ) {
    this.env = { ...providers.env, GRAFANA_AUTH: GRAFANA_TOKEN, NO_COLOR: "1" };
    const entries = Object.entries(waves);
    const wanted = entries.reduce((sum, [, { tenants }]) => sum + tenants, 0);
    writeFleet(this.root, 2 * wanted);
    const folder = join(this.root, "tenants");
    const files = readdirSync(folder).sort();
    const kept = files.filter((file) => PLAIN.test(file)).slice(0, wanted);
    for (const file of files) if (!kept.includes(file)) rmSync(join(folder, file));
    const names = entries.flatMap(([wave, { tenants }]) => Array.from({ length: tenants }, () => wave));
    kept.forEach((file, index) => {
      this.edit(join("tenants", file), { wave: names[index] });
    });
    this.edit("central.json", { waves: entries.map(([name, { concurrency }]) => ({ name, concurrency })) });
  }

  edit(file: string, change: Json): void {
    writeFileSync(join(this.root, file), JSON.stringify({ ...this.read(file), ...change }, undefined, 2));
  }

  read(file: string): Json {
    return JSON.parse(readFileSync(join(this.root, file), "utf8")) as Json;
  }

  /** Names of the tenants' stacks of a wave. */
  stacks(wave: string): string[] {
    return readdirSync(join(this.root, "tenants"))
      .sort()
      .map((file) => this.read(join("tenants", file)))
      .filter((tenant) => tenant.wave === wave)
      .map(({ name }) => `tenant-${String(name)}`);
  }

  private words(args: readonly string[]): string[] {
    return [join(REPOSITORY, "scripts", "run.mjs"), "cli/main.ts", ...args, "--root", this.root];
  }

  tenantscope(...args: string[]): Promise<Finished> {
    return run(process.execPath, this.words(args), { env: this.env, cwd: this.root });
  }

  /** Begins a command, for a test to end it. Kill it in any case. */
  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Finished> } {
    const child = spawn(process.execPath, this.words(args), {
      env: this.env,
      cwd: this.root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    const ended = new Promise<Finished>((resolve) => {
      child.on("close", (code) => {
        resolve({ command: args.join(" "), code: code ?? -1, ...output });
      });
    });
    return { child, ended };
  }

  stack(name: string): Stack {
    return new Stack(name, join(this.root, "cdktf.out", "stacks", name), this.providers.env);
  }

  stateFile(stack: string): string {
    return join(this.root, `terraform.${stack}.tfstate`);
  }

  /** Texts of all logs of a stack, the oldest first. */
  logs(stack: string): string[] {
    const folder = join(this.root, ".tenantscope", "logs");
    return readdirSync(folder)
      .sort()
      .flatMap((one) =>
        readdirSync(join(folder, one)).includes(`${stack}.log`) ? [join(folder, one, `${stack}.log`)] : [],
      )
      .map((file) => readFileSync(file, "utf8"));
  }
}

export const rows = ({ stdout }: Finished): Row[] => (JSON.parse(stdout) as { stacks: Row[] }).stacks;

/** Status -> the stacks that have it, in order. */
export function byStatus(finished: Finished): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const { stack, status } of rows(finished)) (result[status] ??= []).push(stack);
  return result;
}

/** Waits until something is so; throws after two minutes. */
export async function until(what: string, check: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (check()) return;
    await sleep(100);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Kills a command and everything that it has started, as a machine that goes down does. */
export async function killAll(child: ChildProcess): Promise<number> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="], { env: process.env });
  const groups = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === child.pid)
    .map(([pid]) => Number(pid));
  child.kill("SIGKILL");
  for (const group of groups) process.kill(-group, "SIGKILL");
  return groups.length;
}
