import { gzipSync } from "node:zlib";
import { parseResponse, sendBytes, sendRequest, type WireRequest } from "../standins/api-gateway-wire";
import { GatewayWorld } from "./gateway-under-test";
import { eventually, settles } from "./process";

const LOGS = "/t/acme/otlp/v1/logs";
const TRACES = "/t/acme/v1/traces";
const PROTOBUF = ["Content-Type", "application/x-protobuf"] as const;

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.clear();
});

const post = (target: string, request: Partial<WireRequest> = {}) =>
  sendRequest({ port: world.gateway.port, target, ...request });
const raw = (...lines: readonly string[]): Promise<Buffer> =>
  sendBytes({ port: world.gateway.port }, Buffer.from(lines.join("\r\n"), "latin1"));

describe("what goes through", () => {
  test.each([
    ["logs", LOGS, "/otlp/v1/logs"],
    ["traces", TRACES, "/v1/traces"],
    ["logs, when API Gateway leaves the stage in the path", `/v1${LOGS}`, "/otlp/v1/logs"],
    ["traces, likewise", `/v1${TRACES}`, "/v1/traces"],
  ])("%s: path, tenant, body, and no other header", async (_name, target, path) => {
    const body = gzipSync(Buffer.from([0, 1, 2, 0, 255, 13, 10, 13, 10]));
    const headers = [
      PROTOBUF,
      ["Content-Encoding", "gzip"],
      ["Authorization", "AWS4-HMAC-SHA256 secret"],
      ["X-Amz-Security-Token", "token"],
      ["Cookie", "a=b"],
      ["X-Forwarded-For", "192.0.2.1"],
      ["Forwarded", "for=192.0.2.1"],
      ["Expect", "x"],
      ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
    ] as const;
    const { status } = await post(target, { body, headers });
    expect(status).toBe(204);
    const [request, ...others] = [...world.loki.requests, ...world.jaeger.requests];
    expect(others).toEqual([]);
    expect(world.jaeger.requests).toHaveLength(path === "/v1/traces" ? 1 : 0);
    expect([request?.method, request?.url]).toEqual(["POST", path]);
    expect(request?.body.equals(body)).toBe(true);
    const { host, ...rest } = request?.headers ?? {};
    expect(host).toEqual([expect.stringMatching(/^(loki|jaeger)\.tenantscope\.internal:\d+$/)]);
    expect(rest).toEqual({
      "x-scope-orgid": ["acme"],
      "content-type": ["application/x-protobuf"],
      "content-encoding": ["gzip"],
      "content-length": [String(body.length)],
      connection: ["close"],
    });
  });

  test("every tenant name that the pattern has, at its bounds", async () => {
    const names = ["ab", "a-", "a0", `a${"b".repeat(20)}`];
    for (const name of names) expect((await post(`/t/${name}/v1/traces`)).status).toBe(204);
    expect(world.tenants).toEqual(names);
  });

  test("a chunked body, whose length the upstream is told", async () => {
    const head = [`POST ${LOGS} HTTP/1.1`, "Host: x", "Connection: close", "Transfer-Encoding: chunked"];
    const body = ["3", "abc", "2", "de", "0", "X-Scope-OrgID: globex", "", ""];
    expect(parseResponse(await raw(...head, "", ...body)).status).toBe(204);
    expect(world.tenants).toEqual(["acme"]);
    expect(world.loki.requests[0]?.body.toString()).toBe("abcde");
    expect(world.loki.requests[0]?.headers["content-length"]).toEqual(["5"]);
  });

  test.each([
    ["neither", [], undefined],
    ["its own", [["Content-Encoding", "gzip"]], ["gzip"]],
    ["renamed", [["x-amzn-Remapped-Content-Encoding", "gzip"]], ["gzip"]],
    ["renamed in another spelling", [["X-AMZN-REMAPPED-CONTENT-ENCODING", "snappy"]], ["snappy"]],
    [
      "both: the one that is none of API Gateway's",
      [
        ["Content-Encoding", "gzip"],
        ["x-amzn-Remapped-Content-Encoding", "br"],
      ],
      ["gzip"],
    ],
  ] as const)("the encoding: %s", async (_name, headers, expected) => {
    expect((await post(LOGS, { headers })).status).toBe(204);
    expect(world.loki.requests[0]?.headers["content-encoding"]).toEqual(expected);
  });
});

describe("the tenant header is never the client's", () => {
  test.each(
    [
      [["X-Scope-OrgID", "globex"]],
      [["x-scope-orgid", "globex"]],
      [["X-SCOPE-ORGID", "globex"]],
      [["X_Scope_OrgID", "globex"]],
      [["x_scope_orgid", "globex"]],
      [
        ["X-Scope-OrgID", "globex"],
        ["X-Scope-OrgID", "initech"],
      ],
      [["X-Scope-OrgID", "acme|globex"]],
      [["X-Scope-OrgID", ""]],
      [["X-Scope-OrgID ", "globex"]],
      [["x-amzn-Remapped-X-Scope-OrgID", "globex"]],
      [["Connection", "X-Scope-OrgID"]],
      [["Content-Type", "text/plain\tX-Scope-OrgID: globex"]],
    ].map((headers) => [headers]),
  )("%j", async (headers) => {
    const { status } = await post(LOGS, { headers: headers as [string, string][] });
    // nginx may refuse what is no header at all.
    expect([204, 400]).toContain(status);
    expect(world.tenants).toEqual(status === 204 ? ["acme"] : []);
    for (const { headers: received } of world.loki.requests) {
      expect(Object.keys(received).filter((name) => /org.?id/i.test(name))).toEqual(["x-scope-orgid"]);
      expect(received["x-scope-orgid"]).toEqual(["acme"]);
    }
  });
});

test("the health check answers without any upstream and leaves no line in the log", async () => {
  const answer = await post("/healthz", { method: "GET" });
  expect([answer.status, answer.json]).toEqual([200, { status: "ok" }]);
  const requests = () => world.gateway.accessLog.map(({ request }) => String(request));
  // Every worker process writes its lines by itself, after the answer.
  for (let number = 1; number <= 20; number += 1) await post(`/after/${number}`);
  await settles("the lines of what came after", 60, () => {
    expect(requests().filter((request) => request.startsWith("POST /after/"))).toHaveLength(20);
  });
  expect(requests().filter((request) => request.includes("healthz"))).toEqual([]);
});

test("the access log has tenant, status, sizes and times, and nothing of headers or body", async () => {
  await post("/t/logged/otlp/v1/logs", {
    body: "a secret line",
    headers: [["Authorization", "AWS4-HMAC-SHA256 hidden"], PROTOBUF],
  });
  await post('/t/logged"\\/x', { body: "a secret line" });
  const lines = await eventually("two lines", 60, () => {
    const found = world.gateway.accessLog.filter(({ request }) => String(request).includes("/t/logged"));
    return Promise.resolve(found.length >= 2 ? found : undefined);
  });
  // Of two worker processes, perhaps.
  expect([...lines].sort((a, b) => Number(a.status) - Number(b.status))).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      client: "127.0.0.1",
      tenant: "logged",
      route: "logs",
      request: "POST /t/logged/otlp/v1/logs HTTP/1.1",
      upstream: `127.0.0.1:${world.lokiPort}`,
      upstream_status: "204",
      upstream_seconds: expect.stringMatching(/^\d+\.\d{3}$/) as string,
      status: 204,
      bytes_in: expect.any(Number) as number,
      bytes_out: expect.any(Number) as number,
      seconds: expect.any(Number) as number,
    },
    expect.objectContaining({
      tenant: "",
      route: "",
      request: 'POST /t/logged"\\/x HTTP/1.1',
      status: 404,
      upstream: "",
    }),
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/secret|hidden/);
});

test("nginx had nothing to complain about", () => {
  expect(world.gateway.log).toBe("");
});
