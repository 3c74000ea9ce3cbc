import { formatProblem, type Problem, UserError } from "../lib/errors";
import { count } from "../lib/wording";
import { compareWithPast } from "../fleet/diff";
import { type PastFleet, readPastFleet } from "../fleet/history";
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
  const { past, reason } = pastOf(root, base);
  // Without mistakes in the files, this is all that there is to say.
  if (reason !== undefined && reading.problems.length === 0) throw reason;
  const comparison = past && compareWithPast(past, reading.view, base ?? "");
  const problems = inOrder([...reading.problems, ...(comparison?.problems ?? [])]);
  const warnings = inOrder([...reading.warnings, ...(comparison?.warnings ?? [])]);
  const status = problems.length === 0 ? 0 : 1;
  if (json) {
    out(`${JSON.stringify({ tenants: reading.view.tenants.length, problems, warnings }, undefined, 2)}\n`);
    if (reason !== undefined) err(`${reason.message}\n`);
    return status;
  }
  err(warnings.map((warning) => `warning: ${formatProblem(warning)}\n`).join(""));
  if (status === 0) {
    out(`${validText(reading.view.tenants.length)}\n`);
  } else err(`${problems.map(formatProblem).join("\n")}\n\n${summary(problems)}\n`);
  if (reason !== undefined) err(`${reason.message}\n`);
  return status;
}

/** The fleet of revision `base`, or why there is none. */
function pastOf(
  root: string,
  base: string | undefined,
): { readonly past?: PastFleet; readonly reason?: UserError } {
  if (base === undefined) return {};
  try {
    return { past: readPastFleet(root, base) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { reason: error };
  }
}

const validText = (tenants: number): string =>
  tenants === 0
    ? "central.json is valid, and the fleet has no tenant yet"
    : `${count(tenants, "tenant")} ${tenants === 1 ? "is" : "are"} valid`;

function summary(problems: readonly Problem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  return `${count(problems.length, "problem")} in ${count(files, "file")}`;
}
