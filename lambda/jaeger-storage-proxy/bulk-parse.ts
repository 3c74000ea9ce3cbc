import { createHash } from "node:crypto";
import { object, oneOf, text } from "./grammar";
import { isWritable, type OwnIndices } from "./indices";
import { lines, parseJson } from "./json";
import { denied, malformed } from "./refusal";

/** One document of a bulk request. */
export interface BulkAction {
  readonly operation: "index" | "create";
  readonly index: string;
  readonly id: string;
  /** The id is made from the document: whatever has it in that index is the same document. */
  readonly isIdOfContent: boolean;
  /** What is forwarded: the action's line and the document's, each with its newline. */
  readonly bytes: Buffer;
  /** Why it is not forwarded though its index is the owner's. */
  readonly refused?: string;
}

export interface BulkRules {
  readonly own: OwnIndices;
  /** Days before today whose indices may be written. */
  readonly pastDays: number;
  readonly now: number;
}

/** Of an action's line; OpenSearch's longest id has 512 bytes. */
const MAX_LINE = 2048;
const BRACE = 0x7b;
const NEWLINE = Buffer.from("\n");

const target = object({ _index: text, _id: text }, "_index");
const action = oneOf({ index: target, create: target });

/**
 * Reads a bulk request: actions and documents in turns, since `delete` and `update`, which break the turns, are not
 * allowed. Action lines are written anew, so what was checked is what OpenSearch reads. Documents are forwarded byte for
 * byte: nothing in them can name an index, and parsing would change long numbers.
 *
 * An action without an id gets one made from the index and the document. OpenSearch would make a random one, and every
 * repetition, by this proxy or by Jaeger after an answer that got lost, would store the span once more.
 * @throws Refusal of the whole request when it is malformed, or names what is not the owner's
 */
export function parseBulk(body: Buffer, rules: BulkRules): BulkAction[] {
  const all = lines(body);
  if (all.length === 0 || all.length % 2 !== 0) throw malformed("every action needs its document");
  const actions: BulkAction[] = [];
  for (let line = 0; line < all.length; line += 2) {
    const [head, document] = [all[line], all[line + 1]];
    if (head === undefined || document === undefined) continue;
    actions.push(parseAction(head, document, line / 2 + 1, rules));
  }
  return actions;
}

function parseAction(
  head: Buffer,
  document: Buffer,
  number: number,
  { own, pastDays, now }: BulkRules,
): BulkAction {
  const at = `action ${number}`;
  if (head.length > MAX_LINE) throw denied(`${at} is longer than ${MAX_LINE} bytes`);
  const parsed = parseJson(head, at);
  action(parsed, at);
  const [[operation, { _index: index, _id }]] = Object.entries(parsed as object) as [
    ["index" | "create", { _index: string; _id?: string }],
  ];
  if (!own.takes(index)) {
    throw denied(`${at}: the index must be ${own.prefix}jaeger-span-YYYY-MM-DD, or of services`);
  }
  if (document[0] !== BRACE) throw malformed(`the document of ${at} is not an object`);
  const isIdOfContent = _id === undefined || _id === "";
  const id = isIdOfContent ? contentId(index, document) : _id;
  const line = Buffer.from(`${JSON.stringify({ [operation]: { _index: index, _id: id } })}\n`);
  return {
    operation,
    index,
    id,
    isIdOfContent,
    bytes: Buffer.concat([line, document, NEWLINE]),
    ...(isWritable(index, pastDays, now)
      ? {}
      : { refused: `the day of the index is not within ${pastDays} days` }),
  };
}

/** 160 bits of SHA-256: the same document in the same index, and no other. */
function contentId(index: string, document: Buffer): string {
  return createHash("sha256").update(`${index}\n`).update(document).digest("base64url").slice(0, 27);
}

/**
 * Cuts a list into parts of at most `limit` bytes, in order. An action longer than that is a part of its own: OpenSearch
 * says whether it is too long.
 */
export function splitBySize<T extends { readonly bytes: Buffer }>(
  actions: readonly T[],
  limit: number,
): T[][] {
  const parts: T[][] = [];
  let size = Infinity;
  for (const one of actions) {
    if (size + one.bytes.length > limit) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(one);
    size += one.bytes.length;
  }
  return parts;
}
