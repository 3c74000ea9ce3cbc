import { UserError } from "../lib/errors";

/** What words of the command line say; undefined when they are wrong, which is then told: the exit status is `USAGE`. */
export function fromWords<T>(read: () => T, say: (text: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`${error.message}\n`);
    return undefined;
  }
}
