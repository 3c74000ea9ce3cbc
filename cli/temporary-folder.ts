import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stoppable } from "./interruption";

/**
 * Gives `work` an empty folder that is gone when it has ended. A signal asks it to end, see {@link stoppable}: until then
 * it writes into the folder.
 */
export const inTemporaryFolder = <Result>(
  work: (folder: string, signal: AbortSignal) => Promise<Result>,
): Promise<Result> =>
  stoppable("nothing was changed", async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), "tenantscope-"));
    try {
      return await work(folder, signal);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
