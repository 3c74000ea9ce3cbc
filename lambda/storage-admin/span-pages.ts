import { DomainError, type Domain } from "./domain";
import { type SpanRef, type Window } from "./links";

export interface SpanSource {
  /** Exact names. */
  readonly indices: readonly string[];
  readonly window: Window;
  /** Spans that are read at most. */
  readonly maxSpans: number;
  /** @default 5000 */
  readonly pageSize?: number;
}

interface Hit {
  readonly _source: {
    readonly traceID: string;
    readonly spanID: string;
    readonly parentSpanID?: string;
    readonly references?: readonly Reference[] | null;
    readonly process?: { readonly serviceName?: string };
    readonly startTimeMillis: number;
    readonly duration?: number;
  };
  readonly sort: readonly unknown[];
}

interface Reference {
  readonly refType?: string;
  readonly traceID?: string;
  readonly spanID?: string;
}

const SOURCE = [
  "traceID",
  "spanID",
  "parentSpanID",
  "references.refType",
  "references.traceID",
  "references.spanID",
  "process.serviceName",
  "startTimeMillis",
  "duration",
];

/** Two documents that agree in all of these are the same span, so none is lost where a page ends between them. */
const ORDER = ["traceID", "spanID", "process.serviceName"];

/**
 * The spans of a time, in the order of their trace ids, trace by trace. The trace at which the limit ends the reading may
 * lack spans and is left out.
 * @returns spans that were read, and whether the limit was reached
 * @throws DomainError
 */
export async function readTraces(
  domain: Domain,
  { indices, window, maxSpans, pageSize = 5000 }: SpanSource,
  use: (trace: readonly SpanRef[]) => void,
): Promise<{ readonly spans: number; readonly isCut: boolean }> {
  let trace: SpanRef[] = [];
  let spans = 0;
  let after: readonly unknown[] | undefined;
  for (;;) {
    const size = Math.min(pageSize, maxSpans - spans);
    const hits = size === 0 ? [] : await page(domain, indices, window, size, after);
    for (const span of hits.map(toSpan)) {
      if (trace[0] !== undefined && trace[0].traceID !== span.traceID) {
        use(trace);
        trace = [];
      }
      trace.push(span);
    }
    spans += hits.length;
    if (hits.length < size) {
      if (trace.length > 0) use(trace);
      return { spans, isCut: false };
    }
    if (spans === maxSpans) return { spans, isCut: true };
    after = hits.at(-1)?.sort;
  }
}

async function page(
  domain: Domain,
  indices: readonly string[],
  { from, to }: Window,
  size: number,
  after: readonly unknown[] | undefined,
): Promise<readonly Hit[]> {
  const answer = (await domain.call({
    method: "POST",
    path: [indices.join(","), "_search"],
    query: { ignore_unavailable: "true" },
    body: {
      size,
      track_total_hits: false,
      _source: SOURCE,
      query: {
        bool: {
          filter: [
            { range: { startTimeMillis: { gte: from, lt: to } } },
            { exists: { field: "process.serviceName" } },
          ],
        },
      },
      sort: ORDER.map((field) => ({ [field]: { order: "asc", unmapped_type: "keyword" } })),
      ...(after && { search_after: after }),
    },
  })) as { timed_out?: boolean; _shards?: { failed?: number }; hits?: { hits?: readonly Hit[] } };
  // A part of the spans would make a graph that looks whole.
  if (answer.timed_out === true || answer._shards?.failed !== 0 || answer.hits?.hits === undefined) {
    throw new DomainError(200, "POST /_search", "not all shards answered");
  }
  return answer.hits.hits;
}

function toSpan({ _source: source }: Hit): SpanRef {
  const parentID = source.parentSpanID ?? parentReference(source.traceID, source.references ?? []);
  return {
    traceID: source.traceID,
    spanID: source.spanID,
    service: source.process?.serviceName ?? "",
    start: source.startTimeMillis,
    duration: source.duration ?? 0,
    ...(parentID !== undefined && { parentID }),
  };
}

/** As Jaeger reads it: the parent of the same trace, or else the first span that this one follows from. */
function parentReference(traceID: string, references: readonly Reference[]): string | undefined {
  const own = references.filter((reference) => reference.traceID === traceID);
  return ["CHILD_OF", "FOLLOWS_FROM"]
    .map((type) => own.find(({ refType }) => refType === type)?.spanID)
    .find((id) => id !== undefined);
}
