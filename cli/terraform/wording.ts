import { stackNames } from "../../lib/names";
import { enumeration } from "../../lib/wording";

const TENANT = stackNames.tenant("");

/** The tenant's name for a tenant's stack, the stack's for another one. */
export const shortName = (stack: string): string =>
  stack.startsWith(TENANT) ? stack.slice(TENANT.length) : stack;

/** The short names of stacks, as {@link enumeration} says them. */
export const names = (stacks: readonly string[]): string => enumeration(stacks.map(shortName));

/** At most `width` characters: the end gives way. */
export const shorten = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
