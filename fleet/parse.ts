import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Problem } from "../lib/errors";
import { Document, pointerOf } from "./document";

const BYTE_ORDER_MARK = "\uFEFF";

/** As a key it would change what an object is instead of what it holds. */
const PROTOTYPE = "__proto__";

/** Far more than any schema needs, and far less than what overflows the stack of a recursive function. */
const MAX_DEPTH = 50;

/** Strict JSON: no comments, no trailing commas, no key twice. `document.value` is undefined when the text is not JSON. */
export function parseJson(file: string, bytes: Uint8Array): { document: Document; problems: Problem[] } {
  const text = decode(bytes);
  if (text === undefined) {
    return notJson(file, "", 0, "is not UTF-8 text", "save the file in UTF-8");
  }
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return notJson(file, text, 0, "begins with a byte order mark", "save the file in UTF-8 without it");
  }
  if (text.trim() === "") {
    return notJson(file, text, 0, "is empty", "write a JSON object: { ... }");
  }
  const clean = parseClean(text);
  if (clean !== undefined) return { document: new Document(file, text, clean), problems: [] };
  const errors: ParseError[] = [];
  const twice: Twice[] = [];
  let root: Node | undefined;
  let syntax: ReturnType<typeof describeErrors>;
  let value: unknown;
  try {
    root = parseTree(text, errors, { disallowComments: true });
    syntax = describeErrors(text, errors);
    value = root && !syntax.broken ? toValue(root, [], twice) : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the parser is recursive
    return notJson(file, text, 0, "is nested too deeply", "write it as the schema says");
  }
  const document = new Document(file, text, value, root);
  const problems = syntax.found.map(({ offset, message, remedy }) => ({
    file,
    ...document.position(offset),
    pointer: "",
    message,
    remedy,
  }));
  for (const { node, path } of twice) {
    const place = { file, ...document.position(node.offset), pointer: pointerOf(...path) };
    if (path.at(-1) !== PROTOTYPE) {
      problems.push({ ...place, message: "is there more than once", remedy: "remove one of them" });
    } else {
      problems.push({ ...place, message: "is not a key that a file may have", remedy: "remove it" });
    }
  }
  return { document, problems };
}

/** The value of a text without any mistake, the fast way; undefined when there may be one. */
function parseClean(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // JSON.parse keeps the last of equal keys: then the text has more keys than the value.
  const keys = text.match(/"(?:[^"\\]|\\.)*"\s*:/g)?.length ?? 0;
  return keys === countKeys(value, 0) ? value : undefined;
}

/** How many keys the objects inside `value` have together; NaN when something is not for the fast way. */
function countKeys(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > MAX_DEPTH) return NaN;
  let count = 0;
  for (const [key, item] of Object.entries(value)) {
    if (key === PROTOTYPE) return NaN;
    count += (Array.isArray(value) ? 0 : 1) + countKeys(item, depth + 1);
  }
  return count;
}

interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  readonly remedy: string;
}

interface Twice {
  readonly node: Node;
  readonly path: readonly (string | number)[];
}

function notJson(file: string, text: string, offset: number, message: string, remedy: string) {
  const document = new Document(file, text, undefined);
  return { document, problems: [{ file, ...document.position(offset), pointer: "", message, remedy }] };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text; // UTF-16 without a byte order mark
  } catch {
    return undefined;
  }
}

/**
 * What the parser complains about, as a person would say it. Comments and trailing commas leave no doubt about the rest,
 * so all of them are told; after any other mistake the parser guesses, so only the first one is.
 */
function describeErrors(text: string, errors: readonly ParseError[]) {
  const found: SyntaxProblem[] = [];
  const commas = new Set<number>();
  for (const { error: code, offset, length } of errors) {
    const error = printParseErrorCode(code);
    const comma = trailingComma(text, error, offset);
    if (comma !== undefined) {
      if (!commas.has(comma)) {
        commas.add(comma);
        found.push({ offset: comma, message: "has a comma after the last item", remedy: "remove the comma" });
      }
    } else if (error === "InvalidCommentToken") {
      found.push({ offset, message: "has a comment, which JSON does not allow", remedy: "remove it" });
    } else {
      found.push(describe(text, error, offset, length));
      return { found, broken: true };
    }
  }
  return { found, broken: false };
}

/** Offset of the comma when the parser stumbled over `,}` or `,]`. */
function trailingComma(text: string, error: string, offset: number): number | undefined {
  if (error !== "PropertyNameExpected" && error !== "ValueExpected") return undefined;
  if (text[offset] !== "}" && text[offset] !== "]") return undefined;
  const before = text.slice(0, offset).trimEnd();
  if (!before.endsWith(",")) return undefined;
  const item = before.slice(0, -1).trimEnd().at(-1);
  return item === undefined || "[{,:".includes(item) ? undefined : before.length - 1;
}

function describe(text: string, error: string, offset: number, length: number): SyntaxProblem {
  const token = text.slice(offset, offset + Math.min(length, 20));
  const shown = token.startsWith('"') ? token : `"${token}"`;
  const after = text.slice(offset + length).trimStart();
  const say = (message: string, remedy: string): SyntaxProblem => ({ offset, message, remedy });
  const noKey = () => say(`has ${shown} where a key should be`, "write keys in double quotes");
  if (offset >= text.length)
    return say("ends too early", "check that every { [ and quotation mark is closed");
  if (token.startsWith("'")) return say("has text in single quotes", "write it in double quotes");
  if (token === ",") return say("has a comma too many", "remove it");
  if (/^\d/.test(token) && text[offset - 1] === "0")
    return say("has a number that begins with 0", "remove the 0");
  switch (error) {
    case "CommaExpected":
      return say(`has ${shown} where a comma should be`, "put a comma between two items");
    case "ColonExpected":
      return say(`has ${shown} where a colon should be`, 'write "key": value');
    case "PropertyNameExpected":
      return noKey();
    case "UnexpectedEndOfString":
      return say("has text that does not end on its line", 'close it with " or write line breaks as \\n');
    case "InvalidEscapeCharacter":
    case "InvalidUnicode":
      return say("has a backslash that begins no escape of JSON", "write a backslash as \\\\");
    case "InvalidCharacter":
      return say("has a control character inside text", "write it as an escape such as \\t or \\n");
    case "EndOfFileExpected":
      return say("has something after its end", "keep one JSON object per file");
    default:
      if (error === "InvalidSymbol" && after.startsWith(":")) return noKey();
      return say(
        `has ${shown} where a value should be`,
        "write text in double quotes, a number, true, false, { ... } or [ ... ]",
      );
  }
}

/** The plain value of a tree without errors; collects keys that stand twice in one object. */
function toValue(node: Node, path: (string | number)[], twice: Twice[]): unknown {
  if (path.length > MAX_DEPTH) throw new RangeError("nested too deeply");
  const children = node.children ?? [];
  if (node.type === "array") return children.map((child, index) => toValue(child, [...path, index], twice));
  if (node.type !== "object") return node.value as unknown;
  const result: Record<string, unknown> = {};
  for (const { children: pair } of children) {
    const [keyNode, valueNode] = pair ?? [];
    if (!keyNode || !valueNode) continue;
    const key = String(keyNode.value);
    const keyPath = [...path, key];
    if (key === PROTOTYPE || Object.hasOwn(result, key)) twice.push({ node: keyNode, path: keyPath });
    else result[key] = toValue(valueNode, keyPath, twice);
  }
  return result;
}
