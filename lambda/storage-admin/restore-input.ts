import { parseIndex } from "./indices";

/** Where the service keeps the snapshots that it takes by itself of a domain that is encrypted. */
export const REPOSITORY = "cs-automated-enc";

/** No tenant's name can have an underscore: no Jaeger finds a copy, and no retention deletes it. */
const COPY = "restored_";
export const copyOf = (index: string): string => `${COPY}${index}`;

export interface RestoreRequest {
  readonly snapshot: string;
  /** Exact names, of one owner. */
  readonly indices: readonly string[];
  /** Beside the index, under another name. */
  readonly copy: boolean;
  /** In the place of an index that OpenSearch has lost a part of. */
  readonly replaceRed: boolean;
}

/** One owner's indices of more than a month. */
const MAX_INDICES = 100;
/** The service's names: `2026-11-21t03-20-11.<uuid>`. Neither a pattern nor `_all`. */
const SNAPSHOT = /^[a-z0-9][a-z0-9._-]{0,199}$/;

export const isSnapshot = (value: unknown): value is string =>
  typeof value === "string" && SNAPSHOT.test(value) && !value.includes("..");

type Json = Readonly<Record<string, unknown>>;

/** @returns the request, or everything that is wrong */
export function parseRestore({
  snapshot,
  indices,
  copy = false,
  replaceRed = false,
  ...others
}: Json): RestoreRequest | string[] {
  const problems = Object.keys(others).map((key) => `there is no key ${key}`);
  if (!isSnapshot(snapshot)) problems.push(`snapshot must be the name of one (got ${show(snapshot)})`);
  const names = listOf(indices, (name) => parseIndex(name) !== undefined);
  if (names === undefined) {
    problems.push(
      `indices must be 1 to ${MAX_INDICES} exact names of Jaeger's daily indices (got ${show(indices)})`,
    );
  }
  const owners = new Set(names?.map((name) => parseIndex(name)?.owner));
  if (owners.size > 1) problems.push(`indices must be of one owner (got ${[...owners].join(", ")})`);
  if (typeof copy !== "boolean" || typeof replaceRed !== "boolean")
    problems.push("copy and replaceRed must be true or false");
  if (copy === true && replaceRed === true) problems.push("a copy replaces nothing: copy or replaceRed");
  if (problems.length > 0) return problems;
  return {
    snapshot: snapshot as string,
    indices: names ?? [],
    copy: copy === true,
    replaceRed: replaceRed === true,
  };
}

/** @returns names of copies, or nothing unless it is only that */
export function parseDiscard({ indices, ...others }: Json): readonly string[] | undefined {
  return Object.keys(others).length === 0 ? listOf(indices, isCopy) : undefined;
}

const isCopy = (name: string): boolean =>
  name.startsWith(COPY) && parseIndex(name.slice(COPY.length)) !== undefined;

function listOf(value: unknown, isRight: (name: string) => boolean): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_INDICES) return undefined;
  const names: unknown[] = value;
  const right = names.filter((name): name is string => typeof name === "string" && isRight(name));
  return right.length === names.length && new Set(right).size === right.length ? right : undefined;
}

const show = (value: unknown): string =>
  value === undefined ? "nothing" : JSON.stringify(value).slice(0, 200);
