/** Exit statuses of every command, beside 0: all is well. docs/CLI.md has them. */

/** The fleet or its surroundings are wrong. */
export const FAILED = 1;
/** The command line is wrong. */
export const USAGE = 2;
/** Data would be lost without an approval. */
export const REFUSED = 3;
/** What is deployed is not what the files say. */
export const DRIFT = 3;
