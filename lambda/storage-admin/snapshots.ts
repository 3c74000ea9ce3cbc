import { DomainError, type Domain } from "./domain";
import { parseIndex } from "./indices";
import { REPOSITORY } from "./restore-input";

export interface SnapshotSummary {
  readonly snapshot: string;
  /** SUCCESS, PARTIAL, IN_PROGRESS, FAILED */
  readonly status: string;
  /** When it was complete; ISO 8601, UTC. */
  readonly end: string;
}

export interface SnapshotsResult {
  /** Newest first. */
  readonly snapshots: readonly SnapshotSummary[];
}

export interface SnapshotContent {
  readonly snapshot: string;
  readonly status: string;
  /** Jaeger's, sorted. */
  readonly indices: readonly string[];
}

/**
 * Without what is in them: there are 336, of all indices each, and a function's answer has 6 MB.
 * @throws DomainError
 */
export async function listSnapshots(domain: Domain): Promise<SnapshotsResult> {
  const path = ["_cat", "snapshots", REPOSITORY];
  const answer = await domain.call({
    method: "GET",
    path,
    query: { format: "json", h: "id,status,end_epoch" },
  });
  if (!Array.isArray(answer)) throw new DomainError(200, `GET /${path.join("/")}`, "the answer is no list");
  const rows = answer as readonly Partial<Record<"id" | "status" | "end_epoch", string>>[];
  return {
    snapshots: rows
      .map(({ id = "", status = "", end_epoch: end }) => ({
        snapshot: id,
        status,
        end: new Date(Number(end ?? 0) * 1000).toISOString(),
      }))
      .sort((a, b) => (a.end < b.end ? 1 : -1)),
  };
}

/** @throws DomainError when there is no such snapshot */
export async function readSnapshot(domain: Domain, snapshot: string): Promise<SnapshotContent> {
  const path = ["_snapshot", REPOSITORY, snapshot];
  const answer = (await domain.call({ method: "GET", path })) as {
    readonly snapshots?: readonly { readonly state?: string; readonly indices?: readonly string[] }[];
  };
  const [found] = answer.snapshots ?? [];
  if (found?.indices === undefined)
    throw new DomainError(200, `GET /${path.join("/")}`, "the answer has no snapshot");
  return {
    snapshot,
    status: found.state ?? "",
    indices: found.indices.filter((name) => parseIndex(name) !== undefined).sort(),
  };
}
