import { parseResponse, sendBytes, sendRequest, type WireRequest } from "../standins/api-gateway-wire";
import { GatewayWorld, LOKI_NAME } from "./gateway-under-test";
import { Upstream } from "./gateway-upstream";
import { eventually } from "./process";

const LOGS = "/t/acme/otlp/v1/logs";
const TRACES = "/t/acme/v1/traces";

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

describe("refusals", () => {
  test.each(["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "TRACE", "CONNECT"])(
    "%s: 405, and says what is allowed",
    async (method) => {
      const answer = parseResponse(
        await raw(`${method} ${LOGS} HTTP/1.1`, "Host: x", "Connection: close", "", ""),
      );
      expect(answer.status).toBe(405);
      // nginx refuses these two by itself, before the configuration is asked.
      if (!["TRACE", "CONNECT"].includes(method)) expect(answer.headers["allow"]).toBe("POST");
      expect(world.tenants).toEqual([]);
    },
  );

  test("413 for a body over the limit, announced or not, and not for one at the limit", async () => {
    const limit = 2 * 1024 * 1024;
    expect((await post(LOGS, { body: Buffer.alloc(limit) })).status).toBe(204);
    const { status, json } = await post(LOGS, { body: Buffer.alloc(limit + 1) });
    expect([status, json]).toEqual([
      413,
      { status: 413, message: "the body is too large, send smaller batches" },
    ]);
    const chunk = `${(limit + 1).toString(16)}\r\n${"x".repeat(limit + 1)}\r\n0\r\n\r\n`;
    const chunked = await raw(
      `POST ${LOGS} HTTP/1.1`,
      "Host: x",
      "Connection: close",
      "Transfer-Encoding: chunked",
      "",
      chunk,
    );
    expect(parseResponse(chunked).status).toBe(413);
    expect(world.tenants).toEqual(["acme"]);
  });

  test("400 for headers that are too large, in JSON", async () => {
    const { status, json } = await post(LOGS, { headers: [["X-Large", "x".repeat(40_000)]] });
    expect([status, json]).toEqual([400, { status: 400, message: "malformed request" }]);
    expect(world.tenants).toEqual([]);
  });

  test("nothing tells the version, also when the request cannot be read", async () => {
    const answers = [await post("/nowhere"), parseResponse(await raw("nonsense", "", ""))];
    expect(answers.map(({ status, headers }) => [status, headers["server"]])).toEqual([
      [404, "nginx"],
      [400, "nginx"],
    ]);
  });
});

describe("upstreams", () => {
  test("a name that moves is followed without a restart; the gateway starts before the name exists", async () => {
    const moving = await GatewayWorld.start();
    const second = new Upstream();
    try {
      moving.dns.addresses.delete(LOKI_NAME);
      const send = () => sendRequest({ port: moving.gateway.port, target: LOGS });
      const early = await send();
      expect([early.status, early.json]).toEqual([
        502,
        { status: 502, message: "the storage behind the gateway does not answer" },
      ]);
      moving.dns.addresses.set(LOKI_NAME, "127.0.0.1");
      await eventually("the first address", 60, async () =>
        (await send()).status === 204 ? true : undefined,
      );
      await second.start("127.0.0.5", moving.lokiPort);
      moving.dns.addresses.set(LOKI_NAME, "127.0.0.5");
      // Every worker process looks names up for itself.
      await eventually("the second address for all workers", 60, async () => {
        moving.clear();
        const answers = await Promise.all(Array.from({ length: 20 }, send));
        const taken = answers.every(({ status }) => status === 204);
        return taken && moving.tenants.length === 0 ? true : undefined;
      });
      expect(second.requests.length).toBeGreaterThanOrEqual(20);
      expect(new Set(second.tenants)).toEqual(new Set(["acme"]));
    } finally {
      await second.stop();
      await moving.stop();
    }
  });

  test("502 while Loki is away: the collector tries again; traces go on", async () => {
    await world.loki.stop();
    try {
      expect((await post(LOGS)).status).toBe(502);
      expect((await post(TRACES)).status).toBe(204);
    } finally {
      await world.loki.start("127.0.0.1", world.lokiPort);
    }
    expect((await post(LOGS)).status).toBe(204);
  });

  test("503 with a time to wait for a signal that has no upstream", async () => {
    const alone = await GatewayWorld.start({ upstreams: { loki: `http://${LOKI_NAME}:3100` } });
    try {
      const { status, headers, json } = await sendRequest({ port: alone.gateway.port, target: TRACES });
      expect([status, headers["retry-after"], json]).toEqual([
        503,
        "5",
        { status: 503, message: "nothing takes this signal yet" },
      ]);
      expect((await sendRequest({ port: alone.gateway.port, target: LOGS })).status).toBe(204);
      expect(alone.tenants).toEqual(["acme"]);
    } finally {
      await alone.stop();
    }
  });
});

test("429 only for the tenant that floods, over both signals, with a time to wait", async () => {
  const limited = await GatewayWorld.start({ requestsPerSecond: 1, burst: 4 });
  try {
    const send = (target: string) => sendRequest({ port: limited.gateway.port, target });
    const started = Date.now();
    const flood = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(index % 2 ? LOGS : TRACES)),
    );
    // One at first, the burst, and one more in every second that the machine takes to send them.
    const allowed = 6 + Math.ceil((Date.now() - started) / 1000);
    const refused = flood.filter(({ status }) => status === 429);
    expect(flood.filter(({ status }) => status === 204).length).toBe(flood.length - refused.length);
    expect(flood.length - refused.length).toBeLessThanOrEqual(allowed);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.map(({ headers }) => headers["retry-after"])).toEqual(refused.map(() => "1"));
    expect(refused[0]?.json).toEqual({
      status: 429,
      message: "too many requests of this tenant, try again later",
    });
    const other = await Promise.all(Array.from({ length: 4 }, () => send("/t/globex/otlp/v1/logs")));
    expect(other.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    const again = await Promise.all(Array.from({ length: 20 }, () => send(LOGS)));
    expect(again.map(({ status }) => status)).toContain(429);
    // Paths that are no tenant's count for nobody.
    const strays = await Promise.all(Array.from({ length: 20 }, () => send("/t/acme/nowhere")));
    expect(new Set(strays.map(({ status }) => status))).toEqual(new Set([404]));
  } finally {
    await limited.stop();
  }
});
