import { gunzipSync } from "node:zlib";
import { FakeOpenSearch, TODAY, proxyBefore, type Sent } from "./opensearch";

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
});

const LONG = JSON.stringify({ text: "x".repeat(300_000) });
const search: Sent = { method: "POST", path: `jaeger-span-${TODAY}/_search`, body: {} };
/** The answer's headers and bytes. */
async function asked(acceptEncoding: string, sent: Sent = search) {
  const { headers, body } = await under.ask({ ...sent, headers: { "accept-encoding": acceptEncoding } });
  if (Buffer.isBuffer(body)) return { headers, bytes: body };
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return { headers, bytes: Buffer.concat(chunks) };
}

test.each(["gzip", "deflate, gzip;q=0.5", "GZIP ; q=1.0", "br,gzip"])(
  "%s: long answers come in gzip",
  async (accept) => {
    server.answer = (_request, response) => response.end(LONG);
    const { headers, bytes } = await asked(accept);
    expect(headers).toEqual({
      "content-type": "application/json; charset=UTF-8",
      "content-encoding": "gzip",
    });
    expect(gunzipSync(bytes).toString()).toBe(LONG);
    expect(bytes.length).toBeLessThan(LONG.length / 10);
    expect(under.logged.at(-1)).toMatchObject({ ResponseBytes: bytes.length });
    expect(server.seen[0]?.headers["accept-encoding"]).toBeUndefined();
  },
);

test.each(["", "identity", "gzip;q=0", "gzip;q=0.0", "br", "x-gzip"])("%j: they do not", async (accept) => {
  server.answer = (_request, response) => response.end(LONG);
  const { headers, bytes } = await asked(accept);
  expect(headers["content-encoding"]).toBeUndefined();
  expect(bytes.toString()).toBe(LONG);
});

test("short answers do not", async () => {
  expect((await asked("gzip")).headers["content-encoding"]).toBeUndefined();
});

test("answers to bulk requests do", async () => {
  const count = 200;
  server.answer = (_request, response) => {
    const items = Array.from({ length: count }, () => ({
      index: { _index: `jaeger-span-${TODAY}`, status: 201 },
    }));
    response.end(JSON.stringify({ took: 1, errors: false, items }));
  };
  const body = `{"index":{"_index":"jaeger-span-${TODAY}"}}\n{}\n`.repeat(count);
  const { headers, bytes } = await asked("gzip", { method: "POST", path: "_bulk", body });
  expect(headers).toEqual({ "content-type": "application/json", "content-encoding": "gzip" });
  expect((JSON.parse(gunzipSync(bytes).toString()) as { items: unknown[] }).items).toHaveLength(count);
});

test("an answer that breaks off does not end as if it were whole", async () => {
  server.answer = (_request, response) => {
    response.write(LONG);
    setTimeout(() => response.socket?.destroy(), 20);
  };
  await expect(asked("gzip")).rejects.toThrow();
  expect(under.logged.at(-1)).toMatchObject({ aborted: true, Errors: 1 });
});
