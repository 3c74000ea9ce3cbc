import { type Domain } from "./domain";
import { listIndices } from "./index-list";
import { dayOf } from "./indices";
import { type Log, type Metrics } from "./log";
import { type RetentionParameters } from "./retention-parameters";
import { isPastRetention } from "./retention-rules";

export interface RetentionResult {
  readonly deleted: number;
  readonly kept: number;
  /** Deletions that failed, and parameters that say nothing that can be understood. */
  readonly failures: number;
  /** Days; of what is there afterwards. */
  readonly oldestIndexAgeDays: number;
}

export interface RetentionOptions {
  readonly centralDays: number;
  readonly parameters: () => Promise<RetentionParameters>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Enough to write down what happened; the next run goes on. */
const RESERVE_MS = 5000;

/**
 * Deletes what is past retention, oldest first. One index that cannot be deleted (a snapshot is being made of it) keeps no
 * other.
 * @throws DomainError when the indices cannot be listed
 */
export async function enforceRetention(domain: Domain, options: RetentionOptions): Promise<RetentionResult> {
  const { centralDays, log, now } = options;
  const { tenants, isComplete, problems } = await options.parameters();
  for (const problem of problems) log("error", { task: "retention", message: problem });
  const retention = { centralDays, tenants, isComplete };
  const today = dayOf(now);
  const indices = await listIndices(domain);
  const due = indices
    .filter((index) => isPastRetention(index, retention, today))
    .sort((a, b) => a.day - b.day);

  const deleted = new Set<string>();
  for (const { name } of due) {
    if (domain.remaining() < RESERVE_MS) {
      log("error", {
        task: "retention",
        message: `no time for the last ${due.length - deleted.size} indices`,
      });
      break;
    }
    try {
      await domain.remove([name]);
      deleted.add(name);
      log("info", { task: "retention", message: "deleted", index: name });
    } catch (error) {
      log("error", { task: "retention", message: String(error), index: name });
    }
  }
  const kept = indices.filter(({ name }) => !deleted.has(name));
  return {
    deleted: deleted.size,
    kept: kept.length,
    failures: due.length - deleted.size + problems.length,
    oldestIndexAgeDays: kept.reduce((oldest, { day }) => Math.max(oldest, today - day), 0),
  };
}

export const retentionMetrics = (result: RetentionResult): Metrics => ({
  IndicesDeleted: [result.deleted, "Count"],
  IndicesKept: [result.kept, "Count"],
  Failures: [result.failures, "Count"],
  OldestIndexAgeDays: [result.oldestIndexAgeDays, "None"],
});
