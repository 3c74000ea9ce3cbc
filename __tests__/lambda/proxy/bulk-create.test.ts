import { ndjson } from "./jaeger-asks";
import { FakeOpenSearch, TODAY, proxyBefore, type Answer, type Got } from "./opensearch";

/** `create` refuses what is there already. After a repetition that is what the first attempt stored. */
const INDEX = `acme-jaeger-span-${TODAY}`;

const server = new FakeOpenSearch();
let under: ReturnType<typeof proxyBefore>;
beforeAll(async () => {
  under = proxyBefore(await server.start());
});
afterAll(async () => {
  under.close();
  await server.stop();
});

/** An index that takes each id once, as OpenSearch does. */
let taken: Set<string>;
/** Ids that it has no room for at first. */
let busy: Set<string>;
beforeEach(() => {
  server.reset();
  taken = new Set();
  busy = new Set();
});

const conflict = { type: "version_conflict_engine_exception", reason: "document already exists" };
const store: Answer = ({ body }, response) => {
  const items = body
    .split("\n")
    .filter((line) => /^\{"(create|index)"/.test(line))
    .map((line) => {
      const [[operation, { _id: id }]] = Object.entries(JSON.parse(line) as object) as [
        [string, { _id: string }],
      ];
      const isThere = operation === "create" && taken.has(id);
      const status = busy.delete(id) ? 429 : isThere ? 409 : 201;
      if (status === 201) taken.add(id);
      return { [operation]: { _index: INDEX, _id: id, status, ...(isThere && { error: conflict }) } };
    });
  response.end(JSON.stringify({ took: 1, errors: items.length > 0, items }));
};
/** Stores, and then the answer gets lost, so many times. */
const losing = (times: number): Answer => {
  let lost = 0;
  return (request, response) => {
    if ((lost += 1) > times) {
      store(request, response);
      return;
    }
    store(request, { end: () => response.socket?.destroy() } as unknown as Parameters<Answer>[1]);
  };
};

const send = (operation: string, ...ids: readonly (string | undefined)[]): Promise<Got> =>
  under.send({
    owner: "acme",
    method: "POST",
    path: "_bulk",
    body: ndjson(...ids.flatMap((_id, n) => [{ [operation]: { _index: INDEX, _id } }, { n }])),
  });
interface Items {
  readonly errors: boolean;
  readonly items: readonly Record<string, { _id: string; status: number; error?: object; result?: string }>[];
}
const answerOf = ({ text }: Got) => JSON.parse(text) as Items;
const statuses = (got: Got) =>
  answerOf(got).items.flatMap((item) => Object.values(item).map(({ status }) => status));

test("a document that the lost first attempt stored is no failure", async () => {
  server.answer = losing(2);
  const got = await send("create", "a", "b");
  expect(answerOf(got)).toEqual({
    took: 1,
    errors: false,
    items: ["a", "b"].map((_id) => ({ create: { _index: INDEX, _id, result: "noop", status: 200 } })),
  });
  expect(server.seen).toHaveLength(3);
  expect(under.logged.at(-1)).toMatchObject({ Documents: 2, DocumentsFailed: 0, Retries: 2, level: "info" });
});

test("nor is one that was sent again alone because there had been no room for its copies", async () => {
  busy = new Set(["b"]);
  server.answer = (request, response) => {
    store(request, response);
    taken.add("b");
  };
  const got = await send("create", "a", "b");
  expect([answerOf(got).errors, statuses(got), server.seen.length]).toEqual([false, [201, 200], 2]);
});

test("one of another request stays a conflict when nothing was repeated", async () => {
  server.answer = store;
  taken.add("a");
  const got = await send("create", "a", "b");
  expect(answerOf(got).errors).toBe(true);
  expect(answerOf(got).items[0]).toEqual({
    create: { _index: INDEX, _id: "a", status: 409, error: conflict },
  });
  expect(under.logged.at(-1)).toMatchObject({ Documents: 2, DocumentsFailed: 1 });
});

test("without an id of its own a document is the same whoever repeats it, Jaeger too", async () => {
  server.answer = store;
  expect(statuses(await send("create", undefined))).toEqual([201]);
  expect(statuses(await send("create", undefined))).toEqual([200]);
  expect(under.logged.at(-1)).toMatchObject({ Documents: 1, DocumentsFailed: 0, Retries: 0 });
  expect(taken.size).toBe(1);
});

test("a 409 of `index` is none of these", async () => {
  server.answer = (_request, response) => {
    if (server.seen.length === 1) response.writeHead(503).end();
    else
      response.end(JSON.stringify({ took: 1, errors: true, items: [{ index: { _id: "a", status: 409 } }] }));
  };
  expect(statuses(await send("index", "a"))).toEqual([409]);
});
