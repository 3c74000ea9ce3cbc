import { Worker } from "node:worker_threads";
import { UserError } from "../lib/errors";
import type { Batch, Written } from "./synth-stacks";

/** A worker's answer to one batch. */
export type Reply =
  | { readonly written: Written }
  | {
      readonly failure: {
        readonly message: string;
        readonly stack: string | undefined;
        readonly user: boolean;
      };
    };

/** Builds and synthesises batches, somehow; calls back for each one that is written. Rejects when `signal` says so. */
export type WriteBatches = (
  batches: readonly Batch[],
  onWritten: (written: Written) => void,
  signal: AbortSignal,
) => Promise<void>;

export interface PoolOptions {
  /** The compiled `synth-worker.ts`. */
  readonly workerFile: string;
  readonly workers: number;
  /** One of them that was started before; its end is not the caller's any more. */
  readonly first?: Worker | undefined;
  readonly onWritten: (written: Written) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Node's default is 48. A batch leaves little alive, so a larger one only fills memory. */
const NURSERY_MB = 6;

/** Starts a thread, which loads the program meanwhile: nearly half a second for one stack. */
export function startWorker(workerFile: string): Worker {
  const worker = new Worker(workerFile, { resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB } });
  worker.on("error", () => undefined); // who gives it work listens as well
  return worker;
}

const isRunning = ({ threadId }: Worker): boolean => threadId !== -1;

/**
 * Threads, not processes: a thread takes 45 MB where a process takes 110, and it cannot outlive the command.
 */
export async function writeInWorkers(batches: readonly Batch[], options: PoolOptions): Promise<void> {
  const queue = [...batches];
  const { first } = options;
  const workers = Array.from({ length: options.workers }, (_, index) =>
    index === 0 && first !== undefined && isRunning(first) ? first : startWorker(options.workerFile),
  );
  try {
    await Promise.all(workers.map((worker) => work(worker, queue, options)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives the worker batches until there are none. Rejects with the first failure. */
function work(worker: Worker, queue: Batch[], { onWritten, signal }: PoolOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
    const next = () => {
      const batch = queue.shift();
      if (batch === undefined) resolve();
      else worker.postMessage(batch);
    };
    worker.on("message", (reply: Reply) => {
      if ("failure" in reply) {
        reject(asError(reply.failure));
        return;
      }
      onWritten(reply.written);
      next();
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      reject(new Error(`a worker stopped with status ${code}`));
    });
    next();
  });
}

function asError({ message, stack, user }: Extract<Reply, { failure: object }>["failure"]): Error {
  const error = user ? new UserError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
