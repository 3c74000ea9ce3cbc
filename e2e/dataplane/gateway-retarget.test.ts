import { renderGatewayConfig } from "../../modules/gateway/config";
import { gatewayPorts, retargetGateway } from "./gateway-retarget";
import { settings } from "./gateway-under-test";

const config = renderGatewayConfig(settings({ direct: [{ cidr: "10.20.0.0/16", tenant: "acme" }] }));
const places = {
  ports: new Map([
    [8080, 18_080],
    [8081, 18_081],
    [3100, 13_100],
    [4318, 14_318],
  ]),
  resolver: "127.0.0.1:5353",
  folder: "/somewhere",
};

const ingestLine = (path: string, tenant: string, value: string): string =>
  `"~^8080 [A-Z]+ (?:/v1)?/t/${tenant}${path} HTTP/1[.][01]$" ${value};`;
const tenantLines = ["/otlp/v1/logs", "/v1/traces"].map((path) =>
  ingestLine(path, "(?<path_tenant>NAME)", "$path_tenant"),
);
const routeLines = [ingestLine("/otlp/v1/logs", "NAME", "logs"), ingestLine("/v1/traces", "NAME", "traces")];
const pushLine = (value: string): string => `"~^8081 [A-Z]+ /loki/api/v1/push HTTP/1[.][01]$" ${value};`;
const movedLine = (line: string): string => `${line} -> ${line.replace(/\^(80\d\d)/, "^1$1")}`;

describe("moving a gateway to this machine", () => {
  test("changes exactly these lines", () => {
    const moved = retargetGateway(config, places).split("\n");
    const before = config.split("\n");
    expect(moved).toHaveLength(before.length);
    const shown = (line = ""): string => line.trim().replace("[a-z][a-z0-9-]{1,20}", "NAME");
    const changes = before.flatMap((line, index) =>
      line === moved[index] ? [] : [`${shown(line)} -> ${shown(moved[index])}`],
    );
    expect(changes).toEqual([
      "pid /tmp/nginx.pid; -> pid /somewhere/nginx.pid;",
      "client_body_temp_path /tmp/client_body; -> client_body_temp_path /somewhere/client_body;",
      "proxy_temp_path /tmp/proxy; -> proxy_temp_path /somewhere/proxy;",
      "fastcgi_temp_path /tmp/fastcgi; -> fastcgi_temp_path /somewhere/fastcgi;",
      "uwsgi_temp_path /tmp/uwsgi; -> uwsgi_temp_path /somewhere/uwsgi;",
      "scgi_temp_path /tmp/scgi; -> scgi_temp_path /somewhere/scgi;",
      "access_log /dev/stdout requests; -> access_log /somewhere/access.log requests;",
      "resolver 169.254.169.253 valid=10s ipv6=off; -> resolver 127.0.0.1:5353 valid=10s ipv6=off;",
      ...[...tenantLines, pushLine("$address_tenant")].map(movedLine),
      ...[...routeLines, pushLine("push")].map(movedLine),
      "logs http://loki.tenantscope.internal:3100/otlp/v1/logs; -> logs http://loki.tenantscope.internal:13100/otlp/v1/logs;",
      "traces http://jaeger.tenantscope.internal:4318/v1/traces; -> traces http://jaeger.tenantscope.internal:14318/v1/traces;",
      "push http://loki.tenantscope.internal:3100/loki/api/v1/push; -> push http://loki.tenantscope.internal:13100/loki/api/v1/push;",
      "listen 8080; -> listen 127.0.0.1:18080;",
      "listen 8081; -> listen 127.0.0.1:18081;",
    ]);
  });

  test("finds exactly the ports that it listens on or calls", () => {
    expect(gatewayPorts(config)).toEqual([3100, 4318, 8080, 8081]);
    expect(gatewayPorts(renderGatewayConfig(settings()))).toEqual([3100, 4318, 8080]);
  });

  test("refuses a port that has no new one, and a text that is no such configuration", () => {
    expect(() => retargetGateway(config, { ...places, ports: new Map([[8080, 1]]) })).toThrow(
      "no port to move 8081 to",
    );
    expect(() => retargetGateway("listen 8080;", places)).toThrow("the configuration has no");
  });
});
