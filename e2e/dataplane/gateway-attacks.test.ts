import { sendBytes, sendRequest, type WireRequest } from "../standins/api-gateway-wire";
import { GatewayWorld } from "./gateway-under-test";

const LOGS = "/t/acme/otlp/v1/logs";

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

describe("paths that are not exactly a tenant's", () => {
  const paths = [
    "/",
    "/t",
    "/t/",
    "/t/acme",
    "/t/acme/",
    "/t//otlp/v1/logs",
    "/t/acme/otlp/v1/logs/",
    "/t/acme/otlp/v1/logs?tenant=globex",
    "/t/acme/otlp/v1/logs?",
    "/t/acme/otlp/v1/logs#x",
    "/t/acme/otlp/v1/logs;x=1",
    "/t/acme;x/otlp/v1/logs",
    "/t/acme/otlp/v1/traces",
    "/t/acme/v1/logs",
    "/t/acme/otlp//v1/logs",
    "//t/acme/otlp/v1/logs",
    "/t//acme/otlp/v1/logs",
    "/./t/acme/otlp/v1/logs",
    "/t/./acme/otlp/v1/logs",
    "/t/acme/../globex/otlp/v1/logs",
    "/t/acme/%2e%2e/globex/otlp/v1/logs",
    "/t/acme/%2E%2E/globex/otlp/v1/logs",
    "/t/acme%2F..%2Fglobex/otlp/v1/logs",
    "/t/acme%2fotlp/v1/logs",
    "/t/globex%2Fotlp%2Fv1%2Flogs%3F/otlp/v1/logs",
    "/t/globex%252Fotlp/otlp/v1/logs",
    "/t/%61cme/otlp/v1/logs",
    "/t/acme%00/otlp/v1/logs",
    "/t/acme%0d%0aX-Scope-OrgID:globex/otlp/v1/logs",
    "/t/acme\0globex/otlp/v1/logs",
    "/t/acme\tglobex/otlp/v1/logs",
    "/t/acme globex/otlp/v1/logs",
    "/t/acme|globex/otlp/v1/logs",
    "/t/acme:globex/otlp/v1/logs",
    "/t/acme\\..\\globex/otlp/v1/logs",
    "/t/Acme/otlp/v1/logs",
    "/T/acme/otlp/v1/logs",
    "/t/acme/OTLP/v1/logs",
    "/t/acme/otlp/V1/logs",
    "/t/a/otlp/v1/logs",
    "/t/1acme/otlp/v1/logs",
    "/t/-acme/otlp/v1/logs",
    "/t/acme_x/otlp/v1/logs",
    "/t/ACME/otlp/v1/logs",
    "/t/\u00e4cme/otlp/v1/logs",
    `/t/${"a".repeat(22)}/otlp/v1/logs`,
    `/t/${"a".repeat(20_000)}/otlp/v1/logs`,
    "/v1/v1/t/acme/otlp/v1/logs",
    "/v2/t/acme/otlp/v1/logs",
    "/V1/t/acme/otlp/v1/logs",
    "/v1//t/acme/otlp/v1/logs",
    "/loki/api/v1/push",
    "/otlp/v1/logs",
    "/loki/api/v1/query_range",
    "http://loki.tenantscope.internal/t/acme/otlp/v1/logs",
    "http://loki.tenantscope.internal:3100/loki/api/v1/push",
    "*",
    "t/acme/otlp/v1/logs",
    "/healthz/",
    "/error.json",
  ].map((path) => [path.length > 80 ? `${path.slice(0, 40)}... (${path.length} characters)` : path, path]);

  test.each(paths)("%j", async (_shown, target) => {
    const { status, headers, json } = await post(target, {
      body: "x",
      headers: [["X-Scope-OrgID", "globex"]],
    });
    expect(world.tenants).toEqual([]);
    expect([400, 404, 414]).toContain(status);
    expect(headers["content-type"]).toBe("application/json");
    expect(json).toEqual({ status, message: expect.stringMatching(/./) as string });
  });

  test("the same paths are not reached by a request line that nginx only tolerates", async () => {
    const rest = ["Host: x", "Connection: close", "Content-Length: 0", "", ""];
    const lines = [
      `POST  ${LOGS} HTTP/1.1`,
      `POST ${LOGS}  HTTP/1.1`,
      `POST ${LOGS} HTTP/1.1 `,
      `post ${LOGS} HTTP/1.1`,
      `POST ${LOGS} HTTP/2.0`,
      `POST ${LOGS} HTTP/1.10`,
      `POST ${LOGS}`,
      `POST\t${LOGS}\tHTTP/1.1`,
    ];
    for (const line of lines) {
      const answer = (await raw(line, ...rest)).toString("latin1");
      expect([line, answer.slice(0, 12)]).toEqual([
        line,
        // Without a version the answer has no status line.
        expect.stringMatching(/^(HTTP\/1\.1 (4|505)|\{"status":40)/),
      ]);
    }
    expect(world.tenants).toEqual([]);
  });
});

describe("smuggling", () => {
  const inner = [`POST /t/globex/otlp/v1/logs HTTP/1.1`, "Host: x", "Content-Length: 0", "", ""].join("\r\n");

  test.each([
    ["both lengths", ["Content-Length: 6", "Transfer-Encoding: chunked"]],
    ["both, the other way round", ["Transfer-Encoding: chunked", "Content-Length: 6"]],
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["a length with a sign", ["Content-Length: +5"]],
    ["two encodings", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"]],
    ["an unknown encoding", ["Transfer-Encoding: xchunked"]],
    ["a space before the colon", ["Transfer-Encoding : chunked", "Content-Length: 5"]],
    ["a folded line", ["X: y", " Transfer-Encoding: chunked", "Content-Length: 5"]],
  ])("%s: nothing of the second request is read", async (_name, lengths) => {
    const head = [`POST ${LOGS} HTTP/1.1`, "Host: x", ...lengths, "", "0\r\n\r\n"];
    const answer = (await raw(...head, inner)).toString("latin1");
    expect(answer).toMatch(/^HTTP\/1\.1 (400|501) /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(world.tenants).toEqual([]);
  });

  test("two requests on one connection each have their own tenant", async () => {
    const request = (tenant: string, close: string): string =>
      `POST /t/${tenant}/otlp/v1/logs HTTP/1.1\r\nHost: x\r\nConnection: ${close}\r\nContent-Length: 2\r\n\r\n${tenant.slice(0, 2)}`;
    const answer = await raw(`${request("acme", "keep-alive")}${request("globex", "close")}`);
    expect(answer.toString("latin1").match(/HTTP\/1\.1 204 /g)).toHaveLength(2);
    expect(world.loki.requests.map(({ body }) => body.toString())).toEqual(["ac", "gl"]);
    expect(world.tenants).toEqual(["acme", "globex"]);
  });

  test("a body that looks like a request stays a body", async () => {
    expect((await post(LOGS, { body: inner })).status).toBe(204);
    expect(world.tenants).toEqual(["acme"]);
    expect(world.loki.requests[0]?.body.toString()).toBe(inner);
  });
});
