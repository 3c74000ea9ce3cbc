import { UserError } from "../lib/errors";
import type { Output } from "./command";
import { replaceFile } from "./write-file";

/** A result goes to standard output, or in one step to a file, which is then named on standard error. */
export function writeResult(text: string, file: string | undefined, output: Output): void {
  if (file === undefined) {
    output.out(text);
    return;
  }
  try {
    replaceFile(file, text);
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${file}: cannot be written (${code}), give --output a file in a folder that you may write to`,
    );
  }
  output.err(`wrote ${file}\n`);
}
