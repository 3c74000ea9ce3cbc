import { accessSync, constants, existsSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../lib/errors";
import type { Output } from "./command";
import { cannotWrite, replaceFile } from "./write-file";

/**
 * Throws a `UserError` when a result could not be written there: said before the work for it, not after. Folders are
 * not made: a name with a typing error would become one.
 */
export function checkOutput(file: string | undefined): void {
  if (file === undefined) return;
  const folder = dirname(file);
  const kind = statOf(folder, file);
  if (kind === undefined)
    throw new UserError(`${folder} does not exist, make the folder or choose another one`);
  if (!kind.isDirectory())
    throw new UserError(`${folder} is not a folder, choose another place for the file`);
  const before = statOf(file, file);
  if (before?.isDirectory()) throw new UserError(`${file} is a folder, name a file in it`);
  // A device would be replaced, too.
  if (before?.isFile() === false) throw new UserError(`${file} is not a file, choose another name`);
  try {
    accessSync(folder, constants.W_OK);
    if (before !== undefined) accessSync(file, constants.W_OK);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Undefined where there is nothing. */
function statOf(path: string, file: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw cannotWrite(file, error);
  }
}

/** A result goes to standard output, or in one step to a file, which is then named on standard error. */
export function writeResult(text: string, file: string | undefined, output: Output): void {
  if (file === undefined) {
    output.out(text);
    return;
  }
  const isNew = !existsSync(file);
  replaceFile(file, text);
  output.err(`${isNew ? "wrote" : "replaced"} ${file}\n`);
}
