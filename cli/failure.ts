import { CommanderError } from "commander";
import { UserError } from "../lib/errors";
import { FAILED, USAGE } from "./exit-status";
import { Interrupted } from "./interruption";

/**
 * Says what went wrong, without a stack trace, and returns the exit status. A mistake of ours asks to be reported.
 */
export function failure(error: unknown, say: (text: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE; // it has said what is wrong
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UserError) {
    say(`${message}\n`);
    return FAILED;
  }
  if (error instanceof Interrupted) {
    say(`${message}\n`);
    return error.status;
  }
  if (error instanceof Error && "syscall" in error) {
    say(`a file could not be read or written: ${message}\n`);
    return FAILED;
  }
  say(`tenantscope met an error of its own: ${message}\n`);
  say(
    process.env["DEBUG"]
      ? `${stack ?? ""}\n`
      : "Please report it, with the output of the same command under DEBUG=1.\n",
  );
  return FAILED;
}

/**
 * The reader of a pipe may leave before the end (`| head`): that ends the command quietly, as it does for other
 * programs, instead of with Node's stack trace.
 */
export function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(process.exitCode ?? 0);
    });
  }
}
