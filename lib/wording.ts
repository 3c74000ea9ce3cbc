/** `1 change`, `3 changes`. */
export const count = (number: number, thing: string): string =>
  `${String(number)} ${thing}${number === 1 ? "" : "s"}`;
