/** A call that failed. The message names no address and has nothing of what was sent. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(
    message: string,
    /** Whether the same call may succeed later. */
    readonly isPassing: boolean,
    /** Seconds that the other side asks to wait. */
    readonly retryAfterSeconds = 0,
  ) {
    super(message);
  }
}

/** What passes time; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** Attempts at most. */
export const MAX_ATTEMPTS = 4;
/** Milliseconds before the second attempt at most; twice as long before each further one. */
const FIRST_WAIT_MS = 500;
/** Milliseconds that one attempt may take. */
const ATTEMPT_MS = 5000;

/**
 * Calls until it works, the failure is one that stays, or there is no time for another attempt.
 * @param deadline milliseconds since 1970
 * @throws CallError the last failure
 */
export async function persist<T>(
  clock: Clock,
  deadline: number,
  call: (limitMs: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const left = deadline - clock.now();
    if (left <= 0) throw new CallError("no time was left", true);
    try {
      return await call(Math.min(ATTEMPT_MS, left));
    } catch (error) {
      if (!(error instanceof CallError) || !error.isPassing || attempt === MAX_ATTEMPTS) throw error;
      // At least half, so that an attempt is never wasted; the rest at random, so that callers spread.
      const wait = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + clock.random() / 2);
      const asked = Math.max(wait, error.retryAfterSeconds * 1000);
      if (clock.now() + asked >= deadline) throw error;
      await clock.sleep(asked);
    }
  }
}

/** Throttled, or not up. */
export const isPassingStatus = (status: number): boolean => status === 429 || status >= 500;
