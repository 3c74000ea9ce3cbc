import { denied } from "./refusal";

/** The owner whose indices have no prefix. */
export const CENTRAL = "central";

/** What Jaeger stores, each kind in indices of its own. */
const KINDS = ["span", "service", "dependencies", "sampling"] as const;
export type IndexKind = (typeof KINDS)[number];
/** What a Jaeger writes that only collects. The admin function writes dependencies, without this proxy; nothing samples adaptively. */
const WRITTEN = ["span", "service"] as const satisfies readonly IndexKind[];

/** A tenant's name as the fleet allows it. A name with `jaeger` in it could be read as another's index. */
const TENANT = /^(?!.*jaeger)[a-z][a-z0-9-]{1,20}$/;
const DAY_MS = 86_400_000;

/** The indices of one owner: everything that its requests may name. */
export interface OwnIndices {
  /** "" or `<tenant>-`. */
  readonly prefix: string;
  /** Whether this is one index of the owner by its exact name, with its date. */
  includes(name: string): boolean;
  /** Whether it is, and of a kind that Jaeger writes. */
  takes(name: string): boolean;
  /** The template of the owner with that name. */
  templateKind(name: string): IndexKind | undefined;
}

/**
 * @throws Refusal when there can be no such owner
 */
export function indicesOf(owner: string): OwnIndices {
  if (owner !== CENTRAL && !TENANT.test(owner)) throw denied("there is no such owner");
  const prefix = owner === CENTRAL ? "" : `${owner}-`;
  const named = (kinds: readonly IndexKind[]) =>
    new RegExp(`^${prefix}jaeger-(?:${kinds.join("|")})-\\d{4}-\\d{2}-\\d{2}$`);
  const [name, written] = [named(KINDS), named(WRITTEN)];
  return {
    prefix,
    includes: (index) => name.test(index),
    takes: (index) => written.test(index),
    templateKind: (template) => KINDS.find((kind) => template === `${prefix}jaeger-${kind}`),
  };
}

/**
 * Whether documents may be written to an index of that day. Jaeger takes the day from the span, which whoever sends
 * spans may choose: every day that was never written to makes an index, and a cluster has room for so many shards.
 *
 * The day has to be in the calendar. JavaScript takes 31 September for 1 October, and an index of that name would be one of
 * no day: retention would never delete it.
 */
export function isWritable(index: string, pastDays: number, now: number): boolean {
  const date = index.slice(-10);
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return false;
  const age = Math.floor(now / DAY_MS) - midnight / DAY_MS;
  return age <= pastDays && age >= -1;
}
