import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../lib/errors";

/** Replaces a file, or makes it, in one step: whoever reads it meanwhile sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const fresh = writeBeside(file, text);
  try {
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Makes a file in one step. Throws a `UserError` when there is one of this name already. */
export function createFile(file: string, text: string): void {
  const fresh = writeBeside(file, text);
  try {
    // Unlike a rename, a link never replaces anything.
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UserError(`${file} exists already, edit it or choose another name`);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A hidden file without the name of a tenant's: nothing in the fleet's folder reads it. */
function writeBeside(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = join(dirname(file), `.${basename(file)}.${String(process.pid)}`);
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  writeFileSync(fresh, text, { flush: true, ...(mode !== undefined && { mode }) });
  return fresh;
}
