import { request, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { proxyServer } from "../../../lambda/jaeger-storage-proxy/server";
import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Got } from "./opensearch";

const opensearch = new FakeOpenSearch();
let under: ReturnType<typeof proxyBefore>;
let front: Server;
beforeAll(async () => {
  under = proxyBefore(await opensearch.start());
  front = proxyServer({ proxy: under.proxy, maxBodyBytes: 1000 });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
  under.close();
  await opensearch.stop();
});
beforeEach(() => {
  opensearch.reset();
});

/** Sends a target as it is: no URL parser between the test and the server. */
const send = (
  method: string,
  path: string,
  body: Buffer | string = "",
  headers: Record<string, string> = {},
) =>
  new Promise<Got>((resolve, reject) => {
    const { port } = front.address() as AddressInfo;
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers as Record<string, string>,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });

test("what Jaeger asks, below any base path", async () => {
  const index = `acme-jaeger-span-${TODAY}`;
  for (const base of ["", "/v1", "/storage/v1"]) {
    expect((await send("GET", `${base}/s/central`)).status).toBe(200);
    expect((await send("HEAD", `${base}/s/central`)).status).toBe(200);
    expect((await send("GET", `${base}/s/central/`)).text).toBe("{}");
    const zipped = gzipSync('{"size":0}');
    const path = `${base}/s/acme/${index}%2C${index}/_search?ignore_unavailable=true`;
    expect(
      (await send("POST", path, zipped, { "content-encoding": "gzip", "content-type": "application/json" }))
        .status,
    ).toBe(200);
    expect(opensearch.seen.at(-1)).toMatchObject({
      url: `/${index}%2C${index}/_search?ignore_unavailable=true`,
      body: '{"size":0}',
    });
  }
  expect(opensearch.seen).toHaveLength(12);
});

test.each([
  "/",
  "/s",
  "/s/",
  "/s//_bulk",
  "/s/acm%65/_bulk",
  "/s/acme%2F_bulk",
  "/s/../central/_bulk",
  "/s/acme/../central/_bulk",
  "/s/acme/s/central/_bulk",
  "/../s/acme/_bulk",
  "//s/acme/_bulk/x",
  "/s/acme/_bulk?x=1",
  "/s/acme/_bulk%3Fx",
  "/s/acme;x/_bulk",
])("%s is refused", async (path) => {
  // Either would pass below the root that it belongs to.
  for (const index of [`acme-jaeger-span-${TODAY}`, `jaeger-span-${TODAY}`]) {
    const got = await send("POST", path, `{"index":{"_index":"${index}"}}\n{}\n`);
    expect([400, 403]).toContain(got.status);
    errorType(got);
  }
  expect(opensearch.seen).toEqual([]);
});

test("a body that is too long is a 413, also one that says no length", async () => {
  const long = "x".repeat(5000);
  const spellings: Record<string, string>[] = [{}, { "transfer-encoding": "chunked" }];
  for (const headers of spellings) {
    const got = await send("POST", "/s/central/_bulk", long, headers);
    expect([got.status, errorType(got), opensearch.seen.length]).toEqual([
      413,
      "content_too_long_exception",
      0,
    ]);
  }
});

test("an answer that breaks off breaks off here as well", async () => {
  opensearch.answer = (_request, response) => {
    response.write("{");
    setTimeout(() => response.socket?.destroy(), 20);
  };
  await expect(send("GET", "/s/central")).rejects.toThrow();
});

test("a caller who goes ends the request to OpenSearch", async () => {
  const { port } = front.address() as AddressInfo;
  const ended = new Promise<void>((resolve) => {
    opensearch.answer = (_request, response) => {
      response.once("close", resolve);
      sent.destroy();
    };
  });
  const sent = request({ host: "127.0.0.1", port, path: "/s/central" });
  sent.on("error", () => undefined);
  sent.end();
  const start = Date.now();
  await ended;
  expect(Date.now() - start).toBeLessThan(under.settings.deadlineMs / 2);
});
