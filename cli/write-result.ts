import type { Output } from "./command";
import { replaceFile } from "./write-file";

/** A result goes to standard output, or in one step to a file, which is then named on standard error. */
export function writeResult(text: string, file: string | undefined, output: Output): void {
  if (file === undefined) {
    output.out(text);
    return;
  }
  replaceFile(file, text);
  output.err(`wrote ${file}\n`);
}
