import { gzipSync } from "node:zlib";
import { allow } from "../../__tests__/support/iam";
import { policy, type Statement } from "../../lib/iam";
import { type InvokeRequest } from "../standins/api-gateway";
import { type ApiDocument } from "../standins/api-gateway-document";
import { sendRequest } from "../standins/api-gateway-wire";
import {
  ACME,
  ACME_ADMIN,
  API_ID,
  CENTRAL_ADMIN,
  document,
  EXECUTION_ARN,
  GLOBEX,
  identities,
  IMPOSTOR,
  POLICIES,
  SUSPENDED,
  withApi,
} from "./gateway-api-under-test";
import { GatewayWorld } from "./gateway-under-test";

let world: GatewayWorld;
beforeAll(async () => {
  world = await GatewayWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.clear();
});

const inApi = (changes: Parameters<typeof withApi>[1], test: Parameters<typeof withApi>[2]) =>
  withApi(world.gateway.port, changes, test);

const behaviours = [true, false].flatMap((decodePath) =>
  [true, false].map((keepStage) => ({ decodePath, keepStage })),
);

describe.each(behaviours)("through API Gateway, %j", (behaviour) => {
  test("a writer's logs and traces arrive as they were sent, for its tenant", () =>
    inApi(behaviour, async (call) => {
      const body = gzipSync(Buffer.from([0, 159, 146, 150, 13, 10, 255]));
      const headers = [
        ["Content-Type", "application/x-protobuf"],
        ["Content-Encoding", "gzip"],
        ["X-Scope-OrgID", "globex"],
        ["x-scope-orgid", "globex"],
        ["X_Scope_OrgID", "globex|acme"],
        ["x-amzn-Remapped-X-Scope-OrgID", "globex"],
      ] as const;
      for (const path of ["/v1/t/acme/otlp/v1/logs", "/v1/t/acme/v1/traces"]) {
        expect((await call(ACME, path, { body, headers })).status).toBe(204);
      }
      expect(world.tenants).toEqual(["acme", "acme"]);
      const requests = [...world.loki.requests, ...world.jaeger.requests];
      expect(requests.map(({ url }) => url)).toEqual(["/otlp/v1/logs", "/v1/traces"]);
      for (const request of requests) {
        expect(request.body.equals(body)).toBe(true);
        expect(request.headers["content-encoding"]).toEqual(["gzip"]);
        expect(request.headers["content-type"]).toEqual(["application/x-protobuf"]);
        expect(Object.keys(request.headers).filter((name) => /x[-_]|auth/.test(name))).toEqual([
          "x-scope-orgid",
        ]);
      }
    }));

  test("nobody but a tenant's own writer gets anything in", () =>
    inApi(behaviour, async (call, api) => {
      const attempts = [
        [ACME, "globex"],
        [GLOBEX, "acme"],
        [SUSPENDED, "umbrella"],
        [SUSPENDED, "acme"],
        [CENTRAL_ADMIN, "acme"],
        [ACME_ADMIN, "acme"],
        [ACME_ADMIN, "globex"],
        [IMPOSTOR, "globex"],
      ] as const;
      for (const [as, tenant] of attempts) {
        for (const path of [`/v1/t/${tenant}/otlp/v1/logs`, `/v1/t/${tenant}/v1/traces`]) {
          const { status } = await call(as, path);
          expect([as, path, status]).toEqual([as, path, 403]);
        }
      }
      expect(api.calls.map(({ refusal }) => refusal)).toEqual(api.calls.map(() => "ACCESS_DENIED"));
      expect(world.tenants).toEqual([]);
    }));

  const twisted = [
    "/v1/t/acme%2Fotlp%2Fv1%2Flogs%3F/otlp/v1/logs",
    "/v1/t/globex%2Fotlp%2Fv1%2Flogs%3F/otlp/v1/logs",
    "/v1/t/globex%2Fotlp%2Fv1%2Flogs%23/otlp/v1/logs",
    "/v1/t/x%2F..%2Fglobex/otlp/v1/logs",
    "/v1/t/acme%2F..%2F..%2Ft%2Fglobex/otlp/v1/logs",
    "/v1/t/..%2Ft%2Fglobex/otlp/v1/logs",
    "/v1/t/%67lobex%2F./otlp/v1/logs",
    "/v1/t/globex%00/otlp/v1/logs",
    "/v1/t/globex%0d%0aX-Scope-OrgID:acme/otlp/v1/logs",
    "/v1/t/globex%20HTTP%2F1.1%0d%0a/otlp/v1/logs",
    "/v1/t/globex%252Fotlp/otlp/v1/logs",
    "/v1/t/GLOBEX/otlp/v1/logs",
    "/v1/t/globex|acme/otlp/v1/logs",
    "/v1/t/*/otlp/v1/logs",
    "/v1/t/{tenant}/otlp/v1/logs",
    "/v1/t//otlp/v1/logs",
    "/v1//t/globex/otlp/v1/logs",
    "/v1/t/globex/otlp/v1/logs/",
    "/v1/t/acme/../globex/otlp/v1/logs",
    "/v1/t/globex/otlp/v1/logs?a=b",
    "/v1/t/globex/otlp/v1/logs;a",
    "/v1/T/globex/otlp/v1/logs",
    "/v1/loki/api/v1/push",
    "/v1/otlp/v1/logs",
    "/v1/",
    "/v2/t/globex/otlp/v1/logs",
    "/t/globex/otlp/v1/logs",
  ];

  test("a twisted path gains the writer nothing", () =>
    inApi(behaviour, async (call) => {
      for (const target of twisted) {
        const { status } = await call(ACME, target);
        expect([target, status]).toEqual([target, 403]);
      }
      expect(world.tenants).toEqual([]);
    }));

  test("nor does it when IAM allows everything: the gateway alone refuses it", () =>
    inApi({ ...behaviour, decide: () => true }, async (call, api) => {
      for (const target of twisted) {
        const { status } = await call(ACME, target);
        expect([target, [400, 403, 404]]).toEqual([target, expect.arrayContaining([status])]);
      }
      // Some of them went as far as the gateway, or this would say nothing about it.
      expect(api.calls.filter(({ refusal }) => refusal === undefined).length).toBeGreaterThan(10);
      expect(world.tenants).toEqual([]);
    }));
});

test("no call without a signature, with a wrong one, or with somebody else's", () =>
  inApi({}, async (call, api, port) => {
    const target = "/v1/t/acme/otlp/v1/logs";
    const session = identities.issue(ACME, 60).credentials;
    const answers = [
      await sendRequest({ port, target, headers: [["x-apigw-api-id", API_ID]] }),
      await sendRequest({
        port,
        target,
        headers: [
          ["x-apigw-api-id", API_ID],
          ["Authorization", "Bearer x"],
        ],
      }),
      await call(ACME, target, { credentials: { ...session, secretAccessKey: "wrong" } }),
      await call(ACME, target, { credentials: { ...session, sessionToken: "wrong" } }),
      await call(ACME, target, { region: "us-east-1" }),
      await call(ACME, target, { apiId: "otherapi00" }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect(api.calls.map(({ refusal }) => refusal)).toEqual([
      "MISSING_AUTHENTICATION_TOKEN",
      "INVALID_SIGNATURE",
      "INVALID_SIGNATURE",
      "INVALID_SIGNATURE",
      "INVALID_SIGNATURE",
      "ACCESS_DENIED",
    ]);
    for (const { headers, json } of answers) {
      expect(headers["content-type"]).toBe("application/json");
      expect(json).toMatchObject({ status: 403 });
    }
    expect(world.tenants).toEqual([]);
  }));

test("only POST, and only the two routes", () =>
  inApi({}, async (call, api) => {
    const methods = ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];
    for (const method of methods) {
      expect((await call(ACME, "/v1/t/acme/otlp/v1/logs", { method })).status).toBe(403);
    }
    expect((await call(ACME, "/v1/t/acme/v1/metrics")).status).toBe(403);
    expect(new Set(api.calls.map(({ refusal }) => refusal))).toEqual(
      new Set(["MISSING_AUTHENTICATION_TOKEN"]),
    );
    expect(world.tenants).toEqual([]);
  }));

test("too large a body is refused clearly, by the gateway or by API Gateway", () =>
  inApi({}, async (call, api) => {
    const send = (bytes: number) => call(ACME, "/v1/t/acme/otlp/v1/logs", { body: Buffer.alloc(bytes) });
    const answers = [await send(2 * 1024 * 1024 + 1), await send(10 * 1024 * 1024 + 1)];
    expect(answers.map(({ status, json }) => [status, (json as { message: string }).message])).toEqual([
      [413, "the body is too large, send smaller batches"],
      [413, "the body is larger than 10 MB, send smaller batches"],
    ]);
    expect(api.calls.map(({ refusal }) => refusal)).toEqual([undefined, "REQUEST_TOO_LARGE"]);
    expect(world.tenants).toEqual([]);
  }));

test("while the gateway is away the answer is one on which collectors try again", () =>
  inApi({ integrationPort: () => 1 }, async (call) => {
    const { status, headers } = await call(ACME, "/v1/t/acme/otlp/v1/logs");
    expect([status, headers["retry-after"]]).toEqual([503, "5"]);
  }));

describe("the stand-in believes the documents, not the tests", () => {
  const changed = (change: (text: string) => string): ApiDocument => {
    const text = JSON.stringify(document);
    expect(change(text)).not.toBe(text);
    return JSON.parse(change(text)) as ApiDocument;
  };

  test("without authorization in the document anybody gets through", () => {
    const open = changed((text) =>
      text.replaceAll('"security":[{"sigv4":[]}],"x-amazon-apigateway-auth":{"type":"AWS_IAM"},', ""),
    );
    return inApi({ document: open, decide: () => true }, async (_call, _api, port) => {
      const headers = [["x-apigw-api-id", API_ID]] as const;
      expect((await sendRequest({ port, target: "/v1/t/acme/otlp/v1/logs", headers })).status).toBe(204);
      expect(world.tenants).toEqual(["acme"]);
    });
  });

  test("without the writer's Deny and with a careless resource policy it writes as another", async () => {
    const { Statement: statements } = POLICIES[ACME] as { Statement: Statement[] };
    const careless = policy({
      Sid: "Careless",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "execute-api:Invoke",
      Resource: `${EXECUTION_ARN}/*`,
    });
    const decide = (identityPolicies: readonly object[]) => (request: InvokeRequest) =>
      allow({ ...request, principal: ACME, identityPolicies });
    const attempt = async (identityPolicies: readonly object[]): Promise<number> => {
      let status = 0;
      await inApi({ resourcePolicy: careless, decide: decide(identityPolicies) }, async (call) => {
        ({ status } = await call(ACME, "/v1/t/globex/otlp/v1/logs"));
      });
      return status;
    };
    expect(await attempt([policy(...statements.filter(({ Effect }) => Effect === "Allow"))])).toBe(204);
    expect(world.tenants).toEqual(["globex"]);
    expect(await attempt([policy(...statements)])).toBe(403);
    expect(world.tenants).toEqual(["globex"]);
  });

  test("without binary media types bodies are ruined", () => {
    const text = changed((each) => each.replace('["*/*"]', "[]"));
    return inApi({ document: text }, async (call) => {
      await call(ACME, "/v1/t/acme/otlp/v1/logs", { body: gzipSync("x") });
      expect(world.loki.requests[0]?.body.equals(gzipSync("x"))).toBe(false);
    });
  });
});
