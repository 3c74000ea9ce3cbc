import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of the nearest package.json, upwards from this file. The program runs from its sources in tests and from
 * one file below `build/` otherwise, in a thread or not, and its working directory is that of the fleet.
 */
export function repositoryRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error(`there is no package.json in or above ${from}`);
  }
}
