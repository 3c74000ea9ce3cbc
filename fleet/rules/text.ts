import type { Problem } from "../../lib/errors";
import { type Document, pointerOf } from "../document";
import type { Rule } from "./rule";

// eslint-disable-next-line no-control-regex -- finding them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
// eslint-disable-next-line no-control-regex -- finding them is the point
const CONTROL_BUT_SPACE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
/** Half of a pair: JSON can spell it, UTF-8 cannot. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** How CDKTF marks a reference inside text: it would put something else in its place, or stop when there is nothing. */
const CDKTF_REFERENCE = /[$#&]\{TfToken\[/;

/** Where text goes to a process as it is, so that line breaks and tabs may mean something. */
const TAKES_LINES = /\/(environment\/[^/]+|(command|entryPoint)\/\d+)$/;

/** What a file with such text must contain: the parser refuses most control characters unless they are written as escapes. */
const MAYBE = /\\[bfnrtu]|[\u007f-\u009f\u2028\u2029]|TfToken/u;

/** Every text of a file can be written to Terraform, YAML and a terminal. */
export const textIsPrintable: Rule = ({ central, tenants }) =>
  [central, ...tenants].flatMap(({ document }) =>
    MAYBE.test(document.text) ? unprintable(document, document.value, "") : [],
  );

function unprintable(document: Document, value: unknown, pointer: string): Problem[] {
  if (typeof value === "string") {
    const wrong = whatIsWrong(value, TAKES_LINES.test(pointer) ? CONTROL_BUT_SPACE : CONTROL);
    return wrong === undefined
      ? []
      : [document.problem(pointer, { message: `has ${wrong}`, remedy: "remove it" })];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = pointer + pointerOf(key);
    const wrong = whatIsWrong(key, CONTROL);
    const problem = { message: `has ${wrong ?? ""} in its key`, remedy: "remove it" };
    return [
      ...(wrong === undefined ? [] : [document.problem(at, problem, "key")]),
      ...unprintable(document, item, at),
    ];
  });
}

function whatIsWrong(text: string, control: RegExp): string | undefined {
  if (control.test(text)) return "a control character";
  if (CDKTF_REFERENCE.test(text)) return "a reference of CDKTF's own";
  return LONE_SURROGATE.test(text) ? "half a character (a lone surrogate)" : undefined;
}
