import { brotliCompressSync, gzipSync } from "node:zlib";
import { plainBody } from "../../../lambda/jaeger-storage-proxy/encoding";
import { FakeOpenSearch, TODAY, errorType, proxyBefore } from "./opensearch";
import { ndjson } from "./jaeger-asks";

const LIMIT = 1000;
const text = Buffer.from('{"a":1}');

test("plain, gzip, gzip whose header got lost or renamed", async () => {
  const zipped = gzipSync(text);
  await expect(plainBody(text, {}, LIMIT)).resolves.toEqual(text);
  await expect(plainBody(text, { "content-encoding": "identity" }, LIMIT)).resolves.toEqual(text);
  await expect(plainBody(zipped, { "content-encoding": "GZIP" }, LIMIT)).resolves.toEqual(text);
  await expect(plainBody(zipped, { "x-amzn-remapped-content-encoding": "gzip" }, LIMIT)).resolves.toEqual(
    text,
  );
  await expect(plainBody(zipped, {}, LIMIT)).resolves.toEqual(text);
  await expect(plainBody(Buffer.alloc(0), { "content-encoding": "gzip" }, LIMIT)).resolves.toEqual(
    Buffer.alloc(0),
  );
});

test("two pieces one after the other are one body, as gzip has it", async () => {
  const both = Buffer.concat([gzipSync("{"), gzipSync("}")]);
  await expect(plainBody(both, {}, LIMIT)).resolves.toEqual(Buffer.from("{}"));
});

test.each([
  ["cut off", gzipSync(text).subarray(0, 12), "parse_exception"],
  [
    "damaged",
    Buffer.concat([gzipSync(text).subarray(0, 12), Buffer.from("xxxxxxxxxxxx")]),
    "parse_exception",
  ],
  ["not gzip though it says so", text, "parse_exception"],
  ["longer than the limit", gzipSync(Buffer.alloc(LIMIT + 1)), "content_too_long_exception"],
])("gzip that is %s", async (_what, body, type) => {
  await expect(plainBody(body, { "content-encoding": "gzip" }, LIMIT)).rejects.toMatchObject({ type });
});

test("other encodings", async () => {
  const refused = plainBody(brotliCompressSync(text), { "content-encoding": "br" }, LIMIT);
  await expect(refused).rejects.toMatchObject({ type: "parse_exception" });
});

test("the limit itself passes", async () => {
  await expect(plainBody(gzipSync(Buffer.alloc(LIMIT, 32)), {}, LIMIT)).resolves.toHaveLength(LIMIT);
});

describe("through the proxy", () => {
  const server = new FakeOpenSearch();
  let under: ReturnType<typeof proxyBefore>;
  beforeAll(async () => {
    under = proxyBefore(await server.start(), { MAX_BODY_MIB: "1" });
  });
  afterAll(async () => {
    under.close();
    await server.stop();
  });

  test("a bomb is a 413, and is never held as a whole", async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 32), { level: 1 });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const before = process.memoryUsage().rss;
    const got = await under.send({
      method: "POST",
      path: "_bulk",
      headers: { "content-encoding": "gzip" },
      body: bomb,
    });
    expect([got.status, errorType(got), server.seen.length]).toEqual([413, "content_too_long_exception", 0]);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
  });

  test("what is longer than the limit is a 413, what is not passes", async () => {
    server.answer = (_request, response) =>
      response.end(JSON.stringify({ took: 1, errors: false, items: [{ index: { status: 201 } }] }));
    const frame = ndjson({ index: { _index: `jaeger-span-${TODAY}`, _id: "1" } }, { text: "" });
    const body = (length: number) =>
      frame.replace('"text":""', `"text":"${"x".repeat(length - frame.length)}"`);
    const send = (length: number) => under.send({ method: "POST", path: "_bulk", body: body(length) });
    const [fits, tooLong] = [await send(1024 * 1024), await send(1024 * 1024 + 1)];
    expect([fits.status, tooLong.status, errorType(tooLong)]).toEqual([
      200,
      413,
      "content_too_long_exception",
    ]);
    expect(server.seen.map((seen) => seen.body.length)).toEqual([1024 * 1024]);
  });
});
