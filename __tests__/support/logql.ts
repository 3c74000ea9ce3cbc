import { errorsOf, logql } from "./syntax-trees";

/** Throws when the LogQL expression is not valid. */
export function checkLogql(expression: string): void {
  const wrong = errorsOf(logql.parse(expression), expression);
  if (wrong.length > 0) throw new Error(`${expression}: ${wrong.join("; ")}`);
}
