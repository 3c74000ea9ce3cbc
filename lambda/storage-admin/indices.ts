/** What Jaeger stores, each kind in an index for each day. */
const KINDS = ["span", "service", "dependencies", "sampling"] as const;
export type IndexKind = (typeof KINDS)[number];

/** The owner whose indices have no prefix. */
export const CENTRAL = "central";

const TENANT = /^(?!.*jaeger)[a-z][a-z0-9-]{1,20}$/;
/** A tenant that can have indices of its own. A name with `jaeger` in it could be read as another's index. */
export const isTenant = (name: string): boolean => name !== CENTRAL && TENANT.test(name);

export interface JaegerIndex {
  readonly name: string;
  /** `central` or a tenant. */
  readonly owner: string;
  readonly kind: IndexKind;
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
}

const DAY_MS = 86_400_000;
const NAME = new RegExp(`^(?:(.+)-)?jaeger-(${KINDS.join("|")})-(\\d{4}-\\d{2}-\\d{2})$`);

/** @param now milliseconds since 1970 */
export const dayOf = (now: number): number => Math.floor(now / DAY_MS);

/** YYYY-MM-DD */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** What the name says, or nothing unless it is to the letter one of Jaeger's daily indices with a date that exists. */
export function parseIndex(name: string): JaegerIndex | undefined {
  const [, prefix, kind, date] = NAME.exec(name) ?? [];
  if (kind === undefined || date === undefined) return undefined;
  if (prefix !== undefined && !isTenant(prefix)) return undefined;
  // JavaScript takes 30 February for 2 March.
  const day = dayOf(Date.parse(`${date}T00:00:00Z`));
  if (Number.isNaN(day) || dateOf(day) !== date) return undefined;
  return { name, owner: prefix ?? CENTRAL, kind: kind as IndexKind, day };
}

export function indexName(owner: string, kind: IndexKind, day: number): string {
  return `${owner === CENTRAL ? "" : `${owner}-`}jaeger-${kind}-${dateOf(day)}`;
}

/** Patterns of all owners' indices of these kinds. */
export const indexPatterns = (kinds: readonly IndexKind[] = KINDS): string[] =>
  kinds.flatMap((kind) => [`jaeger-${kind}-*`, `*-jaeger-${kind}-*`]);
