import Table from "cli-table3";
import { createColors } from "picocolors";
import type { Output } from "./command";
import { folded, shown } from "./wrap";

/** Columns narrower than this are not readable any more. */
const NARROWEST = 8;
const GAP = 2;
/** Of what a cell has beyond its first line, where each row is lines of `heading: cell`. */
const INDENT = "  ";
const NO_LINES = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "", mid: "", "mid-mid": "", "left-mid": "" },
  ...{ "right-mid": "", left: "", right: "", middle: "", bottom: "", "bottom-mid": "", "bottom-left": "" },
  "bottom-right": "",
};

/**
 * Rows below their headings, in columns. On a terminal the widest columns are folded until a row fits; where even that
 * is too little room, each row becomes lines of `heading: cell`, folded as well. Without a terminal a row is always one line.
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
  if (widths === undefined) return records(head, rows, { bold, columns });
  const drawn = new Table({
    chars: NO_LINES,
    colAligns: head.map((_, at) => (numbers.includes(at) ? "right" : "left")),
    style: { "padding-left": 0, "padding-right": GAP, head: [], border: [], compact: true },
  });
  const cells = (row: readonly string[], paint = (line: string): string => line): string[] =>
    row.map((cell, at) =>
      folded(cell, widths[at] ?? 0)
        .map(paint)
        .join("\n"),
    );
  drawn.push(cells(head, bold), ...rows.map((row) => cells(row)));
  return `${drawn.toString().replace(/ +$/gm, "")}\n`;
}

const naturalWidths = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, at) => rows.reduce((widest, row) => Math.max(widest, shown(row[at] ?? "")), 0));

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

function records(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  {
    bold,
    columns = Infinity,
  }: { readonly bold: (text: string) => string; readonly columns?: number | undefined },
): string {
  const line = (cell: string, at: number): string => {
    const name = head[at] ?? "";
    const heading = name === "" ? "" : `${name}:`;
    const [first = "", ...others] = folded(
      `${heading} ${cell}`.trimStart(),
      Math.max(columns - INDENT.length, 1),
    );
    const painted = first.startsWith(heading) ? bold(heading) + first.slice(heading.length) : first;
    return `${[painted, ...others.map((other) => INDENT + other)].join("\n")}\n`;
  };
  const record = (row: readonly string[]): string =>
    row.map((cell, at) => (cell === "" ? "" : line(cell, at))).join("");
  return rows.map(record).join("\n");
}
