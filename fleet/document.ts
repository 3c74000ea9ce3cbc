import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { Problem } from "../lib/errors";

/** The place of a value, or of the key that names it. 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const escapeSegment = (segment: string | number): string =>
  String(segment).replaceAll("~", "~0").replaceAll("/", "~1");

const unescapeSegment = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~");

/** JSON pointer (RFC 6901) of `path`. */
export function pointerOf(...path: readonly (string | number)[]): string {
  return path.map((segment) => `/${escapeSegment(segment)}`).join("");
}

/** One parsed file that can say where each of its values stands. What that takes is computed only when asked for. */
export class Document {
  private lineStarts: readonly number[] | undefined;

  constructor(
    /** Relative to the fleet's root. */
    readonly file: string,
    readonly text: string,
    /** The parsed JSON; undefined when the text is not JSON. */
    readonly value: unknown,
    private root?: Node,
  ) {}

  /** A problem with the value at `pointer`, or with its key. */
  problem(
    pointer: string,
    text: { readonly message: string; readonly remedy: string; readonly value?: unknown },
    on: "value" | "key" = "value",
  ): Problem {
    const { line, column } = this.locate(pointer, on);
    return { file: this.file, line, column, pointer, ...text };
  }

  /** Whether the file itself has something at `pointer`: a default has no place in it. */
  has(pointer: string): boolean {
    return this.find(pointer).exact;
  }

  /** Where `pointer` stands; the nearest value around it when it does not exist. */
  locate(pointer: string, on: "value" | "key" = "value"): Position {
    const { node, exact } = this.find(pointer);
    const key = exact && on === "key" && node?.parent?.type === "property" ? node.parent : node;
    return this.position(key?.offset ?? 0);
  }

  private find(pointer: string): { node: Node | undefined; exact: boolean } {
    let node = (this.root ??= this.value === undefined ? undefined : parseTree(this.text));
    for (const segment of pointer.split("/").slice(1).map(unescapeSegment)) {
      const next = node && findNodeAtLocation(node, [node.type === "array" ? Number(segment) : segment]);
      if (!next) return { node, exact: false };
      node = next;
    }
    return { node, exact: node !== undefined };
  }

  /** Line and column of a character. */
  position(offset: number): Position {
    const starts = (this.lineStarts ??= startsOfLines(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
