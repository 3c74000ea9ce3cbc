import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Cells of a table's rows, without its head; of the table below the heading. */
export function tableOf(file: string, heading: string): readonly (readonly string[])[] {
  const text = readFileSync(join(__dirname, "..", "..", "docs", file), "utf8");
  const [, section] = text.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`docs/${file} has no heading "${heading}"`);
  const lines =
    section
      .split("\n## ", 1)[0]
      ?.split("\n")
      .filter((line) => line.startsWith("|")) ?? [];
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

export const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** What a table that is made of the program lacks and has too much, as rows to paste and to remove. */
export function compared(
  written: readonly string[],
  made: readonly string[],
): { readonly missing: readonly string[]; readonly tooMuch: readonly string[] } {
  return {
    missing: made.filter((each) => !written.includes(each)),
    tooMuch: written.filter((each, index) => !made.includes(each) || written.indexOf(each) !== index),
  };
}
