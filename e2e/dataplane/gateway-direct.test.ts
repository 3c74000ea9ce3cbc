import { sendRequest, type WireRequest } from "../standins/api-gateway-wire";
import { GatewayWorld } from "./gateway-under-test";

describe("joined networks", () => {
  const PUSH = "/loki/api/v1/push";
  let joined: GatewayWorld;
  beforeAll(async () => {
    joined = await GatewayWorld.start({
      direct: [
        { cidr: "127.0.0.2/32", tenant: "acme" },
        { cidr: "127.0.1.0/24", tenant: "globex" },
        { cidr: "127.0.1.7/32", tenant: "initech" },
      ],
    });
  });
  afterAll(() => joined.stop());
  beforeEach(() => {
    joined.clear();
  });
  const push = (localAddress: string, target = PUSH, request: Partial<WireRequest> = {}) =>
    sendRequest({ port: joined.gateway.directPort, localAddress, target, ...request });

  test.each([
    ["127.0.0.2", "acme"],
    ["127.0.1.1", "globex"],
    ["127.0.1.7", "initech"],
  ])("%s is %s, whatever the header says", async (address, tenant) => {
    const headers = [
      ["X-Scope-OrgID", "other"],
      ["Content-Type", "application/json"],
      ["X-Forwarded-For", "127.0.0.2"],
    ] as const;
    expect((await push(address, PUSH, { headers, body: "{}" })).status).toBe(204);
    expect(joined.tenants).toEqual([tenant]);
    expect(joined.loki.requests[0]?.url).toBe(PUSH);
    expect(joined.loki.requests[0]?.headers["x-scope-orgid"]).toEqual([tenant]);
  });

  test("an address of nobody's is refused", async () => {
    const { status, json } = await push("127.0.0.3", PUSH, { headers: [["X-Scope-OrgID", "acme"]] });
    expect([status, json]).toEqual([403, { status: 403, message: "this address belongs to no tenant" }]);
    expect(joined.tenants).toEqual([]);
  });

  test("the direct port has the push path only, and only for POST", async () => {
    const targets = [
      "/t/globex/otlp/v1/logs",
      "/t/acme/otlp/v1/logs",
      "/otlp/v1/logs",
      "/loki/api/v1/query",
      `${PUSH}/`,
      `${PUSH}?x`,
      "/loki/api/v1/../v1/push",
      "/LOKI/api/v1/push",
    ];
    for (const target of targets) {
      expect([target, (await push("127.0.0.2", target)).status]).toEqual([target, 404]);
    }
    expect((await push("127.0.0.2", PUSH, { method: "GET" })).status).toBe(405);
    expect(joined.tenants).toEqual([]);
  });

  test("the ingest port has no push path and does not look at addresses", async () => {
    const through = (target: string) =>
      sendRequest({ port: joined.gateway.port, localAddress: "127.0.0.2", target });
    expect((await through(PUSH)).status).toBe(404);
    expect((await through("/t/globex/otlp/v1/logs")).status).toBe(204);
    expect(joined.tenants).toEqual(["globex"]);
  });

  test("without joined networks nothing listens for them", async () => {
    const alone = await GatewayWorld.start();
    try {
      expect(() => alone.gateway.directPort).toThrow("does not listen on 8081");
    } finally {
      await alone.stop();
    }
  });
});
