import { stackNames } from "../lib/names";
import type { Output } from "./command";
import type { WrittenStack } from "./synth-stacks";
import { table } from "./table";
import { count } from "../lib/wording";

/** From this many tenants on, the tenants are one line. */
const MAX_TENANT_LINES = 20;
const TENANT = stackNames.tenant("");

/** What was written, for people: stacks, their resources, the time it took. */
export function report(
  stacks: readonly WrittenStack[],
  seconds: number,
  output: Pick<Output, "columns" | "colours"> = {},
): string {
  const isTenant = ({ manifest }: WrittenStack): boolean => manifest.name.startsWith(TENANT);
  const tenants = stacks.filter(isTenant);
  const summarised = tenants.length > MAX_TENANT_LINES;
  const rows = (summarised ? stacks.filter((each) => !isTenant(each)) : stacks).map(
    ({ manifest, resources }) => [manifest.name, String(resources)],
  );
  if (summarised) {
    const { min, median, max } = spread(tenants.map(({ resources }) => resources));
    rows.push([`${TENANT}* (${tenants.length} stacks)`, `${min} to ${max}, median ${median}`]);
  }
  const total = stacks.reduce((sum, { resources }) => sum + resources, 0);
  const summary = `${count(stacks.length, "stack")}, ${count(total, "resource")} in ${seconds.toFixed(1)} s`;
  return `${table(["stack", "resources"], rows, output, [1])}${summary}`;
}

function spread(values: readonly number[]): { min: number; median: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}
