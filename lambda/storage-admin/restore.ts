import { setTimeout as sleep } from "node:timers/promises";
import { DomainError, type Domain } from "./domain";
import { type Log } from "./log";
import { copyOf, REPOSITORY, type RestoreRequest } from "./restore-input";
import { readSnapshot } from "./snapshots";

export interface RestoreResult {
  readonly snapshot: string;
  /** Names under which they are now. */
  readonly restored: readonly string[];
  /** Whether all can be read; otherwise OpenSearch is still copying. */
  readonly complete: boolean;
}

export interface DiscardResult {
  readonly deleted: readonly string[];
}

/** What cannot be restored, or not so. */
export class RestoreRefused extends Error {
  override readonly name = "RestoreRefused";
}

/** Enough to answer. */
const RESERVE_MS = 10_000;

/**
 * Brings indices back from one of the service's snapshots. An index that is there is never written over: it has to be gone, or
 * red and named to be replaced. Nothing else of the snapshot comes with it: no settings of the cluster, rights or templates.
 * @throws RestoreRefused before anything has changed
 * @throws DomainError
 */
export async function restoreIndices(
  domain: Domain,
  { snapshot, indices, copy, replaceRed }: RestoreRequest,
  log: Log,
  pauseMs = 2000,
): Promise<RestoreResult> {
  const { indices: kept, status } = await readSnapshot(domain, snapshot);
  const missing = indices.filter((name) => !kept.includes(name));
  if (status === "IN_PROGRESS" || missing.length > 0) {
    const why = missing.length > 0 ? `has no ${missing.join(", ")}` : "is still being made";
    throw new RestoreRefused(`Snapshot ${snapshot} ${why}.`);
  }
  // It may lack what the index has lost, and then there would be nothing at all.
  if (replaceRed && status !== "SUCCESS") {
    throw new RestoreRefused(`Snapshot ${snapshot} is ${status}: nothing is replaced from it.`);
  }
  const restored = indices.map((name) => (copy ? copyOf(name) : name));
  const there = await healthOf(domain, restored);
  const inTheWay = [...there].filter(([, health]) => !(replaceRed && health === "red"));
  if (inTheWay.length > 0) {
    const list = inTheWay.map(([name, health]) => `${name} (${health})`).join(", ");
    throw new RestoreRefused(
      `There already: ${list}. Only what is red is replaced, and only with replaceRed.`,
    );
  }
  for (const name of there.keys()) {
    await domain.remove([name]);
    log("warn", { task: "restore", message: "deleted the red index", index: name, snapshot });
  }
  await domain.call({
    method: "POST",
    path: ["_snapshot", REPOSITORY, snapshot, "_restore"],
    // Refused by OpenSearch when it is repeated: the indices are there then.
    query: { wait_for_completion: "false" },
    body: {
      indices: indices.join(","),
      ignore_unavailable: false,
      include_global_state: false,
      include_aliases: false,
      partial: false,
      ...(copy && { rename_pattern: "^(.+)$", rename_replacement: copyOf("$1") }),
    },
  });
  return { snapshot, restored, complete: await untilReadable(domain, restored, pauseMs) };
}

/** Deletes copies; the names are those of copies only. */
export async function discardCopies(domain: Domain, copies: readonly string[]): Promise<DiscardResult> {
  const deleted: string[] = [];
  for (const name of copies) if (await domain.remove([name])) deleted.push(name);
  return { deleted };
}

/** Health by name, of those that are there. */
async function healthOf(domain: Domain, names: readonly string[]): Promise<Map<string, string>> {
  const path = ["_cat", "indices"];
  const query = { format: "json", h: "index,health,status", expand_wildcards: "all" };
  const answer = await domain.call({ method: "GET", path, query });
  if (!Array.isArray(answer)) throw new DomainError(200, `GET /${path.join("/")}`, "the answer is no list");
  const rows = answer as readonly Partial<Record<"index" | "health" | "status", string>>[];
  return new Map(
    rows.flatMap(({ index = "", health, status = "" }) =>
      names.includes(index) ? [[index, health ?? status]] : [],
    ),
  );
}

/** Until every primary shard is there, as long as there is time. */
async function untilReadable(domain: Domain, names: readonly string[], pauseMs: number): Promise<boolean> {
  for (;;) {
    const health = await healthOf(domain, names);
    if (names.every((name) => ["green", "yellow"].includes(health.get(name) ?? ""))) return true;
    if (domain.remaining() < RESERVE_MS + pauseMs) return false;
    await sleep(pauseMs);
  }
}
