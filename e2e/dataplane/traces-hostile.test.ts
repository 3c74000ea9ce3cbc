import { gzipSync } from "node:zlib";
import { MAX_REQUEST_BYTES, MOST } from "../../modules/jaeger/limits";
import { type JaegerSpan, type JaegerTag, tag } from "./jaeger-server";
import { spanBatch } from "./storage-spans";
import { acme } from "./traces-fleet-under-test";
import { attribute, type Attribute, controlCharacters, rawSpan } from "./traces-raw";
import { TracesWorld } from "./traces-world";

/** What a tenant's own code can send with its writer role, past the sidecar. */
const ARRIVAL_SECONDS = 150;
const SERVICE = "hostile";
const theirs = { tags: JSON.stringify({ "tenant.id": "globex" }) };

let world: TracesWorld;
beforeAll(async () => {
  world = await TracesWorld.start();
});
afterAll(async () => {
  await (world as TracesWorld | undefined)?.stop();
});

const send = async (body: Buffer | string, type = "json", ...headers: (readonly [string, string])[]) => {
  const options = { body, headers: [["Content-Type", `application/${type}`] as const, ...headers] };
  return (await world.callAs(acme, "/v1/t/acme/v1/traces", options)).status;
};

/** By the same way and later: when these are there, what was sent before would be as well. Two, for two workers write bulks. */
async function sendMarkers(): Promise<void> {
  for (const name of ["honest", "honest again"]) {
    const honest = spanBatch(1, { service: SERVICE, name, resource: { "tenant.id": "acme" } });
    expect(await send(JSON.stringify(honest.request))).toBe(200);
    await world.query.untilTrace(honest.traceId, 1, ARRIVAL_SECONDS);
  }
}

const OWN = attribute("tenant.id", "acme");
const THEIRS = attribute("tenant.id", "globex");
const EMPTY: Attribute = { key: "tenant.id", value: {} };
/** JSON has no word for it. */
const NAN: Attribute = { key: "x", value: { doubleValue: "NaN" } };
const LISTED: Attribute = { key: "tenant.id", value: { arrayValue: { values: [THEIRS.value] } } };

const LIES: readonly (readonly [string, readonly Attribute[]])[] = [
  ["alone", [THEIRS]],
  ["in a list", [LISTED]],
  ["after its own", [OWN, THEIRS]],
  ["before its own", [THEIRS, OWN]],
  ["after an empty one", [EMPTY, THEIRS]],
  ["before an empty one", [THEIRS, EMPTY]],
  ["after its own and something else", [OWN, attribute("y", '"\n'), THEIRS]],
  ["after its own, with a NaN", [OWN, THEIRS, NAN]],
  ["after an empty one, with a NaN", [NAN, EMPTY, THEIRS]],
];

describe("a forged tenant", () => {
  const event = (name: string, attributes: readonly Attribute[] = []) => ({ name, attributes });
  const sent = {
    resource: LIES.map(([, resource]) => rawSpan({ service: SERVICE, resource })),
    event: LIES.map(([, attributes]) => {
      const events = [event("lie", attributes), event("kept")];
      return rawSpan({ service: SERVICE, span: { events } });
    }),
    span: LIES.map(([, all]) => {
      const attributes = all.filter((each) => each !== NAN);
      return rawSpan({ service: SERVICE, span: { attributes } });
    }),
    elsewhere: [
      rawSpan({
        service: SERVICE,
        scope: { name: "library", attributes: [THEIRS] },
        span: { links: [{ traceId: "c".repeat(32), spanId: "d".repeat(16), attributes: [THEIRS] }] },
      }),
    ],
    // Jaeger cannot store it, whoever sends it; nothing else may come of it.
    unstorable: [rawSpan({ service: SERVICE, resource: [OWN, NAN] })],
  };

  beforeAll(async () => {
    for (const { request } of Object.values(sent).flat()) {
      // An answer that asks to send it again would let any tenant keep Jaeger and the alarms busy.
      expect(await send(JSON.stringify(request))).toBe(200);
    }
    await sendMarkers();
  });

  const stored = (traceId: string | undefined) => world.query.trace(traceId ?? "");
  const cases = LIES.map(([name], index) => [name, index] as const);

  test.each(cases)("of a resource, %s: the span is dropped", async (_name, index) => {
    expect(await stored(sent.resource[index]?.traceId)).toBeUndefined();
  });

  test.each(cases)("of an event, %s: the event is dropped", async (_name, index) => {
    const { spans = [] } = (await stored(sent.event[index]?.traceId)) ?? {};
    const logs = spans.flatMap((span) => (span as JaegerSpan & { logs: { fields: JaegerTag[] }[] }).logs);
    expect([spans.length, logs.map(({ fields }) => fields.map(({ value }) => value))]).toEqual([
      1,
      [["kept"]],
    ]);
  });

  test.each(cases)("of a span, %s: its own is written over it", async (_name, index) => {
    const { spans = [] } = (await stored(sent.span[index]?.traceId)) ?? {};
    expect(spans.map(({ tags }) => tags.filter(({ key }) => key === "tenant.id"))).toMatchObject([
      [{ value: "acme" }],
    ]);
  });

  test("of a scope or a link is not stored", async () => {
    const trace = await stored(sent.elsewhere[0]?.traceId);
    expect(trace?.spans.map((span) => tag(span, "tenant.id"))).toEqual(["acme"]);
    expect(JSON.stringify(trace)).not.toContain("globex");
  });

  test("is found by nobody's search", async () => {
    expect(await world.query.find(SERVICE, theirs)).toEqual([]);
    expect(await stored(sent.unstorable[0]?.traceId)).toBeUndefined();
  });
});

describe("a span that is too large", () => {
  /** Another tenant's, at the same time. */
  const neighbours = () => spanBatch(100, { service: "neighbour", padding: 2000 });
  const bulks = (since: number) =>
    world.storage.api.calls.slice(since).filter(({ path }) => path.endsWith("/_bulk"));

  async function besideNeighbours(act: () => Promise<unknown>): Promise<void> {
    const batch = neighbours();
    const [, answer] = await Promise.all([act(), world.collector.send(batch.request, "initech")]);
    expect(answer.status).toBe(200);
    await world.query.untilTrace(batch.traceId, batch.spans, ARRIVAL_SECONDS);
  }

  test("is refused for good by its size before compression, and another tenant's spans arrive", async () => {
    const since = world.storage.api.calls.length;
    const { request, traceId } = spanBatch(1, { service: SERVICE, padding: 7_000_000 });
    const packed = gzipSync(JSON.stringify(request));
    expect(packed.length).toBeLessThan(10_000);
    await besideNeighbours(async () => {
      expect(await send(packed, "json", ["Content-Encoding", "gzip"])).toBe(400);
    });
    await sendMarkers();
    expect(await world.query.trace(traceId)).toBeUndefined();
    expect([...new Set(bulks(since).map(({ status }) => status))]).toEqual([200]);
  });

  test("is stored when its request may be that large, and no bulk is too long: another tenant's spans arrive", async () => {
    const since = world.storage.api.calls.length;
    // The rest is the request's own.
    const { body, traceId } = controlCharacters(SERVICE, MAX_REQUEST_BYTES - 200);
    expect(body.length).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
    await besideNeighbours(async () => {
      expect(await send(body, "x-protobuf")).toBe(200);
    });
    await world.query.untilTrace(traceId, 1, ARRIVAL_SECONDS);
    const sizes = bulks(since).map(({ bytes }) => bytes);
    // Plain, as the deployed Jaeger sends them, and what API Gateway and Lambda take.
    expect(Math.max(...sizes)).toBeGreaterThan(6.9 * MAX_REQUEST_BYTES);
    expect(Math.max(...sizes)).toBeLessThan(4_400_000);
    expect([...new Set(bulks(since).map(({ status }) => status))]).toEqual([200]);
  });

  test("or has too many of something is dropped, and too large an event", async () => {
    const since = world.storage.api.calls.length;
    const many = (most: number): object[] => Array.from({ length: most + 1 }, () => ({}));
    // Three bytes each, of which a document makes forty.
    const lots = many(100_000);
    const dropped = [
      rawSpan({ service: SERVICE, resource: lots }),
      // One of its attributes is the service's name.
      rawSpan({ service: SERVICE, resource: many(MOST.attributes - 1) }),
      ...[{ attributes: lots }, { events: lots }, { links: lots }].map((span) =>
        rawSpan({ service: SERVICE, span }),
      ),
      ...[
        { attributes: many(MOST.attributes) },
        { events: many(MOST.events) },
        { links: many(MOST.links) },
      ].map((span) => rawSpan({ service: SERVICE, span })),
    ];
    const events = [{ name: "large", attributes: many(MOST.eventAttributes) }, { name: "kept" }];
    const kept = rawSpan({ service: SERVICE, span: { events } });
    await besideNeighbours(async () => {
      for (const { request } of [...dropped, kept]) expect(await send(JSON.stringify(request))).toBe(200);
    });
    await sendMarkers();
    const found = await Promise.all(dropped.map(({ traceId }) => world.query.trace(traceId)));
    expect(found).toEqual(dropped.map(() => undefined));
    const { spans } = await world.query.untilTrace(kept.traceId, 1, ARRIVAL_SECONDS);
    expect(spans).toMatchObject([{ logs: [{ fields: [{ value: "kept" }] }] }]);
    expect([...new Set(bulks(since).map(({ status }) => status))]).toEqual([200]);
  });
});

test("none of it was an error that would raise an alarm", () => {
  const levels = world.collector.server.log.matchAll(/"level":"(\w+)".*?"msg":"([^"]*)"/g);
  const lines = [...levels].map(([, level = "", message = ""]) => [level, message] as const);
  expect(lines.filter(([level]) => level === "info").length).toBeGreaterThan(0);
  expect(lines.filter(([level]) => level !== "info")).toEqual([]);
});
