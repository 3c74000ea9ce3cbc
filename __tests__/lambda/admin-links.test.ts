import fc from "fast-check";
import { LinkCounter, type SpanRef } from "../../lambda/storage-admin/links";

const HOUR = { from: 3_600_000, to: 7_200_000 };
const span = (service: string, spanID: string, parentID?: string, over: Partial<SpanRef> = {}): SpanRef => ({
  traceID: "t",
  spanID,
  service,
  start: HOUR.from,
  duration: 100,
  ...(parentID !== undefined && { parentID }),
  ...over,
});
const linksOf = (...traces: SpanRef[][]) => {
  const counter = new LinkCounter();
  for (const trace of traces) counter.addTrace(trace, HOUR);
  return counter.links(100).links;
};

describe("who called whom", () => {
  test("calls between services are counted, over all traces, whatever the order of the spans", () => {
    const trace = [
      span("db", "4", "3"),
      span("front", "1"),
      span("back", "3", "2"),
      span("front", "2", "1"),
      span("back", "5", "2"),
    ];
    expect(linksOf(trace, trace, [span("front", "1"), span("auth", "2", "1")])).toEqual([
      { parent: "back", child: "db", callCount: 2 },
      { parent: "front", child: "auth", callCount: 1 },
      { parent: "front", child: "back", callCount: 4 },
    ]);
  });

  test("spans of one service, roots and spans whose parent is not there are no calls", () => {
    expect(linksOf([span("front", "1"), span("front", "2", "1"), span("back", "3", "missing")])).toEqual([]);
  });

  test("parents are looked for in the same trace only", () => {
    expect(linksOf([span("front", "1")], [span("back", "2", "1")])).toEqual([]);
  });

  test("a span that was stored twice counts once", () => {
    const child = span("back", "2", "1");
    expect(linksOf([span("front", "1"), child, { ...child }, span("front", "1")])).toEqual([
      { parent: "front", child: "back", callCount: 1 },
    ]);
  });

  test("both sides of a call may share an id: the caller's lasts longer, and what follows hangs on the inner side", () => {
    const shared = [
      span("gateway", "1"),
      span("back", "2", "1", { duration: 50, start: HOUR.from - 5 + 10 }),
      span("front", "2", "1", { duration: 80 }),
      span("db", "3", "2"),
    ];
    expect(linksOf(shared)).toEqual([
      { parent: "back", child: "db", callCount: 1 },
      { parent: "front", child: "back", callCount: 1 },
      { parent: "gateway", child: "front", callCount: 1 },
    ]);
  });

  test("each call is counted in the hour in which the called span began, the end not being part of it", () => {
    const at = (start: number) =>
      linksOf([span("a", "1", undefined, { start: 0 }), span("b", "2", "1", { start })]);
    expect(at(HOUR.from - 1)).toEqual([]);
    expect(at(HOUR.from)).toHaveLength(1);
    expect(at(HOUR.to - 1)).toHaveLength(1);
    expect(at(HOUR.to)).toEqual([]);
  });

  test("a span that is its own parent, and spans that are each other's, do no harm", () => {
    expect(linksOf([span("a", "1", "1")])).toEqual([]);
    expect(linksOf([span("a", "1", "2"), span("b", "2", "1")])).toHaveLength(2);
  });

  test("names that a plain object would mistake are names", () => {
    expect(linksOf([span("__proto__", "1"), span("constructor", "2", "1")])).toEqual([
      { parent: "__proto__", child: "constructor", callCount: 1 },
    ]);
  });

  test("of too many links, those with the most calls stay", () => {
    const counter = new LinkCounter();
    counter.addTrace([span("a", "1"), span("b", "2", "1"), span("c", "3", "1"), span("c", "4", "1")], HOUR);
    expect(counter.links(1)).toEqual({ links: [{ parent: "a", child: "c", callCount: 2 }], omitted: 1 });
    expect(counter.links(2)).toMatchObject({ omitted: 0 });
  });

  test("many spans of one id take no time", () => {
    const spans = Array.from({ length: 50_000 }, (_, number) => span(`s${number}`, "1"));
    // Of the processor: other tests run at the same time.
    const start = process.cpuUsage();
    new LinkCounter().addTrace(spans, HOUR);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2000);
  });

  test("the order of the spans makes no difference", () => {
    const any = fc.record({
      service: fc.constantFrom("a", "b", "c"),
      spanID: fc.constantFrom("1", "2", "3", "4", "5"),
      parentID: fc.option(fc.constantFrom("1", "2", "3", "4", "5"), { nil: undefined }),
    });
    const trace = fc.uniqueArray(any, { selector: ({ service, spanID }) => service + spanID, maxLength: 12 });
    const pair = trace.chain((spans) =>
      fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length })),
    );
    const built = (spans: { service: string; spanID: string; parentID: string | undefined }[]) =>
      // Durations differ, as they do; of equal ones nobody can say which is the outer.
      linksOf(
        spans.map(({ service, spanID, parentID }) =>
          span(service, spanID, parentID, { duration: service.charCodeAt(0) }),
        ),
      );
    fc.assert(
      fc.property(pair, ([one, other]) => {
        expect(built(one)).toEqual(built(other));
      }),
    );
  });
});
