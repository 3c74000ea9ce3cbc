import fc from "fast-check";
import { parseBulk, splitBySize } from "../../../lambda/jaeger-storage-proxy/bulk-parse";
import { indicesOf } from "../../../lambda/jaeger-storage-proxy/indices";
import { ndjson } from "./jaeger-asks";
import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Answer, type Got } from "./opensearch";

const INDEX = `acme-jaeger-span-${TODAY}`;
const rules = { own: indicesOf("acme"), pastDays: 7, now: Date.now() };

/** A document with newlines, quotes and other bytes in its texts, on one line. */
const document = fc.dictionary(
  fc.string({ maxLength: 8 }),
  fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.integer()),
);
const action = fc.record({
  operation: fc.constantFrom("index", "create"),
  id: fc.option(fc.stringMatching(/^[a-f0-9]{1,16}$/), { nil: undefined }),
  document,
});
interface Action {
  operation: string;
  id: string | undefined;
  document: Record<string, unknown>;
}
const line = ({ operation, id }: Action) => ({
  [operation]: { _index: INDEX, ...(id !== undefined && { _id: id }) },
});
const bodyOf = (actions: readonly Action[]) =>
  Buffer.from(ndjson(...actions.flatMap((one) => [line(one), one.document])));

describe("splitting", () => {
  test("no part cuts an action from its document, order is kept, parts are as long as they may be", () => {
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 600 }),
        (actions, limit) => {
          const parsed = parseBulk(bodyOf(actions), rules);
          const split = splitBySize(parsed, limit);
          const parts = split.map((part) => Buffer.concat(part.map(({ bytes }) => bytes)));

          // Every part is a bulk request by itself, and one after the other they are the whole.
          const lines = parts.flatMap((part) => {
            expect(part.at(-1)).toBe(0x0a);
            const own = part.toString().trimEnd().split("\n");
            expect(own.length % 2).toBe(0);
            expect(parseBulk(part, rules)).toHaveLength(own.length / 2);
            return own.map((text) => JSON.parse(text) as Record<string, { _id: string }>);
          });
          expect(lines.filter((_line, index) => index % 2 === 1)).toEqual(
            actions.map((one) => JSON.parse(JSON.stringify(one.document)) as unknown),
          );
          expect(lines.filter((_line, index) => index % 2 === 0).map((head) => Object.keys(head)[0])).toEqual(
            actions.map(({ operation }) => operation),
          );
          actions.forEach(({ operation, id }, index) => {
            if (id !== undefined) expect(lines[2 * index]?.[operation]?._id).toBe(id);
          });
          for (const [index, part] of parts.entries()) {
            const next = split[index + 1]?.[0];
            if (part.length > limit) expect(split[index]).toHaveLength(1);
            if (next) expect(part.length + next.bytes.length).toBeGreaterThan(limit);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("documents go on byte for byte, also long numbers, doubled keys and bytes that are no UTF-8", () => {
    const documents = [
      Buffer.from('{"a":9223372036854775807,"b":1.0,"a":2}'),
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    ];
    const body = Buffer.concat(
      documents.flatMap((one) => [Buffer.from(ndjson({ index: { _index: INDEX } })), one, Buffer.from("\n")]),
    );
    const parsed = parseBulk(body, rules);
    expect(parsed.map(({ bytes }) => bytes.subarray(bytes.indexOf(0x0a) + 1, -1))).toEqual(documents);
  });

  test("a document without an id gets one by its content, another in another index", () => {
    const other = `acme-jaeger-service-${TODAY}`;
    const body = ndjson(
      { index: { _index: INDEX } },
      { a: 1 },
      { index: { _index: INDEX } },
      { a: 1 },
      { index: { _index: INDEX } },
      { a: 2 },
      { index: { _index: other, _id: "" } },
      { a: 1 },
    );
    const ids = parseBulk(Buffer.from(body), rules).map(({ id }) => id);
    expect(ids[0]).toMatch(/^[\w-]{27}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test("the last newline may be missing", () => {
    expect(parseBulk(Buffer.from(ndjson({ index: { _index: INDEX } }, {}).trimEnd()), rules)).toHaveLength(1);
  });
});

const server = new FakeOpenSearch();
let under: ReturnType<typeof proxyBefore>;
beforeAll(async () => {
  // Two of the documents below fit into a part.
  under = proxyBefore(await server.start(), { BULK_PART_BYTES: "1000" });
});
afterAll(async () => {
  under.close();
  await server.stop();
});
beforeEach(() => {
  server.reset();
});

interface Items {
  took: number;
  errors: boolean;
  items: Record<string, { _id: string; status: number; error?: { type: string; reason: string } }>[];
}
const spans = (count: number) =>
  ndjson(
    ...Array.from({ length: count }, (_, n) => [
      { index: { _index: INDEX, _id: String(n) } },
      { text: "x".repeat(400) },
    ]).flat(),
  );
const idsOf = (body: string) => [...body.matchAll(/"_id":"(\w+)"/g)].map(([, id = ""]) => id);
const send = (count: number, patience = 600): Promise<Got> =>
  under.send({
    owner: "acme",
    method: "POST",
    path: "_bulk",
    body: spans(count),
    deadline: Date.now() + patience,
  });
const itemsOf = ({ text }: Got) => JSON.parse(text) as Items;
const statuses = (got: Got) => itemsOf(got).items.map((item) => [item["index"]?._id, item["index"]?.status]);
/** Answers a part: each document by `status`. */
const answering =
  (status: (id: string) => number): Answer =>
  ({ body }, response) => {
    const items = idsOf(body).map((id) => ({ index: { _index: INDEX, _id: id, status: status(id) } }));
    response.end(JSON.stringify({ took: 7, errors: items.some(({ index }) => index.status > 299), items }));
  };

describe("answers of parts", () => {
  test("are put together in order", async () => {
    server.answer = answering((id) => (id === "3" ? 400 : 201));
    const got = await send(5, 5000);
    expect(server.seen.map(({ method, url, body }) => [method, url, idsOf(body)])).toEqual([
      ["POST", "/_bulk", ["0", "1"]],
      ["POST", "/_bulk", ["2", "3"]],
      ["POST", "/_bulk", ["4"]],
    ]);
    expect(got.status).toBe(200);
    expect(itemsOf(got)).toMatchObject({ took: 21, errors: true });
    expect(statuses(got)).toEqual([
      ["0", 201],
      ["1", 201],
      ["2", 201],
      ["3", 400],
      ["4", 201],
    ]);
    expect(under.logged.at(-1)).toMatchObject({
      route: "bulk",
      Documents: 5,
      DocumentsFailed: 1,
      DocumentsRefused: 0,
      Retries: 0,
      level: "error",
    });
  });

  test("documents that OpenSearch was too busy for are sent again, and only these", async () => {
    let rounds = 0;
    server.answer = answering((id) => (id === "1" && (rounds += 1) < 3 ? 429 : 201));
    const got = await send(2, 5000);
    expect(server.seen.map(({ body }) => idsOf(body))).toEqual([["0", "1"], ["1"], ["1"]]);
    expect(itemsOf(got).errors).toBe(false);
    expect(statuses(got)).toEqual([
      ["0", 201],
      ["1", 201],
    ]);
  });

  test("what stays busy is said so", async () => {
    server.answer = answering((id) => (id === "1" ? 429 : 201));
    expect(statuses(await send(2, 5000))).toEqual([
      ["0", 201],
      ["1", 429],
    ]);
    expect(server.seen).toHaveLength(8);
  });

  test("also when there is no answer to the last time that it was asked", async () => {
    server.answer = (request, response) => {
      if (server.seen.length === 1) answering((id) => (id === "1" ? 429 : 201))(request, response);
    };
    expect(statuses(await send(2))).toEqual([
      ["0", 201],
      ["1", 429],
    ]);
    expect(server.seen).toHaveLength(2);
  });

  test("a later part that fails leaves the others' answers; its documents can be repeated", async () => {
    server.answer = (request, response) => {
      if (idsOf(request.body).includes("0")) answering(() => 201)(request, response);
      else response.writeHead(502, { "content-type": "text/html" }).end("<html>");
    };
    const got = await send(5);
    expect(got.status).toBe(200);
    expect(itemsOf(got)).toMatchObject({ took: 7, errors: true });
    expect(statuses(got)).toEqual([
      ["0", 201],
      ["1", 201],
      ["2", 503],
      ["3", 503],
      ["4", 503],
    ]);
    expect(itemsOf(got).items[4]?.["index"]?.error?.type).toBe("bad_gateway_exception");
    // What is down is not asked for the part after it.
    expect(server.seen.some(({ body }) => idsOf(body).includes("4"))).toBe(false);
  });

  test("a part that OpenSearch refuses for itself does not keep the next from it", async () => {
    server.answer = (request, response) => {
      if (idsOf(request.body).includes("2")) response.writeHead(413).end();
      else answering(() => 201)(request, response);
    };
    expect(statuses(await send(5))).toEqual([
      ["0", 201],
      ["1", 201],
      ["2", 413],
      ["3", 413],
      ["4", 201],
    ]);
  });

  test.each([
    [429, 429, "rejected_execution_exception"],
    [502, 502, "bad_gateway_exception"],
    [413, 413, "content_too_long_exception"],
    [403, 502, "bad_gateway_exception"],
  ])("when every part fails with %i the request does, with %i", async (status, expected, type) => {
    server.answer = (_request, response) => response.writeHead(status).end();
    const got = await send(3);
    expect([got.status, errorType(got)]).toEqual([expected, type]);
  });

  test("an answer that does not fit the request is none", async () => {
    server.answer = (_request, response) =>
      response.end(JSON.stringify({ took: 1, errors: false, items: [] }));
    expect((await send(1)).status).toBe(502);
  });

  test("the proxy's role is not named to the caller", async () => {
    server.answer = (_request, response) => {
      const error = {
        type: "security_exception",
        reason: "no permissions for User [name=arn:aws:iam::1:role/secret]",
      };
      response.end(
        JSON.stringify({ took: 1, errors: true, items: [{ index: { _id: "0", status: 403, error } }] }),
      );
    };
    const got = await send(1);
    expect(itemsOf(got).items[0]?.["index"]).toMatchObject({
      status: 403,
      error: { type: "security_exception" },
    });
    expect(got.text).not.toContain("secret");
  });
});
