import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Fleet } from "../fleet/types";
import { sharedStacks, stackNames } from "../lib/names";
import type { Batch } from "./synth-stacks";

/** Tenants that are built together: enough to spread what every batch costs, few enough to bound the memory. */
const BATCH = 10;
/** With fewer for each, threads take longer to start than they save. */
const STACKS_PER_WORKER = 125;
/** A third thread saves a fifth of the time and takes another quarter of the memory. */
const MAX_WORKERS = 2;

/** Divides the named stacks of a fleet; each batch writes to a folder of its own below `folder`. */
export function batches(fleet: Fleet, stacks: readonly string[], folder: string): Batch[] {
  const wanted = new Set(stacks);
  const shared = sharedStacks(fleet.central).filter((name) => wanted.has(name));
  const tenants = fleet.tenants.filter(({ name }) => wanted.has(stackNames.tenant(name)));
  const chunks = Array.from({ length: Math.ceil(tenants.length / BATCH) }, (_, index) =>
    tenants.slice(index * BATCH, (index + 1) * BATCH),
  );
  return [
    ...(shared.length === 0 ? [] : [{ fleet, stacks: shared, folder: join(folder, "shared") }]),
    ...chunks.map((chunk, index) => ({
      fleet: { ...fleet, tenants: chunk },
      stacks: chunk.map(({ name }) => stackNames.tenant(name)),
      folder: join(folder, String(index)),
    })),
  ];
}

/** How many threads pay off for so many stacks; 0 is none. */
export function usefulWorkers(stacks: number): number {
  const useful = Math.min(availableParallelism(), MAX_WORKERS, Math.floor(stacks / STACKS_PER_WORKER));
  return useful > 1 ? useful : 0;
}
