/** `1 change`, `3 changes`. */
export const count = (number: number, thing: string): string =>
  `${String(number)} ${thing}${number === 1 ? "" : "s"}`;

/** More are counted instead of named. */
const MAX_NAMES = 5;

/** `acme`, `acme and zeta`, `a, b, c, d, e and 12 others`. */
export function enumeration(names: readonly string[]): string {
  const named = names.length > MAX_NAMES + 1 ? names.slice(0, MAX_NAMES) : names.slice(0, -1);
  const last = names.length > MAX_NAMES + 1 ? `${String(names.length - MAX_NAMES)} others` : names.at(-1);
  return named.length === 0 ? (last ?? "") : `${named.join(", ")} and ${last ?? ""}`;
}
