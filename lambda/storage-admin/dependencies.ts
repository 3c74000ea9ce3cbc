import { type Domain } from "./domain";
import { listIndices } from "./index-list";
import { dayOf, indexName, type JaegerIndex } from "./indices";
import { LinkCounter } from "./links";
import { type Log, type Metrics } from "./log";
import { readTraces } from "./span-pages";

export interface DependenciesResult {
  /** Owner and hour with calls between services. */
  readonly documents: number;
  readonly spans: number;
  readonly links: number;
  /** Owner and hour with more spans, or more links, than are looked at. */
  readonly truncated: number;
  /** Owner and hour that were not begun, for want of time. */
  readonly left: number;
  /** Owner and hour that failed, or were left and are no later run's. */
  readonly failures: number;
}

export interface DependenciesOptions {
  /** Full hours before now. */
  readonly hours: number;
  /** As many of the latest of them are the next run's as well. */
  readonly repeatedHours: number;
  /** Of one owner and hour. */
  readonly maxSpans: number;
  readonly pageSize?: number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const HOUR_MS = 3_600_000;
/** A span is joined to a parent that began this long before the hour at most. */
export const PARENT_MS = 5 * 60_000;
/** Names of services are the senders' choice; a document has to stay small enough to be stored and drawn. */
export const MAX_LINKS = 5000;
/** Share of the time in which nothing new is begun: what was begun shall end without having taken the function's last second. */
const RESERVED = 0.4;
/** Steps of this part of a circle never come back to a place, and reach all parts of it alike. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Writes who called whom in the last full hours for each owner with spans. One document for each hour, written again in
 * each run: spans that came late are counted then, and nothing is counted twice. The earliest hour comes first, since a later
 * run may not come back to it; what there is no time for is left to the next run.
 * @throws DomainError when the indices cannot be listed
 */
export async function writeDependencies(
  domain: Domain,
  options: DependenciesOptions,
): Promise<DependenciesResult> {
  const { hours, repeatedHours, log, now } = options;
  const reserve = domain.remaining() * RESERVED;
  const spanIndices = (await listIndices(domain)).filter(({ kind }) => kind === "span");
  const total = { documents: 0, spans: 0, links: 0, truncated: 0, left: 0, failures: 0 };
  const lastFull = Math.floor(now / HOUR_MS) - 1;
  for (let hour = lastFull - hours + 1; hour <= lastFull; hour += 1) {
    const from = hour * HOUR_MS;
    const days = [dayOf(from - PARENT_MS), dayOf(from)];
    const recent = spanIndices.filter(({ day }) => days.includes(day));
    const owners = rotated(ownersOf(recent, dayOf(from)), lastFull);
    for (const [position, owner] of owners.entries()) {
      if (domain.remaining() < reserve) {
        const left = owners.length - position;
        const isRepeated = lastFull - hour < repeatedHours;
        total.left += left;
        total.failures += isRepeated ? 0 : left;
        log(isRepeated ? "warn" : "error", {
          task: "dependencies",
          hour: hourId(from),
          left,
          message: `no time: left to ${isRepeated ? "the next run" : "a run by hand"}`,
        });
        break;
      }
      const place = { task: "dependencies", owner, hour: hourId(from) };
      try {
        const done = await writeHour(domain, owner, from, recent, options);
        total.spans += done.spans;
        total.links += done.links;
        total.documents += Number(done.links > 0);
        total.truncated += Number(done.isTruncated);
        log(done.isTruncated ? "warn" : "info", { ...place, ...done });
      } catch (error) {
        total.failures += 1;
        log("error", { ...place, message: String(error) });
      }
    }
  }
  return total;
}

const ownersOf = (indices: readonly JaegerIndex[], of: number): string[] => [
  ...new Set(indices.filter(({ day }) => day === of).map(({ owner }) => owner)),
];

/** Each run begins with another owner, so that it is not always the same ones for whom there is no time. */
function rotated(owners: readonly string[], run: number): string[] {
  const first = Math.floor(((run * GOLDEN) % 1) * owners.length);
  return [...owners.slice(first), ...owners.slice(0, first)];
}

async function writeHour(
  domain: Domain,
  owner: string,
  from: number,
  recent: readonly JaegerIndex[],
  { maxSpans, pageSize }: DependenciesOptions,
): Promise<{ spans: number; links: number; isTruncated: boolean }> {
  const window = { from, to: from + HOUR_MS };
  const counter = new LinkCounter();
  const { spans, isCut } = await readTraces(
    domain,
    {
      indices: recent.filter((index) => index.owner === owner).map(({ name }) => name),
      window: { ...window, from: from - PARENT_MS },
      maxSpans,
      ...(pageSize !== undefined && { pageSize }),
    },
    (trace) => {
      counter.addTrace(trace, window);
    },
  );
  const { links, omitted } = counter.links(MAX_LINKS);
  if (links.length > 0) {
    await domain.call({
      method: "PUT",
      path: [indexName(owner, "dependencies", dayOf(from)), "_doc", hourId(from)],
      body: { timestamp: new Date(from).toISOString(), dependencies: links },
    });
  }
  return { spans, links: links.length, isTruncated: isCut || omitted > 0 };
}

/** YYYY-MM-DDTHH, UTC: the same document whenever the hour is computed. */
const hourId = (from: number): string => new Date(from).toISOString().slice(0, 13);

export const dependenciesMetrics = (result: DependenciesResult): Metrics => ({
  DocumentsWritten: [result.documents, "Count"],
  SpansRead: [result.spans, "Count"],
  LinksWritten: [result.links, "Count"],
  Truncated: [result.truncated, "Count"],
  Left: [result.left, "Count"],
  Failures: [result.failures, "Count"],
});
