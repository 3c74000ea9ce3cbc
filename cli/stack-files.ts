import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet } from "../fleet/types";
import { synthesiseFleet } from "./synth-fleet";
import { Progress } from "./synth-progress";
import { inTemporaryFolder } from "./temporary-folder";

/** What a stack's `cdk.tf.json` has. */
export interface StackJson {
  readonly name: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The stacks as they would be written: the shared ones, and those of the named tenants (none: of all). By name; nothing is left behind. */
export const stackFiles = (fleet: Fleet, tenants: readonly string[]): Promise<readonly StackJson[]> =>
  mappedStacks(fleet, tenants, (name, text) => ({ name, json: JSON.parse(text) as StackJson["json"] }));

/** What `read` makes of the text of each of them, one after the other: not all texts are kept. A terminal sees the progress. */
export const mappedStacks = <Result>(
  fleet: Fleet,
  tenants: readonly string[],
  read: (name: string, text: string) => Result,
): Promise<readonly Result[]> =>
  inTemporaryFolder(async (outdir, signal) => {
    const progress = new Progress(
      process.stderr,
      tenants.length === 0 ? fleet.tenants.length : tenants.length,
    );
    const written = await synthesiseFleet(fleet, {
      ...{ outdir, tenants, signal, withShared: true },
      workerFile: join(__dirname, "synth-worker.js"),
      onProgress: (done, all) => {
        progress.show(done, all);
      },
    }).finally(() => {
      progress.clear();
    });
    return written.map(({ manifest: { name, synthesizedStackPath } }) =>
      read(name, readFileSync(join(outdir, synthesizedStackPath), "utf8")),
    );
  });
