import type { JsonObject } from "./json";
import type { Stack } from "./synth";

/** How many resources of each type a stack has. */
export const census = (stack: Stack): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind, type } of stack.blocks) {
    const key = kind === "data" ? `data.${type}` : type;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

/** The attributes of the only resource of a type. */
export function only(stack: Stack, type: string): JsonObject {
  const [first, ...others] = Object.values(stack.resource(type));
  if (first === undefined || others.length > 0) throw new Error(`${stack.name}: not exactly one ${type}`);
  return first;
}
