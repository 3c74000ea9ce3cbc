import { applyEdits, type Edit, findNodeAtLocation, modify, type Node, parseTree } from "jsonc-parser";
import type { Lifecycle } from "./types";

/**
 * The text of a tenant's file with another `lifecycle`. Nothing else changes, not a space: a file without the key gets
 * it behind `accountId`, laid out like that one. The text is that of a valid tenant.
 */
export function withLifecycle(text: string, lifecycle: Lifecycle): string {
  const root = parseTree(text);
  if (root && findNodeAtLocation(root, ["lifecycle"])) {
    return applyEdits(text, modify(text, ["lifecycle"], lifecycle, {}));
  }
  const neighbour = root && findNodeAtLocation(root, ["accountId"])?.parent;
  if (!root || !neighbour) throw new Error("not the text of a tenant");
  return applyEdits(text, [insertionBehind(text, root, neighbour, lifecycle)]);
}

/** The text without `lifecycle`: what {@link withLifecycle} put into a file that had none is gone again, to the space. */
export function withoutLifecycle(text: string): string {
  const root = parseTree(text);
  const own = root && findNodeAtLocation(root, ["lifecycle"])?.parent;
  if (!root || !own) return text;
  const properties = root.children ?? [];
  const index = properties.indexOf(own);
  const [before, after] = [properties[index - 1], properties[index + 1]];
  const start = before ? before.offset + before.length : own.offset;
  const end = before ? own.offset + own.length : (after?.offset ?? own.offset + own.length);
  return text.slice(0, start) + text.slice(end);
}

function insertionBehind(text: string, root: Node, neighbour: Node, lifecycle: Lifecycle): Edit {
  const [key, value] = neighbour.children ?? [];
  if (!key || !value) throw new Error("a property without key and value");
  const properties = root.children ?? [];
  const before = properties[properties.indexOf(neighbour) - 1];
  const gapStart = before ? before.offset + before.length : root.offset + 1;
  const gap = text.slice(gapStart, neighbour.offset).replace(",", "");
  const colon = text.slice(key.offset + key.length, value.offset);
  return {
    offset: neighbour.offset + neighbour.length,
    length: 0,
    content: `,${gap}"lifecycle"${colon}${JSON.stringify(lifecycle)}`,
  };
}
