import type { Cluster, GraphNode } from "./graph";
import type { Rectangle } from "./layout";

/** Fonts that most readers have; their widths differ by a fifth. */
export const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/** Widths of a character in font sizes: no font of {@link FONT} has a wider average in the names of a fleet. */
const REGULAR = 0.6;
const BOLD = 0.69;

/** Classes of texts: `[pixels, bold]`. */
export const FONTS = {
  title: [17, true],
  heading: [12, true],
  frame: [12, true],
  name: [11, true],
  what: [9, false],
  detail: [10, false],
  badge: [9, true],
  note: [11, false],
} as const;

export type TextClass = keyof typeof FONTS;

/** How many pixels a text takes at most. */
export function textWidth(text: string, style: TextClass): number {
  const [size, isBold] = FONTS[style];
  return text.length * size * (isBold ? BOLD : REGULAR);
}

/** A line of a box. */
export interface BoxLine {
  readonly text: string;
  readonly style: TextClass;
  readonly indent: number;
}

/** What stands in a box, and how much room it takes. */
export interface Box {
  readonly lines: readonly BoxLine[];
  readonly width: number;
  readonly height: number;
}

/** Padding of a box. */
export const PADDING = 7;
export const LINE = 13;
/** More characters go to the next line. */
const MAX_LENGTH = 44;
const INDENT = 12;

/** Height of a frame's heading. */
export const HEADING = LINE + 4;

/** Where a frame's heading may be, at most. */
export const headingOf = ({
  cluster,
  at,
}: {
  readonly cluster: Cluster;
  readonly at: Rectangle;
}): Rectangle => ({
  ...{ x: at.x + PADDING, y: at.y + PADDING, height: HEADING },
  width: Math.ceil(textWidth(cluster.title, "frame")),
});

export function boxOf({ lines: [what = "", name = "", ...details] }: GraphNode): Box {
  const lines = [
    { text: what, style: "what" as const, indent: 0 },
    ...wrapped(name, MAX_LENGTH).map((text) => ({ text, style: "name" as const, indent: 0 })),
    ...details.flatMap((detail) =>
      // A second space would not be shown.
      wrapped(detail.replaceAll("  ", "\u2003"), MAX_LENGTH).map((text, index) => ({
        ...{ text, style: "detail" as const },
        indent: index === 0 ? 0 : INDENT,
      })),
    ),
  ];
  const widths = lines.map(({ text, style, indent }) => indent + textWidth(text, style));
  return {
    lines,
    width: Math.ceil(Math.max(...widths)) + 2 * PADDING,
    height: lines.length * LINE + PADDING,
  };
}

/** Breaks a text behind spaces, and where a word alone is too long, behind its slashes and dashes. */
export function wrapped(text: string, most: number): string[] {
  const pieces = text
    .split(/(?<=\s)(?=\S)/)
    .flatMap((word) => (word.length > most ? word.split(/(?<=[/,-])/) : [word]));
  const lines: string[] = [];
  for (const piece of pieces) {
    const before = lines.at(-1);
    if (before === undefined || (before + piece).trimEnd().length > most) lines.push(piece);
    else lines[lines.length - 1] = before + piece;
  }
  return lines.map((line) => line.trimEnd());
}
