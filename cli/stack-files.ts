import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "../fleet/types";
import { synthesiseFleet } from "./synth-fleet";
import { inTemporaryFolder } from "./temporary-folder";

/** What a stack's `cdk.tf.json` has. */
export interface StackJson {
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The stacks as they would be written: the shared ones, and those of the named tenants (none: of all). Nothing is left behind. */
export const stackFiles = (fleet: Fleet, tenants: readonly string[]): Promise<readonly StackJson[]> =>
  inTemporaryFolder(async (outdir, signal) => {
    const written = await synthesiseFleet(fleet, {
      ...{ outdir, tenants, signal, withShared: true },
      workerFile: join(__dirname, "synth-worker.js"),
    });
    return written.map(({ manifest }) => ({
      name: manifest.name,
      json: JSON.parse(
        readFileSync(join(outdir, manifest.synthesizedStackPath), "utf8"),
      ) as StackJson["json"],
    }));
  });
