import { MAX_LINKS } from "../../lambda/storage-admin/dependencies";
import { adminBefore, FakeServer, metricsOf, type Answer, type Seen } from "./admin-opensearch";

const openSearch = new FakeServer();
beforeAll(() => openSearch.start());
afterAll(() => openSearch.stop());
beforeEach(() => {
  openSearch.reset();
});

const LIST = "GET /_cat/indices/jaeger-*,*-jaeger-*?format=json&h=index&expand_wildcards=open,closed";
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);

/** A document as Jaeger stores it, as far as it is asked for. */
const document = (
  service: string,
  spanID: string,
  parent?: object,
  start = at("02:10:00"),
  traceID = "t1",
) => ({
  traceID,
  spanID,
  process: { serviceName: service },
  startTimeMillis: start,
  duration: 1000,
  ...parent,
});
type Document = ReturnType<typeof document>;
const parentField = (id: string) => ({ parentSpanID: id });
const reference = (spanID: string, refType = "CHILD_OF", traceID = "t1") => ({ refType, traceID, spanID });

interface Search {
  readonly size: number;
  readonly query: { bool: { filter: [{ range: { startTimeMillis: { gte: number; lt: number } } }, object] } };
  readonly sort: object[];
  readonly search_after?: string[];
}
const keyOf = ({ traceID, spanID, process }: Document) => [traceID, spanID, process.serviceName];
const less = (a: readonly string[], b: readonly string[]): boolean => {
  const differs = a.findIndex((part, position) => part !== b[position]);
  return differs >= 0 && (a[differs] ?? "") < (b[differs] ?? "");
};

/** Answers searches as OpenSearch would, from documents by index. */
function holding(
  documents: Record<string, readonly Document[]>,
  others: (seen: Seen) => Answer = () => ({}),
) {
  openSearch.answer = (seen) => {
    if (seen.request === LIST) return { body: Object.keys(documents).map((index) => ({ index })) };
    const [, names] = /^POST \/(.+)\/_search\?ignore_unavailable=true$/.exec(seen.request) ?? [];
    if (names === undefined) return others(seen);
    const { size, query, search_after } = seen.body as Search;
    const { gte, lt } = query.bool.filter[0].range.startTimeMillis;
    const hits = names
      .split(",")
      .flatMap((name) => documents[name] ?? [])
      .filter(({ startTimeMillis: start }) => start >= gte && start < lt)
      .sort((a, b) => (less(keyOf(a), keyOf(b)) ? -1 : 1))
      .filter((hit) => search_after === undefined || less(search_after, keyOf(hit)))
      .slice(0, size)
      .map((hit) => ({ _source: hit, sort: keyOf(hit) }));
    return { body: { timed_out: false, _shards: { failed: 0 }, hits: { hits } } };
  };
}
const written = () =>
  openSearch.seen
    .filter(({ request }) => request.startsWith("PUT"))
    .map(({ request, body }) => ({ request, body }));
const byRequest = (all: ReturnType<typeof written>) => all.sort((a, b) => (a.request < b.request ? -1 : 1));
const run = (event: object = {}, env: Record<string, string> = {}) => {
  const admin = adminBefore(openSearch.origin, undefined, env);
  return { ...admin, result: admin.invoke({ task: "dependencies", ...event }) };
};
const CALL = [document("front", "1"), document("back", "2", parentField("1"))];
const DOCUMENT = {
  timestamp: "2026-11-21T02:00:00.000Z",
  dependencies: [{ parent: "front", child: "back", callCount: 1 }],
};

describe("dependencies", () => {
  test("one document for each owner and hour, in the owner's index of that day", async () => {
    holding({
      "jaeger-span-2026-11-21": [...CALL, document("late", "3", parentField("1"), at("01:30:00"))],
      "acme-jaeger-span-2026-11-21": [
        document("x", "1"),
        document("y", "2", { references: [reference("1")] }),
      ],
      "globex-jaeger-span-2026-11-21": [document("alone", "1")],
      "initech-jaeger-span-2026-11-20": CALL,
      "jaeger-service-2026-11-21": [],
    });
    const { result, logged } = run();
    expect(await result).toEqual({ documents: 2, spans: 6, links: 2, truncated: 0, left: 0, failures: 0 });
    expect(byRequest(written())).toEqual([
      {
        request: "PUT /acme-jaeger-dependencies-2026-11-21/_doc/2026-11-21T02",
        body: { ...DOCUMENT, dependencies: [{ parent: "x", child: "y", callCount: 1 }] },
      },
      { request: "PUT /jaeger-dependencies-2026-11-21/_doc/2026-11-21T02", body: DOCUMENT },
    ]);
    expect(metricsOf(logged)).toEqual({
      namespace: "Tenantscope/StorageAdmin",
      task: "dependencies",
      DocumentsWritten: 2,
      SpansRead: 6,
      LinksWritten: 2,
      Truncated: 0,
      Left: 0,
      Failures: 0,
    });
  });

  test("asks for the hour and five minutes before it, only what it needs, in an order without gaps", async () => {
    holding({ "jaeger-span-2026-11-21": CALL });
    await run({ hours: 1 }).result;
    expect(openSearch.seen.slice(1, 2).map(({ request, body }) => ({ request, body }))).toEqual([
      {
        request: "POST /jaeger-span-2026-11-21/_search?ignore_unavailable=true",
        body: {
          size: 5000,
          track_total_hits: false,
          _source: [
            "traceID",
            "spanID",
            "parentSpanID",
            ...["references.refType", "references.traceID", "references.spanID"],
            "process.serviceName",
            "startTimeMillis",
            "duration",
          ],
          query: {
            bool: {
              filter: [
                { range: { startTimeMillis: { gte: at("01:55:00"), lt: at("03:00:00") } } },
                { exists: { field: "process.serviceName" } },
              ],
            },
          },
          sort: ["traceID", "spanID", "process.serviceName"].map((field) => ({
            [field]: { order: "asc", unmapped_type: "keyword" },
          })),
        },
      },
    ]);
  });

  test("the first hour of a day finds parents in the day before", async () => {
    const start = at("00:00:10");
    holding({
      "jaeger-span-2026-11-20": [document("front", "1", undefined, at("00:00:00") - 60_000)],
      "jaeger-span-2026-11-21": [document("back", "2", parentField("1"), start)],
    });
    expect(await run({ hours: 3 }).result).toMatchObject({ documents: 1, links: 1 });
    expect(written().map(({ request }) => request)).toEqual([
      "PUT /jaeger-dependencies-2026-11-21/_doc/2026-11-21T00",
    ]);
  });

  test.each([
    ["the field of Jaeger 2.20 and later", parentField("1"), 1],
    ["the reference of earlier ones", { references: [reference("9", "FOLLOWS_FROM"), reference("1")] }, 1],
    ["what it follows from", { references: [reference("1", "FOLLOWS_FROM")] }, 1],
    ["not a link to another trace", { references: [reference("1", "CHILD_OF", "t2")] }, 0],
    ["no references", { references: null }, 0],
  ])("the parent is read from %s", async (_name, parent, links) => {
    holding({ "jaeger-span-2026-11-21": [document("front", "1"), document("back", "2", parent)] });
    expect(await run({ hours: 1 }).result).toMatchObject({ links });
  });

  test("a second run writes the same again", async () => {
    holding({ "jaeger-span-2026-11-21": CALL });
    await run().result;
    const first = written();
    openSearch.seen.length = 0;
    await run().result;
    expect(written()).toEqual(first);
  });

  test("reads on until the bound, leaves the trace out at which it ends, and says so", async () => {
    const trace = (id: number): Document[] => {
      const traceID = `t${String(id).padStart(5, "0")}`;
      return ["1", "2", "3"].map((spanID) =>
        document(`s${spanID}`, spanID, spanID === "1" ? {} : parentField("1"), undefined, traceID),
      );
    };
    const spans = Array.from({ length: 4000 }, (_, id) => trace(id)).flat();
    holding({ "jaeger-span-2026-11-21": spans });
    const whole = run({ hours: 1 });
    expect(await whole.result).toEqual({
      documents: 1,
      spans: 12_000,
      links: 2,
      truncated: 0,
      left: 0,
      failures: 0,
    });
    const counts = (body: unknown) =>
      (body as { dependencies: { callCount: number }[] }).dependencies.map(({ callCount }) => callCount);
    expect(counts(written()[0]?.body)).toEqual([4000, 4000]);

    openSearch.seen.length = 0;
    const cut = run({ hours: 1 }, { DEPENDENCY_MAX_SPANS: "1001" });
    expect(await cut.result).toEqual({
      documents: 1,
      spans: 1001,
      links: 2,
      truncated: 1,
      left: 0,
      failures: 0,
    });
    // 333 whole traces, and two spans of the next.
    expect(counts(written()[0]?.body)).toEqual([333, 333]);
    expect(cut.logged).toContainEqual({
      level: "warn",
      ...{
        task: "dependencies",
        owner: "central",
        hour: "2026-11-21T02",
        spans: 1001,
        links: 2,
        isTruncated: true,
      },
    });
  });

  test("a document has so many links at most", async () => {
    const children = Array.from({ length: MAX_LINKS + 1 }, (_, id) =>
      document(`s${id}`, String(id + 2), parentField("1")),
    );
    holding({ "jaeger-span-2026-11-21": [document("front", "1"), ...children] });
    expect(await run({ hours: 1 }).result).toMatchObject({ links: MAX_LINKS, truncated: 1 });
  });

  test.each([
    ["shards that failed", { timed_out: false, _shards: { failed: 1 }, hits: { hits: [] } }],
    ["a search that timed out", { timed_out: true, _shards: { failed: 0 }, hits: { hits: [] } }],
    ["no hits", { timed_out: false, _shards: { failed: 0 } }],
  ])("%s: nothing is written for that owner, the others are", async (_name, body) => {
    holding({ "jaeger-span-2026-11-21": CALL, "acme-jaeger-span-2026-11-21": CALL });
    const { answer } = openSearch;
    openSearch.answer = (seen) => (seen.request.startsWith("POST /acme-") ? { body } : answer(seen));
    const { result, logged } = run({ hours: 1 });
    expect(await result).toEqual({ documents: 1, spans: 2, links: 1, truncated: 0, left: 0, failures: 1 });
    expect(written().map(({ request }) => request)).toEqual([
      "PUT /jaeger-dependencies-2026-11-21/_doc/2026-11-21T02",
    ]);
    expect(logged.filter(({ level }) => level === "error")).toEqual([
      expect.objectContaining({ owner: "acme", hour: "2026-11-21T02" }),
    ]);
  });

  test.each([
    ["2", 2],
    ["3", 3],
  ])("without time nothing is begun; with %s hours only the first is nobody's", async (hours, left) => {
    holding({ "jaeger-span-2026-11-21": CALL });
    const { answer } = openSearch;
    const clock = jest.spyOn(Date, "now");
    openSearch.answer = (seen) => {
      // The list takes 40 of the 60 seconds.
      const late = performance.timeOrigin + performance.now() + 40_000;
      clock.mockImplementation(() => late);
      return answer(seen);
    };
    const { result, logged } = run({}, { DEPENDENCY_HOURS: hours });
    try {
      expect(await result).toEqual({ documents: 0, spans: 0, links: 0, truncated: 0, left, failures: 1 });
    } finally {
      clock.mockRestore();
    }
    expect(metricsOf(logged)).toMatchObject({ Left: left, Failures: 1 });
    expect(openSearch.requests).toEqual([LIST]);
  });
});
