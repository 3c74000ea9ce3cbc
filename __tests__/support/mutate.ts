import { isObject, type Json, type JsonObject } from "./json";

/** A change of a stack's text. */
export type Change = (text: string) => string;

const isNamed = (key: string, step: string): boolean =>
  key === step || key.replace(/_[0-9A-F]{8}$/, "") === step;

/**
 * Puts `value` at a path such as `resource/aws_iam_role/writer_role/name`; ids without CDKTF's hash, undefined removes.
 * Only the last step may be new: a path that has gone stale must not pass for a mutation.
 */
export function put(path: string, value: Json | ((old: Json) => Json) | undefined): Change {
  return change(path, value, false);
}

/** {@link put} that makes what is missing on the way. */
export const add = (path: string, value: Json): Change => change(path, value, true);

function change(path: string, value: Json | ((old: Json) => Json) | undefined, create: boolean): Change {
  const steps = path.split("/");
  const descend = (node: Json | undefined, depth: number): Json | undefined => {
    const step = steps[depth];
    if (step === undefined) return typeof value === "function" ? value(node ?? null) : value;
    if (Array.isArray(node)) {
      if (!(Number(step) in node)) throw new Error(`no ${step} in ${path}`);
      return (node as Json[]).map((item, index) =>
        index === Number(step) ? (descend(item, depth + 1) ?? null) : item,
      );
    }
    const object: JsonObject = isObject(node) ? node : {};
    const key = Object.keys(object).find((each) => isNamed(each, step));
    if (key === undefined && !create && depth < steps.length - 1) throw new Error(`no ${step} in ${path}`);
    return { ...object, [key ?? step]: descend(key === undefined ? undefined : object[key], depth + 1) };
  };
  return (text) => JSON.stringify(descend(JSON.parse(text) as Json, 0));
}

/** {@link put} inside a JSON document that stands as a string at `path`. */
export const putInside = (
  path: string,
  inner: string,
  value: Json | ((old: Json) => Json) | undefined,
): Change => put(path, (document) => (typeof document === "string" ? put(inner, value)(document) : document));

/** Replaces every occurrence. */
export const swap =
  (from: RegExp, to: string): Change =>
  (text) => {
    if (!from.test(text)) throw new Error(`nothing to swap: ${from.source}`);
    return text.replaceAll(new RegExp(from, "g"), () => to);
  };
