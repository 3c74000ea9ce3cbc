import { formatProblem, type Problem } from "../lib/errors";
import { count } from "../lib/wording";
import { compareWithPast } from "../fleet/diff";
import { readPastFleet } from "../fleet/history";
import { inOrder, readFleet } from "../fleet/read";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";

interface ValidateOptions extends CommandOptions {
  /** Git revision of what is deployed. */
  readonly base?: string;
}

export const registerValidate: Register = (program, run) => {
  addCommand(
    program,
    "validate",
    "check central.json and tenants/*.json; tell every mistake with its place and remedy",
  )
    .option("--base <ref>", "also compare with a git revision, such as origin/main")
    .action((options: ValidateOptions) => run(options, validate));
};

/** Checks the fleet and says what it found. */
export function validate({ root, base, json }: ValidateOptions, { out, err }: Output): number {
  const reading = readFleet(root);
  const past = base === undefined ? undefined : readPastFleet(root, base);
  const comparison = past && compareWithPast(past, reading.view, base ?? "");
  const problems = inOrder([...reading.problems, ...(comparison?.problems ?? [])]);
  const warnings = inOrder([...reading.warnings, ...(comparison?.warnings ?? [])]);
  const status = problems.length === 0 ? 0 : 1;
  if (json) {
    out(`${JSON.stringify({ tenants: reading.view.tenants.length, problems, warnings }, undefined, 2)}\n`);
    return status;
  }
  err(warnings.map((warning) => `warning: ${formatProblem(warning)}\n`).join(""));
  if (status === 0) {
    out(`${validText(reading.view.tenants.length)}\n`);
  } else err(`${problems.map(formatProblem).join("\n")}\n\n${summary(problems)}\n`);
  return status;
}

const validText = (tenants: number): string =>
  tenants === 0
    ? "central.json is valid, and the fleet has no tenant yet"
    : `${count(tenants, "tenant")} ${tenants === 1 ? "is" : "are"} valid`;

function summary(problems: readonly Problem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${count(problems.length, "problem")} in ${count(files, "file")}`;
}
