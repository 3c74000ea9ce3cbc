/**
 * Runs `work` on the items, `width` of them at a time. `work` says whether to go on: after a first "no" nothing new is
 * begun, and what is under way comes to its end. Returns whether all were done. What `work` throws is thrown at the end.
 */
export async function inPool<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<boolean>,
): Promise<boolean> {
  const queue = [...items];
  let open = true;
  const worker = async (): Promise<void> => {
    while (open) {
      const item = queue.shift();
      if (item === undefined) return;
      try {
        if (!(await work(item))) open = false;
      } catch (error) {
        open = false;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return open;
}

/** One at a time, in the order of their calls; one that fails does not stop the next. */
export function serialised<T>(): (work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
