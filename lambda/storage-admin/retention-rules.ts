import { CENTRAL, type JaegerIndex } from "./indices";

/** How long whose indices are kept. */
export interface Retention {
  /** Of the central indices, and of tenants without a parameter. */
  readonly centralDays: number;
  /** Of tenants with a parameter; undefined where it says nothing that can be understood. */
  readonly tenants: ReadonlyMap<string, number | undefined>;
  /** Whether all parameters were read. When not, any tenant may have a longer retention than is known. */
  readonly isComplete: boolean;
}

/** Days that are kept besides today; undefined: nothing may be deleted. */
export function daysKept(owner: string, { centralDays, tenants, isComplete }: Retention): number | undefined {
  if (owner === CENTRAL) return centralDays;
  if (!isComplete) return undefined;
  return tenants.has(owner) ? tenants.get(owner) : centralDays;
}

/**
 * An index has the spans of a whole day. It is past retention when the last moment of that day is so many days ago: a
 * retention of 7 days keeps today and the 7 days before, so every span for at least 7 days. Indices of today and of days
 * to come never are.
 * @param today days since 1970-01-01, UTC
 */
export const isPastRetention = (index: JaegerIndex, retention: Retention, today: number): boolean =>
  daysOverdue(index, retention, today) > 0;

/** Days that an index is past its retention; 0 within it, and where nobody knows the retention. */
export function daysOverdue({ owner, day }: JaegerIndex, retention: Retention, today: number): number {
  const days = daysKept(owner, retention);
  return days !== undefined && days >= 1 ? Math.max(0, today - day - days) : 0;
}
