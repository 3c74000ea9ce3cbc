import { denied } from "./refusal";

/**
 * Checks of parsed JSON against what Jaeger is known to send. Everything is denied that no check allows. They throw a
 * Refusal that names the place; names that the caller chose are written `*` there.
 */
export type Check = (value: unknown, at: string) => void;

const MAX_TEXT = 8192;

const refuse = (at: string, expected: string) => denied(`${at} is not allowed here: ${expected}`);

/** @returns the entries of a JSON object */
export function entriesOf(value: unknown, at: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(at, "an object was expected");
  }
  return Object.entries(value);
}

/** An object with these keys and no others. */
export function object(fields: Readonly<Record<string, Check>>, ...required: readonly string[]): Check {
  const known = new Map(Object.entries(fields));
  return (value, at) => {
    const entries = entriesOf(value, at);
    for (const [key, inner] of entries) {
      const check = known.get(key);
      if (check === undefined) throw refuse(`${at}: a key`, `only ${[...known.keys()].join(", ")}`);
      check(inner, `${at}.${key}`);
    }
    const missing = required.find((key) => !entries.some(([present]) => present === key));
    if (missing !== undefined) throw refuse(at, `${missing} is required`);
  };
}

/** An object with exactly one of these keys. */
export function oneOf(fields: Readonly<Record<string, Check>>): Check {
  const keys = object(fields);
  return (value, at) => {
    if (entriesOf(value, at).length !== 1) throw refuse(at, "exactly one key was expected");
    keys(value, at);
  };
}

/** An object whose keys the caller chooses. */
export function mapOf(check: Check): Check {
  return (value, at) => {
    for (const [, inner] of entriesOf(value, at)) check(inner, `${at}.*`);
  };
}

/** `{ <field>: ... }` with one field. */
export function field(check: Check): Check {
  return (value, at) => {
    const entries = entriesOf(value, at);
    const [entry] = entries;
    if (entry === undefined || entries.length > 1) throw refuse(at, "exactly one field was expected");
    name(entry[0], `${at}: the field`);
    check(entry[1], `${at}.*`);
  };
}

export function listOf(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) throw refuse(at, "a list was expected");
    value.forEach((item, index) => {
      check(item, `${at}[${index}]`);
    });
  };
}

/** The value itself, or a list. */
export function oneOrMany(check: Check): Check {
  const many = listOf(check);
  return (value, at) => {
    (Array.isArray(value) ? many : check)(value, at);
  };
}

/** An object, or a value that is none. */
export function shortOrLong(short: Check, long: Check): Check {
  return (value, at) => {
    (typeof value === "object" ? long : short)(value, at);
  };
}

export const text: Check = (value, at) => {
  if (typeof value !== "string" || value.length > MAX_TEXT) throw refuse(at, "a text was expected");
};

/** A field's name: of a document, not of OpenSearch's own (`_index`, `_id`, ...). */
export const name: Check = (value, at) => {
  text(value, at);
  if ((value as string).startsWith("_")) throw refuse(at, "the field is not one of a document");
};

export const scalar: Check = (value, at) => {
  if (typeof value === "number" || typeof value === "boolean") return;
  text(value, at);
};

export const flag: Check = (value, at) => {
  if (typeof value !== "boolean") throw refuse(at, "true or false was expected");
};

export function integer(least: number, most: number): Check {
  return (value, at) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      throw refuse(at, `a whole number from ${least} to ${most} was expected`);
    }
  };
}

export const number: Check = (value, at) => {
  if (typeof value !== "number") throw refuse(at, "a number was expected");
};

export function literal(...allowed: readonly (string | boolean)[]): Check {
  return (value, at) => {
    if (!allowed.some((one) => one === value)) throw refuse(at, `only ${allowed.join(", ")}`);
  };
}

export function pattern(regex: RegExp): Check {
  return (value, at) => {
    if (typeof value !== "string" || !regex.test(value)) throw refuse(at, `it must match ${regex.source}`);
  };
}
