import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Digest } from "./affected-digest";
import { replaceFile } from "./write-file";

/** What the synthesis of an earlier revision depends on, beside the installed packages. */
export interface PastSynthesis {
  /** Folders of the fleet and of the program. */
  readonly root: string;
  readonly program: string;
  /** A full commit id. */
  readonly commit: string;
}

interface Kept {
  readonly key: string;
  readonly stacks: Readonly<Record<string, string>>;
  readonly contract?: string;
}

/** A revision is compared with many times until the next deployment: the last one is kept. */
const fileOf = ({ root }: PastSynthesis): string => join(root, ".tenantscope", "affected.json");

/** What the revision came to when it was last synthesised; undefined when that is not known. */
export function keptDigest(past: PastSynthesis): Digest | undefined {
  const key = keyOf(past);
  if (key === undefined) return undefined;
  try {
    const { stacks, contract, ...kept } = JSON.parse(readFileSync(fileOf(past), "utf8")) as Kept;
    if (kept.key !== key) return undefined;
    return { stacks: new Map(Object.entries(stacks)), ...(contract !== undefined && { contract }) };
  } catch {
    return undefined; // missing, or not what this program writes
  }
}

export function keepDigest(past: PastSynthesis, { stacks, contract }: Digest): void {
  const key = keyOf(past);
  if (key === undefined) return;
  const kept: Kept = { key, stacks: Object.fromEntries(stacks), ...(contract !== undefined && { contract }) };
  try {
    replaceFile(fileOf(past), JSON.stringify(kept));
  } catch {
    // Nothing but time is lost where the folder is for reading only.
  }
}

/** Undefined when it cannot be said which packages are installed. */
function keyOf({ root, program, commit }: PastSynthesis): string | undefined {
  try {
    const packages = readFileSync(join(program, "node_modules", ".package-lock.json"));
    const hash = createHash("sha256").update(packages).digest("hex");
    return [commit, relative(program, root), process.version, hash].join(" ");
  } catch {
    return undefined;
  }
}
