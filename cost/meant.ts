import { nearest } from "../fleet/nearest";

/** What to do about a name that nobody knows: the one that was probably meant, or all. */
export function meant(word: string, names: readonly string[]): string {
  const part = word.toLowerCase();
  const near =
    nearest(word, names) ??
    (part.length < 3 ? undefined : names.find((name) => name.toLowerCase().includes(part)));
  return near === undefined ? `choose one of ${names.join(", ")}` : `did you mean "${near}"?`;
}
