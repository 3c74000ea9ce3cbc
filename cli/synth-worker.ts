import { parentPort } from "node:worker_threads";
import { UserError } from "../lib/errors";
import type { Reply } from "./synth-pool";
import { writeStacks, type Batch } from "./synth-stacks";

/** A worker thread of `synth-pool.ts`: writes the batches that it is sent. */
parentPort?.on("message", (batch: Batch) => {
  parentPort?.postMessage(reply(batch));
});

function reply(batch: Batch): Reply {
  try {
    return { written: writeStacks(batch) };
  } catch (error) {
    // An error loses its class on the way.
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { failure: { message, stack, user: error instanceof UserError } };
  }
}
