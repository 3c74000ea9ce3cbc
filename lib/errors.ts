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
const MAX_POINTER_LENGTH = 200;
/** Of what is said, which may quote a part of a value. */
const MAX_TEXT_LENGTH = 600;

/** What a terminal acts upon, hides or turns around instead of showing it, and halves of characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text on one line, what cannot be seen as `\u202e`. */
const visible = (text: string): string =>
  text.replace(
    INVISIBLE,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return cut(text, MAX_VALUE_LENGTH);
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}...` : text;

/** `tenants/acme.json:12:7 /services/0/port must be integer (got "8080"), write it without quotes` */
export function formatProblem(problem: Problem): string {
  const place =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const pointer = problem.pointer === "" ? "" : ` ${cut(problem.pointer, MAX_POINTER_LENGTH)}`;
  const got = problem.value === undefined ? "" : ` (got ${shown(problem.value)})`;
  const message = cut(problem.message, MAX_TEXT_LENGTH);
  const remedy = cut(problem.remedy, MAX_TEXT_LENGTH);
  return visible(`${place}${pointer} ${message}${got}, ${remedy}`);
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
