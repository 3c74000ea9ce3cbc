import { cpSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { REPOSITORY } from "./providers";

const NOT_COPIED = new Set(["node_modules", ".git", "build", "cdktf.out", "coverage", ".terraform"]);

/** The repository as a clone of it would be: without what was installed, built or applied in it. */
const isSource = (path: string): boolean =>
  path === REPOSITORY || !(NOT_COPIED.has(basename(path)) || basename(path).includes(".tfstate"));

/** Copies the repository to an empty or a new folder, with the dependencies of the original. */
export function copyRepository(folder: string): void {
  cpSync(REPOSITORY, folder, { recursive: true, filter: isSource });
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
}
