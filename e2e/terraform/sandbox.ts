import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../app";
import { loadFleet } from "../../fleet/load";
import type { Fleet } from "../../fleet/types";
import { allStackNames } from "../../lib/names";
import { inParallel } from "./processes";
import { REPOSITORY, type Providers } from "./providers";
import { Stack } from "./stack";
import { WIDTH } from "./terraform";

export type Json = Record<string, unknown>;

/** The same tenant in another account, with a registry of its own there. */
export const inAccount = (accountId: string, tenant: Json): Json =>
  JSON.parse(JSON.stringify(tenant).replaceAll(String(tenant.accountId), accountId)) as Json;

const roots: string[] = [];

/** A folder for one test file; `removeFolders` takes it away. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tenantscope-terraform-")));
  roots.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of roots.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A copy of the example fleet in a folder of its own, where it is edited, synthesised and applied. */
export class Sandbox {
  readonly root = temporaryFolder();
  private fleetOfLastSynth: Fleet | undefined;
  private readonly stacks = new Map<string, Stack>();

  constructor(private readonly providers: Providers) {
    cpSync(join(REPOSITORY, "central.json"), join(this.root, "central.json"));
    cpSync(join(REPOSITORY, "tenants"), join(this.root, "tenants"), { recursive: true });
  }

  /** The fleet as of the last `synth`. */
  get fleet(): Fleet {
    if (this.fleetOfLastSynth === undefined) throw new Error("synth() first");
    return this.fleetOfLastSynth;
  }

  private file(name: string): string {
    return join(this.root, name === "central" ? "central.json" : join("tenants", `${name}.json`));
  }

  read(name: string): Json {
    return JSON.parse(readFileSync(this.file(name), "utf8")) as Json;
  }

  /** `name` is a tenant's, or `central`. */
  write(name: string, document: Json): void {
    writeFileSync(this.file(name), JSON.stringify(document, null, 2));
  }

  edit(name: string, change: Json): void {
    this.write(name, { ...this.read(name), ...change });
  }

  remove(tenant: string): void {
    rmSync(this.file(tenant));
  }

  /** Reads the files, writes all stacks and returns them in the order in which they can be applied. */
  synth(): Stack[] {
    const outdir = join(this.root, "cdktf.out");
    mkdirSync(outdir, { recursive: true });
    this.fleetOfLastSynth = loadFleet(this.root);
    buildApp(this.fleetOfLastSynth, { outdir }).synth();
    return allStackNames(this.fleetOfLastSynth).map((name) => this.stack(name));
  }

  /** The same object for the same name. */
  stack(name: string): Stack {
    const known = this.stacks.get(name);
    if (known !== undefined) return known;
    const stack = new Stack(name, join(this.root, "cdktf.out", "stacks", name), this.providers.env);
    this.stacks.set(name, stack);
    return stack;
  }

  /** Several at a time, but for the registry's plugin cache: two may not write to it at once. */
  async init(stacks: readonly Stack[]): Promise<void> {
    await inParallel(stacks, this.providers.simulated ? WIDTH : 1, (stack) => stack.init());
  }
}
