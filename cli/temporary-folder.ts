import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a shell reports for a command that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Gives `work` an empty folder that is gone when it ends, or when a signal ends the process. */
export async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "tenantscope-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const listeners = Object.entries(SIGNALS).map(([signal, status]) => {
    const listener = (): void => {
      remove();
      process.exit(status);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  try {
    return await work(folder);
  } finally {
    for (const { signal, listener } of listeners) process.off(signal, listener);
    remove();
  }
}
