import { renderGatewayConfig, type GatewaySettings } from "../../modules/gateway/config";
import { all, entries, one, parseNginx, type Parsed } from "./gateway-nginx";

const settings = (changes: Partial<GatewaySettings> = {}): GatewaySettings => ({
  tenantPattern: "^[a-z][a-z0-9-]{1,20}$",
  maxBodyMiB: 10,
  requestsPerSecond: 50,
  burst: 100,
  upstreams: {
    loki: "http://loki.tenantscope.internal:3100",
    jaeger: "http://jaeger.tenantscope.internal:4318",
  },
  resolver: "169.254.169.253",
  direct: [],
  ...changes,
});
const DIRECT = [
  { cidr: "10.20.0.0/16", tenant: "acme" },
  { cidr: "10.30.0.0/16", tenant: "globex" },
];

const http = (changes?: Partial<GatewaySettings>): readonly Parsed[] =>
  one(parseNginx(renderGatewayConfig(settings(changes))), "http").block ?? [];
const lines = (directives: readonly Parsed[]): string[] =>
  directives.map(
    ({ words, block }) =>
      `${words.map((word) => (word === "" ? '""' : word)).join(" ")}${block === undefined ? "" : " {}"}`,
  );
const mapTo = (directives: readonly Parsed[], target: string): Parsed => {
  const found = directives.find(
    ({ words }) => ["map", "geo"].includes(words[0] ?? "") && words.at(-1) === target,
  );
  if (found === undefined) throw new Error(`no map to ${target}`);
  return found;
};
const location = (directives: readonly Parsed[], ...match: string[]): readonly Parsed[] => {
  const found = (one(directives, "server").block ?? []).find(
    ({ words }) => words.join(" ") === ["location", ...match].join(" "),
  );
  return found?.block ?? [];
};

const INGEST = "^8080 [A-Z]+ (?:/v1)?/t/";
const NAME = "[a-z][a-z0-9-]{1,20}";

test("outside http: exactly this", () => {
  expect(lines(parseNginx(renderGatewayConfig(settings())))).toEqual([
    "daemon off",
    "worker_processes auto",
    "worker_shutdown_timeout 20s",
    "pid /tmp/nginx.pid",
    "error_log stderr error",
    "events {}",
    "http {}",
  ]);
});

test("http: exactly these settings", () => {
  const found = lines(http()).filter((line) => !/^(map|log_format) /.test(line));
  expect(found).toEqual([
    "client_body_temp_path /tmp/client_body",
    "proxy_temp_path /tmp/proxy",
    "fastcgi_temp_path /tmp/fastcgi",
    "uwsgi_temp_path /tmp/uwsgi",
    "scgi_temp_path /tmp/scgi",
    "default_type application/json",
    "server_tokens off",
    "access_log /dev/stdout requests",
    "map_hash_bucket_size 256",
    "resolver 169.254.169.253 valid=10s ipv6=off",
    "resolver_timeout 2s",
    "client_header_timeout 10s",
    "client_body_timeout 10s",
    "proxy_connect_timeout 2s",
    "proxy_send_timeout 5s",
    "proxy_read_timeout 15s",
    "proxy_next_upstream error timeout",
    "proxy_next_upstream_tries 2",
    "proxy_next_upstream_timeout 5s",
    "proxy_http_version 1.1",
    "send_timeout 10s",
    "keepalive_timeout 75s",
    "client_max_body_size 10m",
    "client_body_buffer_size 128k",
    "limit_req_zone $tenant zone=tenants:10m rate=50r/s",
    "limit_req_status 429",
    "limit_req_log_level warn",
    "error_page 400 403 404 405 408 411 413 414 429 500 501 502 503 504 505 /error.json",
    "error_page 494 =400 /error.json",
    "server {}",
  ]);
});

test("waits less for an upstream than API Gateway does for the gateway", () => {
  const seconds = (name: string): number => parseInt(one(http(), name).words[1] ?? "", 10);
  const total = [
    "proxy_next_upstream_timeout",
    "proxy_connect_timeout",
    "proxy_send_timeout",
    "proxy_read_timeout",
  ];
  expect(total.reduce((sum, name) => sum + seconds(name), 0)).toBeLessThan(29);
});

describe("tenant and route", () => {
  test("come from the raw request line by exact patterns, everything else is empty", () => {
    expect(mapTo(http(), "$tenant").words).toEqual(["map", "$server_port $request", "$tenant"]);
    expect(entries(mapTo(http(), "$tenant"))).toEqual([
      ["default", ""],
      [`~${INGEST}(?<path_tenant>${NAME})/otlp/v1/logs HTTP/1[.][01]$`, "$path_tenant"],
      [`~${INGEST}(?<path_tenant>${NAME})/v1/traces HTTP/1[.][01]$`, "$path_tenant"],
    ]);
    expect(mapTo(http(), "$route").words).toEqual(["map", "$server_port $request", "$route"]);
    expect(entries(mapTo(http(), "$route"))).toEqual([
      ["default", ""],
      [`~${INGEST}${NAME}/otlp/v1/logs HTTP/1[.][01]$`, "logs"],
      [`~${INGEST}${NAME}/v1/traces HTTP/1[.][01]$`, "traces"],
    ]);
  });

  test("the patterns take a path as it should be and no other spelling", () => {
    const patterns = entries(mapTo(http(), "$tenant")).flatMap(([key]) =>
      key.startsWith("~") ? [new RegExp(key.slice(1))] : [],
    );
    const tenantOf = (request: string): string | undefined =>
      patterns
        .map((pattern) => pattern.exec(request)?.groups?.["path_tenant"])
        .find((each) => each !== undefined);
    const line = (path: string): string => `8080 POST ${path} HTTP/1.1`;
    expect(tenantOf(line("/t/acme/otlp/v1/logs"))).toBe("acme");
    expect(tenantOf(line("/v1/t/acme/v1/traces"))).toBe("acme");
    const others = [
      "/t/acme%2F/otlp/v1/logs",
      "/t/acme/../globex/otlp/v1/logs",
      "//t/acme/otlp/v1/logs",
      "/t/Acme/otlp/v1/logs",
      "/t/acme/otlp/v1/logs/",
      "/t/acme/otlp/v1/logs?x",
      "http://host/t/acme/otlp/v1/logs",
      `/t/${"a".repeat(22)}/otlp/v1/logs`,
    ].map(line);
    for (const other of [
      ...others,
      "8081 POST /t/acme/otlp/v1/logs HTTP/1.1",
      "8080 POST /t/acme/otlp/v1/logs HTTP/1.1 x",
    ]) {
      expect([other, tenantOf(other)]).toEqual([other, undefined]);
    }
  });

  test("a pattern that is not anchored is refused", () => {
    expect(() => renderGatewayConfig(settings({ tenantPattern: "[a-z]+" }))).toThrow("not anchored: [a-z]+");
    expect(() => renderGatewayConfig(settings({ tenantPattern: "^a$|^b$" }))).toThrow("not anchored");
  });
});

describe("the way on", () => {
  test("each route to its program under the path that it expects; without Jaeger traces lead nowhere", () => {
    const logs = ["logs", "http://loki.tenantscope.internal:3100/otlp/v1/logs"];
    expect(mapTo(http(), "$upstream").words).toEqual(["map", "$route", "$upstream"]);
    expect(entries(mapTo(http(), "$upstream"))).toEqual([
      ["default", ""],
      logs,
      ["traces", "http://jaeger.tenantscope.internal:4318/v1/traces"],
    ]);
    const upstreams = { loki: "http://loki.tenantscope.internal:3100" };
    expect(entries(mapTo(http({ upstreams }), "$upstream"))).toEqual([["default", ""], logs]);
  });

  test("refuses first, limits, then sends these headers and no other", () => {
    const directives = location(http(), "/");
    expect(lines(directives)).toEqual([
      'if ($route = "" ) {}',
      "if ($request_method != POST) {}",
      'if ($tenant = "" ) {}',
      'if ($upstream = "" ) {}',
      "limit_req zone=tenants burst=100 nodelay",
      "proxy_pass_request_headers off",
      "proxy_set_header X-Scope-OrgID $tenant",
      "proxy_set_header Content-Type $content_type",
      "proxy_set_header Content-Encoding $restored_encoding",
      "proxy_pass $upstream",
    ]);
    expect(directives.flatMap(({ block = [] }) => lines(block))).toEqual([
      "return 404",
      "return 405",
      "return 403",
      "return 503",
    ]);
  });

  test("restores an encoding that was renamed, only when there is none", () => {
    expect(mapTo(http(), "$restored_encoding").words[1]).toBe("$http_content_encoding");
    expect(entries(mapTo(http(), "$restored_encoding"))).toEqual([
      ["default", "$http_content_encoding"],
      ["", "$http_x_amzn_remapped_content_encoding"],
    ]);
  });

  test("has no other way to anything", () => {
    const directives = all(parseNginx(renderGatewayConfig(settings({ direct: DIRECT }))));
    const names = directives.map(({ words: [name] }) => name);
    expect(names.filter((name) => name === "proxy_pass")).toHaveLength(1);
    expect(names.filter((name) => name === "server")).toHaveLength(1);
    for (const name of [
      "rewrite",
      "alias",
      "root",
      "include",
      "try_files",
      "upstream",
      "set",
      "load_module",
      "user",
    ]) {
      expect(names).not.toContain(name);
    }
    // Names that nginx would resolve once at its start, and a reading of the path that is not the raw one.
    const words = directives.flatMap(({ words: each }) => each);
    expect(
      words.filter((word) => /\$(uri|document_uri|args|query_string|request_uri|http_x_scope)/.test(word)),
    ).toEqual([]);
    expect((one(http(), "server").block ?? []).map(({ words: each }) => each.join(" "))).toEqual([
      "listen 8080",
      "location = /healthz",
      "location = /error.json",
      "location /",
    ]);
  });
});

describe("answers", () => {
  test("the health check is a constant, unlogged", () => {
    expect(lines(location(http(), "=", "/healthz"))).toEqual([
      "access_log off",
      'return 200 {"status":"ok"}',
    ]);
  });

  test("every error is JSON with a text of its own; the client cannot ask for the page", () => {
    expect(lines(location(http(), "=", "/error.json"))).toEqual([
      "internal",
      "add_header Retry-After $retry_after always",
      "add_header Allow $allowed_methods always",
      'return 200 {"status":$status,"message":"$error_text"}',
    ]);
    const texts = entries(mapTo(http(), "$error_text"));
    const [page = { words: [] }] = http().filter(({ words: [name] }) => name === "error_page");
    expect(texts.map(([status]) => status)).toEqual(["default", ...page.words.slice(1, -1)]);
    expect(new Set(texts.map(([, text]) => text)).size).toBe(texts.length);
    for (const [, text] of texts) expect(text).not.toMatch(/["\\$]/);
    expect(entries(mapTo(http(), "$retry_after"))).toEqual([
      ["default", ""],
      ["429", "1"],
      ["503", "5"],
    ]);
  });

  test("the access log is one JSON object with exactly these fields", () => {
    const [, name, escape, format = ""] = one(http(), "log_format").words;
    expect([name, escape]).toEqual(["requests", "escape=json"]);
    const filled = format.replace(/:\$\w+/g, ":0").replace(/"\$\w+"/g, '""');
    expect(Object.keys(JSON.parse(filled) as object)).toEqual([
      "time",
      "request_id",
      "client",
      "tenant",
      "route",
      "request",
      "upstream",
      "upstream_status",
      "upstream_seconds",
      "status",
      "bytes_in",
      "bytes_out",
      "seconds",
    ]);
    expect(format).not.toMatch(/\$(request_body|http_|cookie)/);
  });
});

describe("joined networks", () => {
  const joined = http({ direct: DIRECT });

  test("the tenant is the address's, on a port of its own and for one path", () => {
    expect(mapTo(joined, "$address_tenant").words).toEqual(["geo", "$address_tenant"]);
    expect(entries(mapTo(joined, "$address_tenant"))).toEqual([
      ["default", ""],
      ["10.20.0.0/16", "acme"],
      ["10.30.0.0/16", "globex"],
    ]);
    const push = "~^8081 [A-Z]+ /loki/api/v1/push HTTP/1[.][01]$";
    expect(entries(mapTo(joined, "$tenant")).slice(3)).toEqual([[push, "$address_tenant"]]);
    expect(entries(mapTo(joined, "$route")).slice(3)).toEqual([[push, "push"]]);
    expect(entries(mapTo(joined, "$upstream")).slice(3)).toEqual([
      ["push", "http://loki.tenantscope.internal:3100/loki/api/v1/push"],
    ]);
    const listens = (one(joined, "server").block ?? []).filter(({ words: [name] }) => name === "listen");
    expect(lines(listens)).toEqual(["listen 8080", "listen 8081"]);
  });

  test("without them nothing of it is there", () => {
    expect(renderGatewayConfig(settings())).not.toMatch(/8081|geo|push|address_tenant/);
  });
});

test("the text is the same every time and has nothing of CDKTF or Terraform in it", () => {
  const text = renderGatewayConfig(settings({ direct: DIRECT }));
  expect(renderGatewayConfig(settings({ direct: DIRECT }))).toBe(text);
  expect(text).not.toMatch(/TfToken|\$\{|%\{/);
});
