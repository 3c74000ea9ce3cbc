import { UserError } from "../../lib/errors";
import { INTERRUPTED } from "../exit-status";
import type { Processes } from "./processes";

/** What a shell reports for a command that a signal ended. */
const SIGNALS = { SIGINT: INTERRUPTED, SIGTERM: 143 } as const;

/**
 * Does `work` so that Ctrl-C ends it in order: Terraform is told once, and `work` goes on to its own end. Returns what
 * `work` returns, or the status of the signal. The first Ctrl-C says what happens now, a second one only that it takes time.
 */
export async function interruptible(
  processes: Processes,
  say: (text: string) => void,
  work: () => Promise<number>,
  first = "Terraform finishes what it has begun and saves its state",
): Promise<number> {
  let status: number | undefined;
  const listeners = Object.entries(SIGNALS).map(([name, code]) => {
    const listener = (): void => {
      say(
        status === undefined
          ? `\nstopping: ${first}\n`
          : "\nstill stopping: to kill Terraform now could lose what it has just made\n",
      );
      status ??= code;
      processes.interrupt();
    };
    process.on(name, listener);
    return { name, listener };
  });
  try {
    const own = await work();
    return status ?? own;
  } catch (error) {
    // What an interrupt has broken off is no mistake of the fleet's.
    if (status === undefined || !(error instanceof UserError)) throw error;
    say(`${error.message}\n`);
    return status;
  } finally {
    for (const { name, listener } of listeners) process.off(name, listener);
  }
}
