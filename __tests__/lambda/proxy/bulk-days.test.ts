import fc from "fast-check";
import { indicesOf, isWritable } from "../../../lambda/jaeger-storage-proxy/indices";
import { dateOf, dayOf, indexName, parseIndex } from "../../../lambda/storage-admin/indices";
import { jaegerAsks, ndjson } from "./jaeger-asks";
import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Got } from "./opensearch";

/** Which days, and which kinds of indices, Jaeger may write. */
const PAST_DAYS = 7;
const NOW = Date.now();
const day = (offset: number): string => dateOf(dayOf(NOW) + offset);

describe("a day that can be written", () => {
  const at = (date: string, time = "12:00:00Z", pastDays = PAST_DAYS): boolean =>
    isWritable(`acme-jaeger-span-${date}`, pastDays, Date.parse(`2026-10-03T${time}`));

  test.each(["00:00:00.000Z", "12:00:00Z", "23:59:59.999Z"])(
    "is tomorrow, today or one of the last seven, at %s",
    (time) => {
      const days = Array.from({ length: 30 }, (_, n) => dateOf(dayOf(Date.parse("2026-10-10")) - n));
      expect(days.filter((date) => at(date, time))).toEqual(days.slice(6, 15));
      expect([days[6], days[14]]).toEqual(["2026-10-04", "2026-09-26"]);
    },
  );

  test.each([
    "2026-09-31",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-10-00",
    "2026-10-32",
    "0000-00-00",
  ])("is in the calendar, which %s is not", (date) => {
    expect(at(date, "12:00:00Z", 3650)).toBe(false);
  });

  test("is one that the admin function knows, so that it is deleted one day", () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, "0"));
    const dates = fc
      .tuple(fc.constantFrom("2026", "2027", "2028"), two(13), two(33))
      .map((parts) => parts.join("-"));
    let writable = 0;
    fc.assert(
      fc.property(
        fc.constantFrom("central", "acme", "a-b-2026-10-10"),
        fc.constantFrom("span", "service", "dependencies", "sampling"),
        dates,
        fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2029-01-01") }),
        fc.integer({ min: 1, max: 365 }),
        (owner, kind, date, now, pastDays) => {
          const name = `${owner === "central" ? "" : `${owner}-`}jaeger-${kind}-${date}`;
          fc.pre(indicesOf(owner).takes(name) && isWritable(name, pastDays, now));
          writable += 1;
          const parsed = parseIndex(name);
          expect(parsed).toMatchObject({ name, owner, kind });
          const age = dayOf(now) - (parsed?.day ?? NaN);
          expect(age).toBeGreaterThanOrEqual(-1);
          expect(age).toBeLessThanOrEqual(pastDays);
          expect(indexName(owner, parsed?.kind ?? "span", parsed?.day ?? NaN)).toBe(name);
        },
      ),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );
    expect(writable).toBeGreaterThanOrEqual(300);
  });

  test("the other way round, no real day within the window is left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 365 }), fc.integer({ min: 0, max: 4e12 }), (age, now) => {
        expect(isWritable(indexName("acme", "span", dayOf(now) - age), 365, now)).toBe(true);
      }),
    );
  });
});

const server = new FakeOpenSearch();
let under: ReturnType<typeof proxyBefore>;
beforeAll(async () => {
  under = proxyBefore(await server.start());
});
afterAll(async () => {
  under.close();
  await server.stop();
});
beforeEach(() => {
  server.reset();
  server.answer = ({ body }, response) => {
    const items = idsOf(body).map((id) => ({ index: { _id: id, status: 201 } }));
    response.end(JSON.stringify({ took: 7, errors: false, items }));
  };
});

interface Item {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}
const idsOf = (body: string) => [...body.matchAll(/"_id":"(\w+)"/g)].map(([, id = ""]) => id);
const itemsOf = ({ text }: Got) =>
  (JSON.parse(text) as { items: Record<string, Item>[] }).items.flatMap((item) => Object.values(item));
const bulk = (...indices: readonly string[]) =>
  under.send({
    owner: "acme",
    method: "POST",
    path: "_bulk",
    body: ndjson(...indices.flatMap((index, n) => [{ index: { _index: index, _id: String(n) } }, {}])),
  });

test("days far from today are refused document by document; the rest is stored", async () => {
  const days = [day(0), day(-7), day(1), day(-8), day(2), "1970-01-01", "2026-99-99"];
  const got = await bulk(...days.map((date) => `acme-jaeger-span-${date}`));
  expect([got.status, itemsOf(got).map(({ status }) => status)]).toEqual([
    200,
    [201, 201, 201, 400, 400, 400, 400],
  ]);
  expect(server.seen.flatMap((seen) => idsOf(seen.body))).toEqual(["0", "1", "2"]);
  expect(itemsOf(got)[3]?.error).toEqual({
    type: "illegal_argument_exception",
    reason: "the day of the index is not within 7 days",
  });
  // It is whoever sends such spans that has to do something: they are counted apart from what OpenSearch did not take.
  expect(under.logged.at(-1)).toMatchObject({
    level: "warn",
    Documents: 7,
    DocumentsFailed: 0,
    DocumentsRefused: 4,
  });
});

test("when no document may be stored nothing is sent", async () => {
  const got = await bulk("acme-jaeger-span-1970-01-01");
  expect([got.status, server.seen.length, itemsOf(got)[0]?.status]).toEqual([200, 0, 400]);
});

test("of a request that fails as a whole, documents of impossible days have not failed", async () => {
  server.answer = (_request, response) => response.writeHead(400).end('{"error":{"type":"x","reason":"y"}}');
  expect((await bulk(`acme-jaeger-span-${TODAY}`, "acme-jaeger-span-2026-09-31")).status).toBe(400);
  expect(under.logged.at(-1)).toMatchObject({ Documents: 2, DocumentsFailed: 1, DocumentsRefused: 1 });
});

test.each(["dependencies", "sampling"])("no Jaeger writes %s; they can be read", async (kind) => {
  const index = `acme-jaeger-${kind}-${TODAY}`;
  const got = await bulk(`acme-jaeger-span-${TODAY}`, index);
  expect([got.status, errorType(got), server.seen.length]).toEqual([403, "security_exception", 0]);
  const search = jaegerAsks("acme", "acme-")["search, raw commas"] ?? {};
  expect((await under.send({ ...search, path: `${index}/_search` })).status).toBe(200);
});

test("spans and services are what it writes", async () => {
  const indices = ["span", "service"].map((kind) => `acme-jaeger-${kind}-${TODAY}`);
  expect(itemsOf(await bulk(...indices)).map(({ status }) => status)).toEqual([201, 201]);
});
