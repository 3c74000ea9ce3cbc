import { setImmediate } from "node:timers/promises";

/** What a shell reports for a command that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Thrown when the user stops a command; its message says how things are left. */
export class Interrupted extends Error {
  constructor(
    readonly status: number,
    left: string,
  ) {
    super(`interrupted, ${left}`);
  }
}

/**
 * Does `work`, which a signal asks to stop instead of ending the process: it has to reject soon after. What it rejects
 * with then is of no interest, so an {@link Interrupted} is thrown in its place.
 */
export async function stoppable<Result>(
  left: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = Object.entries(SIGNALS).map(([name, status]) => {
    const listener = (): void => {
      controller.abort(new Interrupted(status, left));
    };
    process.on(name, listener);
    return { name, listener };
  });
  try {
    return await work(signal);
  } catch (error) {
    // Ctrl-C reaches the children of the command as well; the failure of one must not overtake it.
    await setImmediate();
    signal.throwIfAborted();
    throw error;
  } finally {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
}
