import type { ErrorObject } from "ajv";
import type { Problem } from "../lib/errors";
import { type Document, pointerOf } from "./document";
import { nearest } from "./nearest";

/**
 * What a schema may say for people. Editors show both messages; here the part before the first ", " is the message and
 * the rest is the remedy.
 */
interface Explained {
  readonly $ref?: string;
  readonly description?: string;
  readonly errorMessage?: string;
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Explained>>;
}

interface Said {
  readonly message: string;
  readonly remedy: string;
  /** Below the value that the error is about. */
  readonly at?: string | number;
  readonly on?: "key";
  /** What to show as the value; the data that the error is about when absent. */
  readonly value?: unknown;
  /** The value is long, or saying it does not help. */
  readonly silent?: boolean;
}

/** One error of the schema, as a person would say it. */
export function explain(error: ErrorObject, document: Document, schema: object): Problem {
  const { at, on, message, remedy, silent, value = error.data } = say(error, schema);
  const pointer = error.instancePath + (at === undefined ? "" : pointerOf(at));
  return document.problem(pointer, { message, value: silent ? undefined : value, remedy }, on);
}

function say(error: ErrorObject, schema: object): Said {
  const { propertyName } = error;
  const parent = (error.parentSchema ?? {}) as Explained;
  const params = error.params as Readonly<Record<string, unknown>>;
  if (propertyName !== undefined) {
    const text = split(parent.patternErrorMessage ?? parent.errorMessage);
    return { ...text, at: propertyName, on: "key", silent: true };
  }
  switch (error.keyword) {
    case "type":
      return wrongType(String(params.type), error.data, error.instancePath !== "");
    case "required":
      return lacks(String(params.missingProperty), parent, schema);
    case "dependencies":
      return needs(String(params.property), String(params.missingProperty));
    case "additionalProperties":
      return unknownKey(String(params.additionalProperty), parent);
    case "enum":
      return notInList(params.allowedValues as unknown[], error.data, parent);
    case "pattern":
      return split(parent.patternErrorMessage);
    case "minimum":
    case "maximum":
      return outOfRange(error.keyword, Number(params.limit), parent);
    case "minLength":
      return { message: "must not be empty", remedy: "write something or remove the key" };
    case "maxLength":
      return { message: `must have at most ${String(params.limit)} characters`, remedy: "shorten it" };
    case "minItems":
      if (parent.errorMessage !== undefined) return { ...split(parent.errorMessage), silent: true };
      return { message: "must have at least one item", remedy: "add one", silent: true };
    case "maxItems":
    case "maxProperties":
      return {
        message: `must have at most ${String(params.limit)} items`,
        remedy: "remove some",
        silent: true,
      };
    case "uniqueItems":
      return same(Number(params.i), Number(params.j));
    case "discriminator":
      return {
        ...split(parent.errorMessage),
        at: String(params.tag),
        value: params.tagValue,
        silent: params.tagValue === undefined,
      };
    default:
      return { ...split(parent.errorMessage), silent: true };
  }
}

function split(text = "is not what the schema allows, see its description"): {
  message: string;
  remedy: string;
} {
  const comma = text.indexOf(", ");
  return { message: text.slice(0, comma), remedy: text.slice(comma + 2) };
}

const TYPES: Readonly<Record<string, { readonly name: string; readonly remedy: string }>> = {
  integer: { name: "integer", remedy: "write a whole number" },
  string: { name: "text", remedy: "put it in double quotes" },
  boolean: { name: "true or false", remedy: "write true or false without quotes" },
  array: { name: "a list", remedy: "write [ ... ]" },
  object: { name: "an object", remedy: "write { ... }" },
};

function wrongType(type: string, data: unknown, inside: boolean): Said {
  const { name, remedy } = TYPES[type] ?? { name: type, remedy: "see the schema" };
  const message = `must be ${name}`;
  if (data === null && inside) return { message, remedy: "write a value or remove the key" };
  if (typeof data === "object")
    return { message, remedy: type === "string" ? "write one text in double quotes" : remedy, silent: true };
  if (data === Infinity || data === -Infinity)
    return { message, remedy: "write a smaller number", silent: true };
  const quoted =
    type === "integer" && typeof data === "string" && data.trim() !== "" && Number.isInteger(Number(data));
  return { message, remedy: quoted ? "write a number without quotes" : remedy };
}

function lacks(key: string, parent: Explained, schema: object): Said {
  const about = description(parent.properties?.[key] ?? { $ref: `#/definitions/${key}` }, schema);
  return { message: `lacks the key "${key}"`, remedy: `add it${about ? ` (${about})` : ""}`, silent: true };
}

/** First sentence of what the schema says about a property. */
function description(property: Explained, schema: object): string | undefined {
  const { definitions = {} } = schema as { definitions?: Readonly<Record<string, Explained>> };
  const text =
    property.description ?? definitions[property.$ref?.replace("#/definitions/", "") ?? ""]?.description;
  return text?.split(/[.;:](?:\s|$)/, 1)[0];
}

function needs(key: string, missing: string): Said {
  const remedy = `add "${missing}" or remove this key`;
  return { at: key, message: `is only for use with "${missing}"`, remedy, on: "key", silent: true };
}

function unknownKey(key: string, parent: Explained): Said {
  const known = Object.keys(parent.properties ?? {}).filter((name) => name !== "$schema");
  const meant = nearest(key, known);
  const remedy =
    meant === undefined ? `remove it or use one of: ${known.join(", ")}` : `did you mean "${meant}"?`;
  return { at: key, message: "is not a known key", remedy, on: "key", silent: true };
}

function notInList(allowed: readonly unknown[], data: unknown, parent: Explained): Said {
  const meant = typeof data === "string" ? nearest(data, allowed.map(String)) : undefined;
  const question = meant === undefined ? undefined : `did you mean "${meant}"?`;
  if (parent.errorMessage !== undefined) {
    const { message, remedy } = split(parent.errorMessage);
    return { message, remedy: question ?? remedy };
  }
  const list = allowed.map((value) => JSON.stringify(value)).join(", ");
  return { message: `must be one of ${list}`, remedy: question ?? "choose one of them" };
}

function outOfRange(keyword: "minimum" | "maximum", limit: number, { minimum, maximum }: Explained): Said {
  const remedy = `write a number from ${String(minimum)} to ${String(maximum)}`;
  return { message: `must be at ${keyword === "minimum" ? "least" : "most"} ${String(limit)}`, remedy };
}

function same(one: number, other: number): Said {
  const message = `is the same as item ${String(Math.min(one, other))}`;
  return { at: Math.max(one, other), message, remedy: "remove one of them", silent: true };
}
