import { Refusal } from "./refusal";

/** What one tenant may take of one instance of the function; all times in milliseconds. */
export interface OwnerShare {
  /** @throws Refusal (429) when the owner has had more than its share lately */
  admit(owner: string, now: number): void;
  /** A request of the owner's has ended, and took so long. */
  took(owner: string, duration: number, now: number): void;
}

/** A request that is done in that time counts for nothing. */
const QUICK_MS = 1000;
/** Of an instance's time, for the slow requests of one owner. */
const SHARE = 0.5;
/** What may have been taken beyond that: a request that waits until the deadline is 25 s. */
const CREDIT_MS = 30_000;

interface Account {
  readonly level: number;
  readonly at: number;
}

/**
 * Keeps one tenant from holding the whole function with requests that take long: searches, or bulks while OpenSearch is
 * slow. Instances know nothing of each other, but each works on one request at a time and gets them as they come: who has
 * half of every instance's time has half of the function's concurrency. Requests that are done quickly are never refused,
 * however many they are: a tenant that is alone on an instance takes nothing from anybody.
 *
 * @param exempt the owner that is never refused: the shared store is for all tenants, and the gateway bounds each of them
 */
export function ownerShare(exempt: string): OwnerShare {
  const accounts = new Map<string, Account>();
  const levelOf = (owner: string, now: number): number => {
    const { level, at } = accounts.get(owner) ?? { level: 0, at: now };
    return Math.max(0, level - SHARE * (now - at));
  };
  return {
    admit(owner, now) {
      if (owner === exempt || levelOf(owner, now) <= CREDIT_MS) return;
      throw new Refusal("rejected_execution_exception", "this owner's slow requests take too much time");
    },
    took(owner, duration, now) {
      const slow = Math.max(0, duration - QUICK_MS);
      const level = levelOf(owner, now) + slow;
      if (level === 0) accounts.delete(owner);
      else accounts.set(owner, { level, at: now });
    },
  };
}
