import { denied, malformed } from "./refusal";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Deeper than any query that Jaeger makes; it bounds every recursion over what was parsed. */
const MAX_DEPTH = 48;

/**
 * Parses JSON. Of a key that occurs twice the last one counts here and perhaps not in OpenSearch: so nothing that was
 * checked is forwarded as it came, but written again from what was parsed.
 * @throws Refusal when it is no JSON in UTF-8, or nested too deep
 */
export function parseJson(bytes: Buffer, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch {
    throw malformed(`${what} is not JSON`);
  }
  requireShallow(value, what);
  return value;
}

function requireShallow(root: unknown, what: string): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw denied(`${what} is nested deeper than ${MAX_DEPTH} levels`);
    level = level.flatMap((value): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
}

/** The lines of newline-delimited JSON. The last one may lack its newline. An empty line is one, which no parser takes. */
export function lines(body: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(0x0a, start);
    const end = newline < 0 ? body.length : newline;
    found.push(body.subarray(start, end));
    start = end + 1;
  }
  return found;
}
