import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { workFolder } from "./run-state";

/**
 * Terraform's local backend empties the state file before it writes the next version, and takes an empty file for a
 * stack that has nothing. So one that was killed in that moment would make everything a second time. Says what to do
 * then; undefined when the state can be trusted.
 */
export function lostState(root: string, stack: string): string | undefined {
  const file = join(root, `terraform.${stack}.tfstate`);
  if (sizeOf(file) !== 0) return undefined;
  if (sizeOf(`${file}.backup`) > 0) {
    return `${file} is empty: Terraform was killed while it wrote; copy ${file}.backup over it, and import what the last log says was created since`;
  }
  // Whoever plans a new stack leaves an empty file, too: that is no loss.
  if (!hasMade(root, stack)) return undefined;
  return `${file} is empty: Terraform was killed while it wrote; delete it, and import what the logs say was created`;
}

/** -1 for a file that is not there. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? -1;

function hasMade(root: string, stack: string): boolean {
  const logs = join(workFolder(root), "logs");
  if (!existsSync(logs)) return false;
  return readdirSync(logs)
    .map((run) => join(logs, run, `${stack}.log`))
    .some((log) => existsSync(log) && readFileSync(log, "utf8").includes(": Creation complete after "));
}
