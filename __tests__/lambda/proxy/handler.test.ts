import { PassThrough, Writable } from "node:stream";
import { type APIGatewayProxyResult } from "aws-lambda";
import { type RestEvent } from "../../../lambda/jaeger-storage-proxy/event";
import {
  handlerOf,
  type AwsLambda,
  type PlainHandler,
  type StreamingHandler,
} from "../../../lambda/jaeger-storage-proxy/handler";
import { FakeOpenSearch, TODAY, errorType, proxyBefore, type Sent } from "./opensearch";
import { SEARCHES, SEARCH_QUERY, jaegerAsks } from "./jaeger-asks";

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

const context = { getRemainingTimeInMillis: () => 20_000 };

/** The event that API Gateway makes; `base` is the base path of a custom domain. */
function eventOf(
  { owner = "acme", path = "", method = "GET", query = [], headers = {}, body = "" }: Sent,
  base = "",
): RestEvent {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of query) (parameters[name] ??= []).push(value);
  return {
    httpMethod: method,
    path: `${base}/s/${owner}${path === "" ? "" : `/${path}`}`,
    pathParameters: path === "" ? { owner } : { owner, proxy: path },
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    multiValueQueryStringParameters: query.length === 0 ? null : parameters,
    body: bytes.length === 0 ? null : bytes.toString("base64"),
    isBase64Encoded: bytes.length > 0,
  };
}

const plain = async (event: RestEvent): Promise<APIGatewayProxyResult> => {
  const handler = handlerOf(under.proxy, undefined) as PlainHandler;
  return handler(event, context);
};
const textOf = ({ body, isBase64Encoded }: APIGatewayProxyResult) =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();
const got = (result: APIGatewayProxyResult) => ({
  status: result.statusCode,
  headers: {},
  text: textOf(result),
});

describe("events", () => {
  test.each(Object.keys(jaegerAsks("acme", "acme-")))("%s", async (what) => {
    server.answer = (_request, response) =>
      response.end(
        JSON.stringify({
          took: 1,
          errors: false,
          items: [{ index: { status: 201 } }, { index: { status: 201 } }],
        }),
      );
    for (const base of ["", "/storage"]) {
      const result = await plain(eventOf(jaegerAsks("acme", "acme-")[what] ?? {}, base));
      expect([what, result.statusCode, result.isBase64Encoded]).toEqual([what, 200, true]);
    }
    expect(server.seen).toHaveLength(2);
  });

  const days = [`acme-jaeger-span-${TODAY}`, "acme-jaeger-span-2026-11-19"];
  const search = { method: "POST", query: SEARCH_QUERY, body: SEARCHES["services"] ?? {} };
  test.each([
    [",", ","],
    [",", "%2C"],
    ["%2C", ","],
    ["%2c", "%2C"],
  ])("commas decoded or not: %s in the path, %s in the parameter", async (inPath, inParameter) => {
    const event = eventOf({ ...search, path: `${days.join(inParameter)}/_search` });
    const result = await plain({ ...event, path: `/s/acme/${days.join(inPath)}/_search` });
    expect(result.statusCode).toBe(200);
    expect(server.seen.map(({ url }) => url)).toEqual([
      `/${days.join("%2C")}/_search?ignore_unavailable=true&rest_total_hits_as_int=true`,
    ]);
  });

  test.each([
    ["an encoded letter of the owner", "/s/acm%65/_bulk", "acme", "_bulk"],
    ["another owner", "/s/globex/_bulk", "acme", "_bulk"],
    ["another path", "/s/acme/_msearch", "acme", "_bulk"],
    ["another owner's root", "/s/globex", "acme", undefined],
    ["an owner out of a deeper path", "/s/globex/s/acme", "acme", "_bulk"],
    ["a slash in the owner", "/s/globex/x", "globex/x", undefined],
    ["no owner", "/s", undefined, undefined],
    ["an encoded slash", "/s/acme%2F_bulk", "acme", "_bulk"],
  ])("paths that do not agree: %s", async (_what, path, owner, proxy) => {
    const pathParameters = { ...(owner !== undefined && { owner }), ...(proxy !== undefined && { proxy }) };
    const result = await plain({
      ...eventOf(jaegerAsks("acme", "acme-")[proxy === undefined ? "version" : "bulk"] ?? {}),
      path,
      pathParameters,
    });
    expect([400, 403]).toContain(result.statusCode);
    errorType(got(result));
    expect(server.seen).toEqual([]);
  });

  test("the slash that API Gateway drops from the root may stay", async () => {
    expect((await plain({ ...eventOf({}), path: "/s/acme/" })).statusCode).toBe(200);
    expect(server.seen[0]?.url).toBe("/");
  });

  test("single-value spellings of headers and query, a body as text", async () => {
    const result = await plain({
      httpMethod: "POST",
      path: `/s/acme/${days[0]}/_search`,
      pathParameters: { owner: "acme", proxy: `${days[0]}/_search` },
      headers: { "Content-Type": "application/json" },
      queryStringParameters: { ignore_unavailable: "true" },
      body: '{"size":0}',
      isBase64Encoded: false,
    });
    expect([result.statusCode, server.seen[0]?.body]).toEqual([200, '{"size":0}']);
    expect(server.seen[0]?.url).toContain("?ignore_unavailable=true");
  });

  test.each([
    [{ "Content-Encoding": ["gzip"], "content-encoding": ["identity"] }],
    [{ "content-type": ["application/json", "application/yaml"] }],
    [{ "X-Amzn-Remapped-Content-Encoding": ["gzip", "br"] }],
  ])("headers that contradict each other: %j", async (multiValueHeaders) => {
    const event = eventOf({ ...search, path: `${days[0]}/_search` });
    const result = await plain({ ...event, multiValueHeaders });
    expect([result.statusCode, server.seen.length]).toEqual([400, 0]);
  });

  test("a parameter twice", async () => {
    const event = eventOf({
      ...search,
      path: `${days[0]}/_search`,
      query: [
        ["ignore_unavailable", "true"],
        ["ignore_unavailable", "false"],
      ],
    });
    expect([(await plain(event)).statusCode, server.seen.length]).toEqual([403, 0]);
  });

  test("the deadline is the function's when that is sooner", async () => {
    server.answer = () => undefined;
    const handler = handlerOf(under.proxy, undefined) as PlainHandler;
    const start = Date.now();
    const result = await handler(eventOf({}), { getRemainingTimeInMillis: () => 1600 });
    expect([result.statusCode, errorType(got(result))]).toEqual([504, "timeout_exception"]);
    expect(Date.now() - start).toBeLessThan(1000);
  });
});

describe("plain results", () => {
  test("an answer that is longer than fits is a 502 that says so", async () => {
    server.answer = (_request, response) => response.end("x".repeat(5_000_000));
    const result = await plain(eventOf({}));
    expect([result.statusCode, errorType(got(result))]).toEqual([502, "bad_gateway_exception"]);
    expect(JSON.stringify(result).length).toBeLessThan(1000);
    server.answer = (_request, response) => response.end("x".repeat(4_400_000));
    const longest = await plain(eventOf({}));
    expect(longest.statusCode).toBe(200);
    expect(JSON.stringify(longest).length).toBeLessThan(6 * 1024 * 1024);
  });

  test("an answer that breaks off is a 502", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      setTimeout(() => response.socket?.destroy(), 20);
    };
    expect((await plain(eventOf({}))).statusCode).toBe(502);
  });
});

/** Lambda's runtime as far as it matters: the prelude goes out with the first write, and only with that. */
function runtime() {
  const sent: { prelude?: { statusCode: number; headers: Record<string, string> }; chunks: Buffer[] } = {
    chunks: [],
  };
  const awslambda: AwsLambda = {
    streamifyResponse: (handler) => handler,
    HttpResponseStream: {
      from: (stream, prelude) => {
        const out = new PassThrough();
        const write = out.write.bind(out) as (chunk: unknown, ...rest: unknown[]) => boolean;
        out.write = (chunk: unknown, ...rest: unknown[]) => {
          sent.prelude = { ...prelude };
          return write(chunk, ...rest);
        };
        out.pipe(stream);
        out.on("error", (error) => stream.destroy(error));
        return out;
      },
    },
  };
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, next) => {
      sent.chunks.push(chunk);
      next();
    },
  });
  const finished = new Promise<void>((resolve, reject) => stream.on("finish", resolve).on("error", reject));
  return { awslambda, stream, sent, finished };
}

describe("streamed answers", () => {
  async function streamed(event: RestEvent) {
    const { awslambda, stream, sent, finished } = runtime();
    await (handlerOf(under.proxy, awslambda) as StreamingHandler)(event, stream, context);
    await finished;
    return { ...sent.prelude, text: Buffer.concat(sent.chunks).toString() };
  }

  test("status and headers, then more than fits into a plain result", async () => {
    const body = "x".repeat(9_000_000);
    server.answer = (_request, response) => response.end(body);
    const { statusCode, headers, text } = await streamed(eventOf({}));
    expect([statusCode, headers, text.length]).toEqual([
      200,
      { "content-type": "application/json; charset=UTF-8" },
      body.length,
    ]);
  });

  test("a refusal", async () => {
    const { statusCode, text } = await streamed(eventOf({ method: "DELETE", path: "*" }));
    expect([statusCode, errorType({ status: 403, headers: {}, text })]).toEqual([403, "security_exception"]);
  });

  test("an answer without a body has a status", async () => {
    server.answer = (_request, response) => response.writeHead(404).end();
    expect(await streamed(eventOf({ method: "HEAD", path: `acme-jaeger-sampling-${TODAY}` }))).toMatchObject({
      statusCode: 404,
      text: "",
    });
  });

  test("an answer that breaks off does not end as if it were whole", async () => {
    server.answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      setTimeout(() => response.socket?.destroy(), 20);
    };
    const { awslambda, stream, sent, finished } = runtime();
    finished.catch(() => undefined);
    await expect(
      (handlerOf(under.proxy, awslambda) as StreamingHandler)(eventOf({}), stream, context),
    ).rejects.toThrow();
    expect(sent.prelude?.statusCode).toBe(200);
  });
});
