import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { createColors } from "picocolors";
import type { Output } from "./command";

/** Columns narrower than this are not readable any more. */
const NARROWEST = 8;
const GAP = 2;
const NO_LINES = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", mid: "", "mid-mid": "", "left-mid": "" },
  ...{ "right-mid": "", left: "", right: "", middle: "", bottom: "", "bottom-mid": "", "bottom-left": "" },
  "bottom-right": "",
};

/**
 * Rows below their headings, in columns. On a terminal the widest columns are folded until a row fits; where even that
 * is too little room, each row becomes lines of `heading: cell`. Without a terminal a row is always one line.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, colours }: Pick<Output, "columns" | "colours">,
  /** Indices of columns of numbers, which end at the right. */
  numbers: readonly number[] = [],
): string {
  const { bold } = createColors(colours ?? false);
  const widths = fitted(naturalWidths([head, ...rows]), columns);
  if (widths === undefined) return records(head, rows, bold);
  const drawn = new Table({
    chars: NO_LINES,
    colAligns: head.map((_, at) => (numbers.includes(at) ? "right" : "left")),
    style: { "padding-left": 0, "padding-right": GAP, head: [], border: [], compact: true },
  });
  const folded = (row: readonly string[]): string[] => row.map((cell, at) => fold(cell, widths[at] ?? 0));
  drawn.push(
    folded(head).map((cell) => cell.split("\n").map(bold).join("\n")),
    ...rows.map(folded),
  );
  return `${drawn.toString().replace(/ +$/gm, "")}\n`;
}

const naturalWidths = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, at) => rows.reduce((widest, row) => Math.max(widest, shown(row[at] ?? "")), 0));

/** Columns that a text takes: colours take none. */
const shown = (text: string): number => stripVTControlCharacters(text).length;

/** Widths with which a row is at most `columns` wide; undefined when there are none. */
function fitted(natural: readonly number[], columns: number | undefined): readonly number[] | undefined {
  if (columns === undefined) return natural;
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, (widths.length - 1) * GAP) - columns;
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** Breaks a cell after a space, comma, slash or dash where it can, anywhere where it must. */
function fold(cell: string, width: number): string {
  const lines: string[] = [];
  let rest = cell;
  while (shown(rest) > width) {
    const part = rest.slice(0, width);
    const end = rest[width] === " " ? width : lastBreak(part);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest].join("\n");
}

const lastBreak = (part: string): number => /^.*[ ,/-](?=.)/.exec(part)?.[0].length ?? part.length;

function records(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  bold: (text: string) => string,
): string {
  const line = (cell: string, at: number): string => {
    const heading = head[at] ?? "";
    return `${heading === "" ? "" : `${bold(`${heading}:`)} `}${cell}\n`;
  };
  const record = (row: readonly string[]): string =>
    row.map((cell, at) => (cell === "" ? "" : line(cell, at))).join("");
  return rows.map(record).join("\n");
}
