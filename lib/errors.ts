/** One thing that is wrong in an input file, with everything a person needs to mend it. */
export interface Problem {
  /** Relative to the fleet's root. */
  readonly file: string;
  /** 1-based; absent when the problem is about the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** JSON pointer; "" is the document itself. */
  readonly pointer: string;
  readonly message: string;
  /** The offending value; omitted from the text when undefined. */
  readonly value?: unknown;
  readonly remedy: string;
}

const MAX_VALUE_LENGTH = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}...` : text;
}

/** `tenants/acme.json:12:7 /services/0/port must be integer (got "8080"), write it without quotes` */
export function formatProblem(problem: Problem): string {
  const place =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const pointer = problem.pointer === "" ? "" : ` ${problem.pointer}`;
  const got = problem.value === undefined ? "" : ` (got ${shown(problem.value)})`;
  return `${place}${pointer} ${problem.message}${got}, ${problem.remedy}`;
}

/** A mistake of the user's: the command prints `message` without a stack trace and exits with 1. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** Every problem of a fleet at once. */
export class FleetError extends UserError {
  override readonly name = "FleetError";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}
