import { DomainError, type Domain } from "./domain";
import { listIndices } from "./index-list";
import { dayOf, type JaegerIndex } from "./indices";
import { type Log, type Metrics } from "./log";
import { type RetentionParameters } from "./retention-parameters";
import { daysOverdue, isPastRetention } from "./retention-rules";

export interface RetentionResult {
  readonly deleted: number;
  readonly kept: number;
  /** Past retention for less than a day and still there, because of a snapshot or for want of time: the next run's. */
  readonly postponed: number;
  /** Deletions that failed otherwise or for a day, and parameters that say nothing that can be understood. */
  readonly failures: number;
  /** Days; of what is there afterwards. */
  readonly oldestIndexAgeDays: number;
  /** Days by which an index that is still there is past its own retention, at most. */
  readonly overdueDays: number;
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

/** OpenSearch deletes no index of which a snapshot is being made. The service makes one every hour. */
const SNAPSHOT = "snapshot_in_progress_exception";

/**
 * Deletes what is past retention, oldest first. One index that cannot be deleted keeps no other. What only has to wait is a
 * failure when it has waited for a day, through all of that day's runs.
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

  const isLate = (index: JaegerIndex) => isPastRetention(index, retention, today - 1);

  const deleted = new Set<string>();
  let postponed = 0;
  for (const [position, index] of due.entries()) {
    const { name } = index;
    if (domain.remaining() < RESERVE_MS) {
      const left = due.slice(position);
      const inTime = left.filter((each) => !isLate(each)).length;
      postponed += inTime;
      log(inTime < left.length ? "error" : "warn", {
        task: "retention",
        message: `no time for the last ${left.length} indices`,
      });
      break;
    }
    try {
      await domain.remove([name]);
      deleted.add(name);
      log("info", { task: "retention", message: "deleted", index: name });
    } catch (error) {
      const mayWait = error instanceof DomainError && error.type === SNAPSHOT && !isLate(index);
      postponed += Number(mayWait);
      log(mayWait ? "warn" : "error", { task: "retention", message: String(error), index: name });
    }
  }
  const kept = indices.filter(({ name }) => !deleted.has(name));
  return {
    deleted: deleted.size,
    kept: kept.length,
    postponed,
    failures: due.length - deleted.size - postponed + problems.length,
    oldestIndexAgeDays: kept.reduce((oldest, { day }) => Math.max(oldest, today - day), 0),
    overdueDays: kept.reduce((most, index) => Math.max(most, daysOverdue(index, retention, today)), 0),
  };
}

export const retentionMetrics = (result: RetentionResult): Metrics => ({
  IndicesDeleted: [result.deleted, "Count"],
  IndicesKept: [result.kept, "Count"],
  IndicesPostponed: [result.postponed, "Count"],
  Failures: [result.failures, "Count"],
  OldestIndexAgeDays: [result.oldestIndexAgeDays, "None"],
  OverdueDays: [result.overdueDays, "None"],
});
