import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { IManifest, StackManifest } from "cdktf";
import { UserError } from "../lib/errors";
import type { Written } from "./synth-stacks";

const STACKS = "stacks";
const MANIFEST = "manifest.json";

/** What CDKTF writes into a stack's folder; all else in it is Terraform's or the user's and stays. */
const SYNTHESISED = ["cdk.tf.json", "cdk.tf", "metadata.json", "assets"];

/** Folders of runs that have not finished: prefix, process id, random end. */
const PRIVATE = /^\.synth-(\d+)-/;

/** CDKTF's output folder. Everything is written to a private folder first and moved into place when all of it is there. */
export class SynthOutput {
  /** Where this run may write; gone after `commit` and `discard`. On the same file system, so that moving is atomic. */
  readonly privateFolder: string;
  private readonly made: boolean;

  constructor(private readonly outdir: string) {
    this.made = mkdirSync(outdir, { recursive: true }) !== undefined;
    this.clearStale();
    this.privateFolder = mkdtempSync(join(outdir, `.synth-${process.pid}-`));
  }

  /** The manifest of the last run, if there was one. Throws a `UserError` when it cannot be read. */
  static manifest(outdir: string): IManifest | undefined {
    const path = join(outdir, MANIFEST);
    if (!existsSync(path)) return undefined;
    try {
      const { version, stacks } = JSON.parse(readFileSync(path, "utf8")) as Partial<IManifest>;
      if (typeof version === "string" && typeof stacks === "object") return { version, stacks };
    } catch {
      // Said below.
    }
    throw new UserError(`${path} is not a manifest of CDKTF's; delete it and synthesise the whole fleet`);
  }

  /**
   * Puts the stacks into place. `kept` are the manifest's entries of stacks that stay as they are; without it the stacks
   * are the whole fleet, and any other goes.
   */
  commit({ version, stacks }: Written, kept?: Readonly<Record<string, StackManifest>>): void {
    for (const { folder, manifest } of stacks)
      this.replace(folder, join(this.outdir, manifest.workingDirectory));
    const written = stacks.map(({ manifest }) => [manifest.name, manifest] as const);
    const entries = { ...kept, ...Object.fromEntries(written) };
    const manifest = join(this.privateFolder, MANIFEST);
    writeFileSync(manifest, manifestText({ version, stacks: entries }));
    renameSync(manifest, join(this.outdir, MANIFEST));
    if (kept === undefined) this.removeGone(new Set(Object.keys(entries)));
    rmSync(this.privateFolder, { recursive: true });
  }

  /** Leaves everything as it was before this run. */
  discard(): void {
    rmSync(this.privateFolder, { recursive: true, force: true });
    if (this.made && readdirSync(this.outdir).length === 0) rmdirSync(this.outdir);
  }

  private replace(from: string, to: string): void {
    if (!existsSync(to)) {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
      return;
    }
    const files = readdirSync(from);
    for (const file of SYNTHESISED) {
      // A folder cannot be renamed onto one that is not empty; a file is replaced in one step.
      if (!files.includes(file) || file === "assets")
        rmSync(join(to, file), { recursive: true, force: true });
    }
    for (const file of files) {
      if (!sameFile(join(from, file), join(to, file))) renameSync(join(from, file), join(to, file));
    }
  }

  /** CDKTF itself leaves the folders of stacks that are gone, where `terraform` still finds their configuration. */
  private removeGone(present: ReadonlySet<string>): void {
    const folder = join(this.outdir, STACKS);
    for (const name of readdirSync(folder)) {
      const stack = join(folder, name);
      const isStack = ["cdk.tf.json", "cdk.tf"].some((file) => existsSync(join(stack, file)));
      if (isStack && !present.has(name)) rmSync(stack, { recursive: true });
    }
  }

  /** Removes what killed runs have left. */
  private clearStale(): void {
    for (const name of readdirSync(this.outdir)) {
      const pid = PRIVATE.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(this.outdir, name), { recursive: true });
    }
  }
}

/** A file that stays the same stays untouched; a renaming onto it would wait for the disk. */
function sameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return (
    first?.isFile() === true &&
    second?.isFile() === true &&
    first.size === second.size &&
    readFileSync(a).equals(readFileSync(b))
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** JSON as CDKTF writes it: keys in order, empty lists and objects over two lines. The manifest has no undefined values. */
function manifestText(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item: unknown) => manifestText(item, inner))
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}: ${manifestText(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${items.map((item) => `\n${inner}${item}`).join(",")}\n${indent}${close}`;
}
