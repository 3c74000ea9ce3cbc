import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../lib/errors";

/** Replaces a file, or makes it, in one step: whoever reads it meanwhile sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const fresh = writeBeside(file, text);
  try {
    renameSync(fresh, file);
  } catch (error) {
    throw cannotWrite(file, error);
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
  const fresh = join(dirname(file), `.${basename(file)}.${String(process.pid)}`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const mode = statSync(file, { throwIfNoEntry: false })?.mode;
    // To put another one in its place needs no right to the file itself.
    if (mode !== undefined) accessSync(file, constants.W_OK);
    write(fresh, text, mode);
  } catch (error) {
    throw cannotWrite(file, error);
  }
  return fresh;
}

/** The user knows the file by its own name. */
export function cannotWrite(file: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new UserError(`${file} cannot be written (${code}), check the rights to it and to its folder`);
}

function write(file: string, text: string, mode: number | undefined): void {
  try {
    writeFileSync(file, text, { flush: true, ...(mode !== undefined && { mode }) });
  } catch (error) {
    rmSync(file, { force: true }); // a full disk leaves half of it
    throw error;
  }
}
