import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackNames } from "../lib/names";
import { contractShape } from "./affected-contract";
import type { StackFolders } from "./affected-synth";

/** What a synthesis came to: as much as it takes to compare it with another. */
export interface Digest {
  /** Name of a stack -> hash of its files. */
  readonly stacks: ReadonlyMap<string, string>;
  /** Shape of the contract; absent without the central stack. */
  readonly contract?: string;
}

export function digestOf(folders: StackFolders): Digest {
  const central = folders.get(stackNames.central);
  return {
    stacks: new Map([...folders].map(([stack, folder]) => [stack, hashOf(folder)])),
    ...(central !== undefined && { contract: contractShape(central) }),
  };
}

/** Equal for folders that hold the same files with the same bytes. */
function hashOf(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${file.slice(folder.length)}\0${String(content.length)}\0`).update(content);
  }
  return hash.digest("hex");
}
