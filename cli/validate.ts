import { formatProblem, type Problem } from "../lib/errors";
import { compareWithPast } from "../fleet/diff";
import { readPastFleet } from "../fleet/history";
import { inOrder, readFleet } from "../fleet/read";

export interface ValidateOptions {
  /** Folder of `central.json` and `tenants/`. */
  readonly root: string;
  /** Git revision of what is deployed. */
  readonly base?: string;
}

/** Where the command writes; the process's own streams outside of tests. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Checks the fleet and says what it found. Returns the exit status: 0 when it is valid, 1 when not. */
export function validate({ root, base }: ValidateOptions, { out, err }: Output): number {
  const reading = readFleet(root);
  const past = base === undefined ? undefined : readPastFleet(root, base);
  const comparison = past && compareWithPast(past, reading.view, base ?? "");
  const problems = inOrder([...reading.problems, ...(comparison?.problems ?? [])]);
  const warnings = [...reading.warnings, ...inOrder(comparison?.warnings ?? []).map(formatProblem)];
  err(warnings.map((warning) => `warning: ${warning}\n`).join(""));
  if (problems.length === 0) {
    out(
      `${count(reading.view.tenants.length, "tenant")} ${reading.view.tenants.length === 1 ? "is" : "are"} valid\n`,
    );
    return 0;
  }
  err(`${problems.map(formatProblem).join("\n")}\n\n${summary(problems)}\n`);
  return 1;
}

function summary(problems: readonly Problem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${count(problems.length, "problem")} in ${count(files, "file")}`;
}

const count = (number: number, thing: string): string =>
  `${String(number)} ${thing}${number === 1 ? "" : "s"}`;
