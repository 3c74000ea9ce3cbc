/** Exit statuses of every command, beside 0: all is well. docs/CLI.md has them. */

/** The fleet or its surroundings are wrong. */
export const FAILED = 1;
/** The command line is wrong. */
export const USAGE = 2;
/** Data would be lost without an approval. */
export const REFUSED = 3;
/** A wave before this one is not deployed as the files say. */
export const OUT_OF_ORDER = 3;
/** What is deployed is not what the files say. */
export const DRIFT = 3;
/** A hop of a tenant's telemetry fails. */
export const BROKEN = 3;
/** No hop of a tenant's telemetry fails, but some could not be checked. */
export const INCOMPLETE = 4;
/** What a shell reports of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;
