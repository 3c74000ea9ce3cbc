import { upstream } from "../../../lambda/jaeger-storage-proxy/upstream";
import { httpClient } from "../../../lambda/shared/http";
import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Got } from "./opensearch";
import { jaegerAsks } from "./jaeger-asks";

const server = new FakeOpenSearch();
let origin: string;
let under: ReturnType<typeof proxyBefore>;
beforeAll(async () => {
  origin = await server.start();
  under = proxyBefore(origin, { DEADLINE_MS: "1000" });
});
afterAll(async () => {
  under.close();
  await server.stop();
});
beforeEach(() => {
  server.reset();
});

const search = { method: "POST", path: `jaeger-span-${TODAY}/_search`, body: {} };
/** Asks, and how many milliseconds the answer took. */
async function timed(promise: Promise<Got>): Promise<[Got, number]> {
  const start = Date.now();
  const got = await promise;
  return [got, Date.now() - start];
}

describe("patience", () => {
  test.each([429, 502, 503, 504])("a %i is asked again until it is none", async (status) => {
    server.answer = (_request, response) => {
      if (server.seen.length < 4) response.writeHead(status).end("<html>");
      else response.end('{"ok":true}');
    };
    const got = await under.send(search);
    expect([got.status, got.text, server.seen.length]).toEqual([200, '{"ok":true}', 4]);
    expect(under.logged.at(-1)).toMatchObject({ route: "search", status: 200, Retries: 3, Throttled: 0 });
    expect(new Set(server.seen.map(({ body }) => body)).size).toBe(1);
  });

  test.each([400, 404, 409, 500])("a %i is an answer", async (status) => {
    const error = { error: { root_cause: [], type: "x_exception", reason: "y" }, status };
    server.answer = (_request, response) => response.writeHead(status).end(JSON.stringify(error));
    const got = await under.send(search);
    expect([got.status, JSON.parse(got.text), server.seen.length]).toEqual([status, error, 1]);
  });

  test("connections that break are asked again", async () => {
    server.answer = (_request, response) => {
      if (server.seen.length < 3) response.socket?.destroy();
      else response.end("{}");
    };
    expect([(await under.send(search)).status, server.seen.length]).toEqual([200, 3]);
  });

  test("what stays busy is told after the deadline, in OpenSearch's shape", async () => {
    server.answer = (_request, response) => response.writeHead(429).end("Too Many Requests");
    const [got, took] = await timed(under.send(search));
    expect([got.status, errorType(got)]).toEqual([429, "rejected_execution_exception"]);
    expect(took).toBeLessThan(1100);
    expect(server.seen.length).toBeGreaterThan(10);
    expect(under.logged.at(-1)).toMatchObject({
      status: 429,
      Throttled: 1,
      Refused: 0,
      Errors: 0,
      level: "warn",
    });
  });

  test("nobody is kept waiting for an attempt that would come after the deadline", async () => {
    server.answer = (_request, response) => response.writeHead(429).end();
    const sign = () => Promise.resolve({});
    const client = httpClient({ origin, sign });
    const patient = upstream({ client, firstBackoffMs: 3_600_000, maxBackoffMs: 3_600_000 });
    const start = Date.now();
    const answer = await patient.exchange(
      { method: "GET", target: "/" },
      { deadline: start + 1000, retries: 0 },
    );
    client.close();
    expect([answer.status, server.seen.length]).toEqual([429, 1]);
    expect(Date.now() - start).toBeLessThan(500);
  });

  test("no answer is a 504 at the deadline, of the request when that is sooner", async () => {
    server.answer = () => undefined;
    const [got, took] = await timed(under.send({ ...search, deadline: Date.now() + 150 }));
    expect([got.status, errorType(got)]).toEqual([504, "timeout_exception"]);
    expect(took).toBeGreaterThanOrEqual(145);
    expect(took).toBeLessThan(600);
    const bulk = jaegerAsks("central", "")["bulk"] ?? {};
    const [late] = await timed(under.send({ ...bulk, deadline: Date.now() + 50 }));
    expect([late.status, errorType(late)]).toEqual([504, "timeout_exception"]);
    expect(under.logged.at(-1)).toMatchObject({ route: "bulk", Documents: 2, DocumentsFailed: 2, Errors: 1 });
  });

  test("nobody there is a 502, which names the error and no address", async () => {
    const gone = new FakeOpenSearch();
    const nowhere = await gone.start();
    await gone.stop();
    const alone = proxyBefore(nowhere);
    const got = await alone.send({ ...search, deadline: Date.now() + 100 });
    expect([got.status, errorType(got)]).toEqual([502, "bad_gateway_exception"]);
    expect(got.text).toContain("ECONNREFUSED");
    expect(got.text).not.toContain("127.0.0.1");
    expect(alone.logged.at(-1)?.["Retries"]).toBeGreaterThan(0);
  });

  test("a caller that has gone is not waited for", async () => {
    server.answer = () => undefined;
    const [got, took] = await timed(under.send({ ...search, signal: AbortSignal.timeout(50) }));
    expect(got.status).toBe(503);
    expect(took).toBeLessThan(900);
  });
});

describe("answers", () => {
  test.each([
    [401, "", 502],
    [401, '{"error":{"type":"authentication_exception","reason":"arn"},"status":401}', 502],
    [403, "<html>", 502],
    [403, '{"Message":"User: arn:aws:sts::1:x is not authorized"}', 502],
    [403, '{"error":{"type":"security_exception","reason":"no permissions for arn"},"status":403}', 502],
    [302, "", 502],
    [500, "<html>oops", 502],
  ])("%i %s does not go on as it is", async (status, body, expected) => {
    server.answer = (_request, response) => response.writeHead(status).end(body);
    const got = await under.send(search);
    expect([got.status, errorType(got)]).toEqual([expected, "bad_gateway_exception"]);
    expect(got.text).not.toContain("arn");
  });

  test("a block of an index is not the proxy's role", async () => {
    const body = '{"error":{"type":"cluster_block_exception","reason":"read only"},"status":403}';
    server.answer = (_request, response) => response.writeHead(403).end(body);
    expect(await under.send(search)).toMatchObject({ status: 403, text: body });
  });

  test("large ones are streamed: the first bytes are here before the last are written", async () => {
    const chunk = "x".repeat(64 * 1024);
    let release: () => void = () => undefined;
    server.answer = (_request, response) => {
      response.write(chunk);
      release = () => {
        for (let n = 0; n < 160; n += 1) response.write(chunk);
        response.end();
      };
    };
    const { body } = await under.ask(search);
    if (Buffer.isBuffer(body)) throw new Error("It was not streamed.");
    let size = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      if (size === 0) release();
      size += part.length;
    }
    expect(size).toBe(161 * chunk.length);
    expect(under.logged.at(-1)).toMatchObject({ ResponseBytes: size, status: 200 });
  });

  test("one that breaks off ends with an error, and is logged as one", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      setTimeout(() => response.socket?.destroy(), 20);
    };
    await expect(under.send(search)).rejects.toThrow();
    expect(under.logged.at(-1)).toMatchObject({ aborted: true, Errors: 1, level: "error", ResponseBytes: 1 });
  });

  test("one that stops without an end ends with an error", async () => {
    server.answer = (_request, response) => response.write("{");
    await expect(under.send(search)).rejects.toThrow();
  });

  test("connections are kept", async () => {
    await under.send(search);
    const before = server.connections;
    for (let n = 0; n < 10; n += 1) await under.send(search);
    server.answer = (_request, response) => response.setHeader("content-length", 500).end();
    await under.send({ method: "HEAD" });
    server.answer = (_request, response) => response.end("{}");
    // Without a body the answer is here before Node has put the connection back.
    await new Promise(setImmediate);
    await under.send(search);
    expect(server.connections).toBe(before);
  });
});
