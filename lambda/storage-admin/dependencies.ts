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
  readonly failures: number;
}

export interface DependenciesOptions {
  /** Full hours before now. */
  readonly hours: number;
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
const RESERVE_MS = 5000;

/**
 * Writes who called whom in the last full hours, latest first, for each owner with spans. One document for each hour,
 * written again in each run: spans that came late are counted then, and nothing is counted twice.
 * @throws DomainError when the indices cannot be listed
 */
export async function writeDependencies(
  domain: Domain,
  options: DependenciesOptions,
): Promise<DependenciesResult> {
  const { hours, log, now } = options;
  const spanIndices = (await listIndices(domain)).filter(({ kind }) => kind === "span");
  const total = { documents: 0, spans: 0, links: 0, truncated: 0, failures: 0 };
  const lastFull = Math.floor(now / HOUR_MS) - 1;
  for (let hour = lastFull; hour > lastFull - hours; hour -= 1) {
    const from = hour * HOUR_MS;
    const days = [dayOf(from - PARENT_MS), dayOf(from)];
    const recent = spanIndices.filter(({ day }) => days.includes(day));
    for (const owner of new Set(
      recent.filter(({ day }) => day === dayOf(from)).map((index) => index.owner),
    )) {
      const place = { task: "dependencies", owner, hour: hourId(from) };
      try {
        if (domain.remaining() < RESERVE_MS) throw new Error("no time is left");
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
  Failures: [result.failures, "Count"],
});
