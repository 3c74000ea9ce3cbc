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
export const only = (stack: Stack, type: string): JsonObject => {
  const all = Object.values(stack.resource(type));
  expect(all).toHaveLength(1);
  return all[0]!;
};
