import { stackNames } from "../../lib/names";

/** More are counted instead of named. */
const MAX_NAMES = 5;
const TENANT = stackNames.tenant("");

/** The tenant's name for a tenant's stack, the stack's for another one. */
export const shortName = (stack: string): string =>
  stack.startsWith(TENANT) ? stack.slice(TENANT.length) : stack;

/** `acme`, `acme and zeta`, `a, b, c, d, e and 12 others`. */
export function names(stacks: readonly string[]): string {
  const all = stacks.map(shortName);
  const others = all.length > MAX_NAMES + 1 ? all.splice(MAX_NAMES).length : 0;
  const last = others > 0 ? `${others} others` : all.pop();
  return all.length === 0 ? String(last) : `${all.join(", ")} and ${String(last)}`;
}

/** At most `width` characters: the end gives way. */
export const shorten = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
