import { FakeOpenSearch, TODAY, proxyBefore } from "./opensearch";
import { jaegerAsks, ndjson } from "./jaeger-asks";

const server = new FakeOpenSearch();
let under: ReturnType<typeof proxyBefore>;
beforeAll(async () => {
  under = proxyBefore(await server.start(), { METRICS_NAMESPACE: "Test/Proxy" });
});
afterAll(async () => {
  under.close();
  await server.stop();
});
beforeEach(() => {
  server.reset();
  under.logged.length = 0;
});

const COUNTS = ["Requests", "Refused", "Throttled", "Errors", "Retries"];
const metrics = (line: Record<string, unknown>) => {
  const { CloudWatchMetrics } = line["_aws"] as {
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  return CloudWatchMetrics;
};

test("one line for a request, which is its metrics: by route, each with a value", async () => {
  await under.send(jaegerAsks("acme", "acme-")["search, raw commas"] ?? {});
  expect(under.logged).toHaveLength(1);
  const [line = {}] = under.logged;
  const [directive, ...further] = metrics(line);
  // For the alarm.
  expect(further).toEqual([
    { Namespace: "Test/Proxy", Dimensions: [[]], Metrics: [{ Name: "Errors", Unit: "Count" }] },
  ]);
  expect(directive).toMatchObject({ Namespace: "Test/Proxy", Dimensions: [["route"]] });
  expect(directive?.Metrics.map(({ Name }) => Name)).toEqual([
    ...COUNTS,
    "Duration",
    "RequestBytes",
    "ResponseBytes",
  ]);
  for (const { Name } of directive?.Metrics ?? []) expect(typeof line[Name]).toBe("number");
  expect(line).toMatchObject({
    level: "info",
    owner: "acme",
    method: "POST",
    route: "search",
    status: 200,
    Requests: 1,
    Refused: 0,
    Throttled: 0,
    Errors: 0,
    Retries: 0,
    ResponseBytes: 2,
  });
  expect(line["_aws"]).toMatchObject({ Timestamp: expect.any(Number) as number });
});

test("bulk requests count documents, others do not", async () => {
  server.answer = (_request, response) =>
    response.end(
      JSON.stringify({
        took: 1,
        errors: true,
        items: [{ index: { status: 201 } }, { index: { status: 400, error: { type: "x", reason: "y" } } }],
      }),
    );
  await under.send(jaegerAsks("acme", "acme-")["bulk"] ?? {});
  const [line = {}] = under.logged;
  expect(metrics(line)[0]?.Metrics.slice(-3)).toEqual([
    { Name: "Documents", Unit: "Count" },
    { Name: "DocumentsFailed", Unit: "Count" },
    { Name: "DocumentsRefused", Unit: "Count" },
  ]);
  expect(line).toMatchObject({
    level: "error",
    route: "bulk",
    status: 200,
    Documents: 2,
    DocumentsFailed: 1,
    DocumentsRefused: 0,
    Errors: 0,
  });
});

test("what is refused says why, and holds nothing of the request", async () => {
  const secret = "s3cr3t-value";
  const asked = [
    { path: `${secret}/_search`, body: { query: { term: { [secret]: secret } } } },
    { path: `jaeger-span-${TODAY}/_search`, body: { [secret]: 1 } },
    { path: `jaeger-span-${TODAY}/_search`, body: { query: { term: { [secret]: { [secret]: secret } } } } },
    { path: `jaeger-span-${TODAY}/_search`, body: `${secret}{` },
    { path: "_bulk", body: ndjson({ index: { _index: secret } }, { secret }) },
    { path: "_bulk", body: ndjson({ index: { _index: `jaeger-span-${TODAY}`, [secret]: 1 } }, { secret }) },
    { path: "_bulk", query: [[secret, secret]] as const, body: secret },
    { path: "_template/jaeger-span", method: "PUT", body: { index_patterns: secret } },
  ];
  for (const one of asked) {
    const got = await under.send({
      method: "POST",
      headers: { authorization: secret, "x-amz-security-token": secret },
      ...one,
    });
    expect(got.status).toBeGreaterThanOrEqual(400);
    expect(got.text).not.toContain(secret);
  }
  expect(under.logged).toHaveLength(asked.length);
  expect(JSON.stringify(under.logged)).not.toContain(secret);
  for (const line of under.logged) {
    expect(line).toMatchObject({
      level: "warn",
      Refused: 1,
      Errors: 0,
      error: expect.stringMatching(/^\w+_exception: /) as string,
    });
  }
});

test("what OpenSearch refuses, or has not, is no refusal of the proxy", async () => {
  server.answer = (_request, response) => response.writeHead(404).end();
  await under.send({ method: "HEAD", path: `jaeger-sampling-${TODAY}` });
  expect(under.logged[0]).toMatchObject({ status: 404, level: "info", Refused: 0, Errors: 0 });
  server.answer = (_request, response) =>
    response.writeHead(400).end('{"error":{"type":"x","reason":"y"},"status":400}');
  await under.send({ method: "POST", path: `jaeger-span-${TODAY}/_search`, body: {} });
  expect(under.logged[1]).toMatchObject({ status: 400, level: "warn", Refused: 0, Errors: 0 });
  expect(under.logged[1]).not.toHaveProperty("error");
});

test("a method or owner as long as somebody likes is cut", async () => {
  await under.send({ owner: "x".repeat(500), method: "M".repeat(500) });
  expect(under.logged[0]).toMatchObject({ owner: "x".repeat(32), method: "M".repeat(8), route: "refused" });
});
