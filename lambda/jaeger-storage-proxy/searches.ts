import { flag, object, oneOrMany, text } from "./grammar";
import { type OwnIndices } from "./indices";
import { lines, parseJson } from "./json";
import { denied, malformed } from "./refusal";
import { searchBody } from "./search-grammar";

/** Jaeger asks for at most 1,500 traces at once, one search for each. */
const MAX_SEARCHES = 2000;
/** Indices of one search: more than a year of days. */
const MAX_INDICES = 400;

/**
 * The indices of a search.
 * @throws Refusal unless every one is an exact name of the owner's
 */
export function requireOwn(names: readonly string[], own: OwnIndices): void {
  if (names.length === 0 || names.length > MAX_INDICES)
    throw denied(`1 to ${MAX_INDICES} indices must be named`);
  if (!names.every((name) => own.includes(name))) {
    throw denied(`only indices ${own.prefix}jaeger-<kind>-YYYY-MM-DD by their exact names`);
  }
}

/** @returns the body to forward */
export function checkedSearch(body: Buffer): Buffer {
  const search = parseJson(body, "the body");
  searchBody(search, "the search");
  return Buffer.from(JSON.stringify(search));
}

/** @returns the body to forward: headers and searches in turns */
export function checkedMultiSearch(body: Buffer, own: OwnIndices): Buffer {
  const all = lines(body);
  if (all.length === 0 || all.length % 2 !== 0) throw malformed("every header needs its search");
  if (all.length > 2 * MAX_SEARCHES) throw denied(`at most ${MAX_SEARCHES} searches`);
  const checked = all.map((line, index) => {
    const isHeader = index % 2 === 0;
    const at = `${isHeader ? "header" : "search"} ${Math.floor(index / 2) + 1}`;
    const value = parseJson(line, at);
    if (!isHeader) searchBody(value, at);
    return `${JSON.stringify(isHeader ? checkedHeader(value, at, own) : value)}\n`;
  });
  return Buffer.from(checked.join(""));
}

const oneOrMore = oneOrMany(text);
/** Jaeger 2.13 writes several indices as `indices`, 2.20 as `index`. OpenSearch reads whichever comes last. */
const header = object({ index: oneOrMore, indices: oneOrMore, ignore_unavailable: flag });

/** Without an index the search would be one of all indices. */
function checkedHeader(value: unknown, at: string, own: OwnIndices): object {
  header(value, at);
  const { index, indices, ...rest } = value as Record<"index" | "indices", string | string[] | undefined>;
  if (index !== undefined && indices !== undefined) throw denied(`${at} names its indices twice`);
  const names = [index ?? indices ?? []].flat();
  requireOwn(names, own);
  return { index: names, ...rest };
}
