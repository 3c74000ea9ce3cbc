import { stripVTControlCharacters } from "node:util";

/** Columns that a text takes: colours take none. */
export const shown = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks a line after a space, comma, slash or dash where it can, anywhere where it must. */
export function folded(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (shown(rest) > width) {
    const part = rest.slice(0, width);
    const end = rest[width] === " " ? width : lastBreak(part);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

const lastBreak = (part: string): number => /^.*[ ,/-](?=.)/.exec(part)?.[0].length ?? part.length;

/** As {@link folded}, but between words as long as a word fits: for sentences. */
function filled(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let last: string | undefined;
  for (const word of line.split(" ")) {
    if (last !== undefined && shown(last) + 1 + shown(word) <= width) {
      last = `${last} ${word}`;
      continue;
    }
    if (last !== undefined) lines.push(last);
    const parts = folded(word, width);
    lines.push(...parts.slice(0, -1));
    last = parts.at(-1);
  }
  return [...lines, last ?? ""];
}

/** Sentences on a terminal of so many columns; without one each line stays as it is. */
export const wrapped = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split("\n")
        .flatMap((line) => filled(line, columns))
        .join("\n");
