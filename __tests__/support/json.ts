/** Parsed JSON, and the few ways in which tests walk it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const asObject = (value: Json | undefined): JsonObject => {
  if (!isObject(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
};

export const asText = (value: Json | undefined): string => {
  if (typeof value !== "string") throw new Error(`not a string: ${JSON.stringify(value)}`);
  return value;
};

/** For messages and comparisons: a string as it is, everything else as JSON. */
export const shown = (value: Json | undefined): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? null);

/** One or several, as IAM and Terraform's JSON both allow. */
export const list = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

export const texts = (value: Json | undefined): string[] => list(value).map(asText);

export const objects = (value: Json | undefined): JsonObject[] => list(value).map(asObject);

/** The parsed value of a string that holds a JSON object or array; undefined for every other string. */
export function embedded(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export interface Visit {
  /** Keys and indices from the root; "$" stands for "parsed from the string here". */
  readonly path: readonly string[];
  readonly value: Json;
}

/** Walks that were made: every rule takes the same ones, and nobody changes what was parsed. */
const walks = new WeakMap<object, readonly Visit[]>();

/** Every value below `value`, itself included, also inside strings that hold JSON. */
export function walk(value: Json): readonly Visit[] {
  const known = isContainer(value) ? walks.get(value) : undefined;
  if (known !== undefined) return known;
  const visits: Visit[] = [];
  visit(value, [], visits);
  if (isContainer(value)) walks.set(value, visits);
  return visits;
}

const isContainer = (value: Json): value is readonly Json[] | JsonObject =>
  typeof value === "object" && value !== null;

function visit(value: Json, path: readonly string[], visits: Visit[]): void {
  visits.push({ path, value });
  if (typeof value === "string") {
    const inner = embedded(value);
    if (inner !== undefined) visit(inner, [...path, "$"], visits);
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries())
      visit(item, [...path, String(index)], visits);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) visit(item, [...path, key], visits);
  }
}
