import { FakeOpenSearch, TODAY, proxyBefore } from "./opensearch";
import { SEARCHES, SEARCH_QUERY, TRACE, jaegerAsks, ndjson, template } from "./jaeger-asks";

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
  server.answer = (request, response) => {
    const items = request.body
      .split("\n")
      .flatMap((line) => (line.startsWith('{"index"') ? [{ index: { status: 201 } }] : []));
    response.end(JSON.stringify({ took: 3, errors: false, items }));
  };
});

describe.each([
  ["central", ""],
  ["acme", "acme-"],
])("what Jaeger asks for %s", (owner, prefix) => {
  test.each(Object.keys(jaegerAsks(owner, prefix)))("%s", async (what) => {
    const asked = jaegerAsks(owner, prefix)[what] ?? {};
    const got = await under.send(asked);
    expect([got.status, server.seen.length, under.logged.at(-1)?.["error"]]).toEqual([200, 1, undefined]);
    expect(server.seen[0]?.headers.authorization).toContain("/eu-west-1/es/aws4_request");
  });
});

test("both spellings of a comma go on as the one that is signed", async () => {
  for (const what of ["search, raw commas", "search, encoded commas, gzip"]) {
    await under.send(jaegerAsks("acme", "acme-")[what] ?? {});
  }
  const url = `/acme-jaeger-span-${TODAY}%2Cacme-jaeger-span-2026-11-19/_search?ignore_unavailable=true&rest_total_hits_as_int=true`;
  expect(server.seen.map((seen) => seen.url)).toEqual([url, url]);
  expect(server.seen[1]?.headers["content-encoding"]).toBeUndefined();
  expect(JSON.parse(server.seen[1]?.body ?? "")).toEqual(SEARCHES["services"]);
});

test.each(Object.keys(SEARCHES))("the search for %s goes on as it is", async (what) => {
  const asked = {
    method: "POST",
    path: `jaeger-span-${TODAY}/_search`,
    query: SEARCH_QUERY,
    body: SEARCHES[what] ?? {},
  };
  expect((await under.send(asked)).status).toBe(200);
  expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual(SEARCHES[what]);
});

test("several searches go on by POST, line by line, with nothing of the caller's headers", async () => {
  const asked = jaegerAsks("acme", "acme-")["several searches by GET"] ?? {};
  await under.send({
    ...asked,
    headers: { ...asked.headers, "x-opaque-id": "x", cookie: "a=b", authorization: "Bearer x" },
  });
  const [seen] = server.seen;
  expect([seen?.method, seen?.url]).toEqual(["POST", "/_msearch"]);
  const index = [`acme-jaeger-span-${TODAY}`, "acme-jaeger-span-2026-11-19"];
  const header = (names: readonly (string | undefined)[]) => ({ index: names, ignore_unavailable: true });
  expect(seen?.body).toBe(
    ndjson(header(index), TRACE, header(index.slice(0, 1)), TRACE, header(index), TRACE),
  );
  expect(Object.keys(seen?.headers ?? {}).sort()).toEqual([
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "x-amz-date",
  ]);
  expect(seen?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
});

test.each([
  ["central", "jaeger-span", "*jaeger-span-*", "jaeger-span-*"],
  ["acme", "acme-jaeger-span", "*acme-jaeger-span-*", "acme-jaeger-span-*"],
  ["acme", "acme-jaeger-service", "acme-jaeger-service-*", "acme-jaeger-service-*"],
  ["acme", "acme-jaeger-sampling", "*jaeger-sampling-*", "acme-jaeger-sampling-*"],
])("the template of %s/%s with %s gets the owner's own pattern", async (owner, name, sent, forwarded) => {
  const got = await under.send({ owner, method: "PUT", path: `_template/${name}`, body: template(sent) });
  expect(got.status).toBe(200);
  expect(server.seen[0]?.url).toBe(`/_template/${name}`);
  expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual(template([forwarded]));
});

test("a key that occurs twice reaches OpenSearch once, as it was checked", async () => {
  const index = `acme-jaeger-span-${TODAY}`;
  const twice = `{"index":{"_index":"jaeger-span-2026-11-20","_index":"${index}","_id":"1"}}\n{"a":1,"a":2}\n`;
  await under.send({ owner: "acme", method: "POST", path: "_bulk", body: twice });
  const search = `{"size":0,"query":{"terms":{"a":{"index":"x"}}},"query":{"term":{"a":"b"}}}`;
  await under.send({ owner: "acme", method: "POST", path: `${index}/_search`, body: search });
  const header = `{"index":"other","index":"${index}"}\n{}\n`;
  await under.send({ owner: "acme", method: "POST", path: "_msearch", body: header });
  expect(server.seen.map(({ body }) => body)).toEqual([
    `{"index":{"_index":"${index}","_id":"1"}}\n{"a":1,"a":2}\n`,
    `{"size":0,"query":{"term":{"a":"b"}}}`,
    `{"index":["${index}"]}\n{}\n`,
  ]);
});

test("an answer goes on with its type; a missing index is told by HEAD", async () => {
  server.answer = (_request, response) => response.end('{"version":{"number":"2.19.0"}}');
  expect(await under.send({})).toEqual({
    status: 200,
    headers: { "content-type": "application/json; charset=UTF-8", "content-length": "31" },
    text: '{"version":{"number":"2.19.0"}}',
  });
  server.answer = (_request, response) => response.writeHead(404).end();
  const missing = await under.send({ method: "HEAD", path: `jaeger-sampling-${TODAY}` });
  expect([missing.status, missing.text]).toEqual([404, ""]);
});
