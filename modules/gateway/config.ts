import { INGEST_ROUTE_NAMES, INGEST_ROUTES, INGEST_STAGE, type IngestRoute } from "../ingest/routes";
import { block, directive, renderNginx, type Directive } from "./nginx";
import { GATEWAY_PORTS, HEALTH_PATH } from "./ports";

/** A network whose addresses are known to be one tenant's. */
export interface DirectSource {
  /** IPv4, such as 10.20.0.0/16. Of overlapping ones the longest prefix counts. */
  readonly cidr: string;
  readonly tenant: string;
}

export interface GatewaySettings {
  /** What a tenant's name looks like, anchored: `^...$`. No group may capture. */
  readonly tenantPattern: string;
  /** Largest body that is taken, MiB; API Gateway stops at 10. */
  readonly maxBodyMiB: number;
  /** Requests of one tenant per second that one task takes, and how many more at once. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Base URLs, `http://host:port`. A route without an upstream answers 503. */
  readonly upstreams: { readonly loki: string; readonly jaeger?: string };
  /** DNS server that knows the upstreams' names. */
  readonly resolver: string;
  /** Nothing listens for joined networks when empty. */
  readonly direct: readonly DirectSource[];
}

/** Loki's own push API, for the joined networks. */
const PUSH_PATH = "/loki/api/v1/push";

/** Statuses that nginx itself can answer with, and what the client is told. */
const ERRORS: Readonly<Record<number, string>> = {
  400: "malformed request",
  403: "this address belongs to no tenant",
  404: "no such path",
  405: "only POST",
  408: "the request took too long to arrive",
  411: "Content-Length is missing",
  413: "the body is too large, send smaller batches",
  414: "the path is too long",
  429: "too many requests of this tenant, try again later",
  500: "internal error",
  501: "unknown transfer encoding",
  502: "the storage behind the gateway does not answer",
  503: "nothing takes this signal yet",
  504: "the storage behind the gateway did not answer in time",
  505: "unknown HTTP version",
};
const ERROR_PATH = "/error.json";

/** Fields of the access log by name: numbers and strings, never a body. */
const LOG_STRINGS = {
  time: "$time_iso8601",
  request_id: "$request_id",
  client: "$remote_addr",
  tenant: "$tenant",
  route: "$route",
  request: "$request",
  upstream: "$upstream_addr",
  // Several values when a second upstream was tried.
  upstream_status: "$upstream_status",
  upstream_seconds: "$upstream_response_time",
} as const;
const LOG_NUMBERS = {
  status: "$status",
  bytes_in: "$request_length",
  bytes_out: "$bytes_sent",
  seconds: "$request_time",
} as const;

const LOG_FORMAT = `{${[
  ...Object.entries(LOG_STRINGS).map(([name, value]) => `"${name}":"${value}"`),
  ...Object.entries(LOG_NUMBERS).map(([name, value]) => `"${name}":${value}`),
].join(",")}}`;

const map = (source: string, target: string, entries: readonly (readonly [string, string])[]): Directive =>
  block(
    "map",
    [source, target],
    [directive("default", ""), ...entries.map(([key, value]) => directive(key, value))],
  );

/**
 * A regular expression for the request line exactly as it came in: nothing was decoded, no slashes were merged, no dots
 * resolved. So there is one spelling of each path; a query or an absolute URI matches nothing. The port keeps the two
 * ways in apart.
 */
const requestLine = (port: number, path: string): string => `~^${port} [A-Z]+ ${path} HTTP/1[.][01]$`;

/** The stage may lead the path: whether API Gateway leaves it out differs between its kinds of VPC links. */
const ingestLine = (tenant: string, route: IngestRoute): string =>
  requestLine(GATEWAY_PORTS.ingest, `(?:/${INGEST_STAGE})?/t/${tenant}${INGEST_ROUTES[route]}`);

function maps(settings: GatewaySettings): Directive[] {
  const { upstreams, direct } = settings;
  const tenant = /^\^([^$]+)\$$/.exec(settings.tenantPattern)?.[1];
  if (tenant === undefined) throw new Error(`not anchored: ${settings.tenantPattern}`);
  const line = "$server_port $request";
  const pushLine = requestLine(GATEWAY_PORTS.direct, PUSH_PATH);
  const joined = direct.length > 0;
  const upstream: Record<IngestRoute, string | undefined> = {
    logs: upstreams.loki,
    traces: upstreams.jaeger,
  };
  return [
    ...(joined
      ? [
          block(
            "geo",
            ["$address_tenant"],
            [directive("default", ""), ...direct.map((source) => directive(source.cidr, source.tenant))],
          ),
        ]
      : []),
    map(line, "$tenant", [
      ...INGEST_ROUTE_NAMES.map(
        (route) => [ingestLine(`(?<path_tenant>${tenant})`, route), "$path_tenant"] as const,
      ),
      ...(joined ? [[pushLine, "$address_tenant"] as const] : []),
    ]),
    map(line, "$route", [
      ...INGEST_ROUTE_NAMES.map((route) => [ingestLine(tenant, route), route] as const),
      ...(joined ? [[pushLine, "push"] as const] : []),
    ]),
    map("$route", "$upstream", [
      ...INGEST_ROUTE_NAMES.flatMap((route) => {
        const base = upstream[route];
        return base === undefined ? [] : [[route, `${base}${INGEST_ROUTES[route]}`] as const];
      }),
      ...(joined ? [["push", `${upstreams.loki}${PUSH_PATH}`] as const] : []),
    ]),
    // API Gateway renames the header on its way to an integration.
    block(
      "map",
      ["$http_content_encoding", "$restored_encoding"],
      [
        directive("default", "$http_content_encoding"),
        directive("", "$http_x_amzn_remapped_content_encoding"),
      ],
    ),
    map("$status", "$error_text", Object.entries(ERRORS)),
    // Collectors wait as long as they are told to.
    map("$status", "$retry_after", [
      ["429", "1"],
      ["503", "5"],
    ]),
    map("$status", "$allowed_methods", [["405", "POST"]]),
  ];
}

const refuseIf = (condition: string, status: number): Directive =>
  block("if", [{ raw: `(${condition})` }], [directive("return", status)]);

function server({ direct, burst }: GatewaySettings): Directive {
  return block(
    "server",
    [],
    [
      directive("listen", GATEWAY_PORTS.ingest),
      ...(direct.length > 0 ? [directive("listen", GATEWAY_PORTS.direct)] : []),
      block(
        "location",
        ["=", HEALTH_PATH],
        [directive("access_log", "off"), directive("return", 200, '{"status":"ok"}')],
      ),
      // Not a named location: a request that cannot be parsed has no URI to enter one with.
      block(
        "location",
        ["=", ERROR_PATH],
        [
          directive("internal"),
          directive("add_header", "Retry-After", "$retry_after", "always"),
          directive("add_header", "Allow", "$allowed_methods", "always"),
          // Keeps the status of the error.
          directive("return", 200, '{"status":$status,"message":"$error_text"}'),
        ],
      ),
      // One location: the others match nginx's own reading of the path.
      block(
        "location",
        ["/"],
        [
          refuseIf('$route = ""', 404),
          refuseIf("$request_method != POST", 405),
          refuseIf('$tenant = ""', 403),
          refuseIf('$upstream = ""', 503),
          directive("limit_req", "zone=tenants", `burst=${burst}`, "nodelay"),
          // Nothing that the client calls a header goes further. What does is named here.
          directive("proxy_pass_request_headers", "off"),
          directive("proxy_set_header", "X-Scope-OrgID", "$tenant"),
          directive("proxy_set_header", "Content-Type", "$content_type"),
          directive("proxy_set_header", "Content-Encoding", "$restored_encoding"),
          // A variable: the name is looked up again when its time is over, not once at the start.
          directive("proxy_pass", "$upstream"),
        ],
      ),
    ],
  );
}

const TEMPORARY_FILES = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] as const;

function http(settings: GatewaySettings): Directive[] {
  return [
    // The root file system is read-only.
    ...TEMPORARY_FILES.map((name) => directive(`${name}_temp_path`, `/tmp/${name}`)),
    directive("default_type", "application/json"),
    directive("server_tokens", "off"),
    directive("log_format", "requests", "escape=json", LOG_FORMAT),
    directive("access_log", "/dev/stdout", "requests"),
    directive("map_hash_bucket_size", 256),
    directive("resolver", settings.resolver, "valid=10s", "ipv6=off"),
    directive("resolver_timeout", "2s"),
    // In sum below the 29 s that API Gateway waits.
    directive("client_header_timeout", "10s"),
    directive("client_body_timeout", "10s"),
    directive("proxy_connect_timeout", "2s"),
    directive("proxy_send_timeout", "5s"),
    directive("proxy_read_timeout", "15s"),
    // A request that reached an upstream is not sent to a second one: lines would be stored twice.
    directive("proxy_next_upstream", "error", "timeout"),
    directive("proxy_next_upstream_tries", 2),
    directive("proxy_next_upstream_timeout", "5s"),
    directive("proxy_http_version", "1.1"),
    directive("send_timeout", "10s"),
    directive("keepalive_timeout", "75s"),
    directive("client_max_body_size", `${settings.maxBodyMiB}m`),
    directive("client_body_buffer_size", "128k"),
    ...maps(settings),
    directive("limit_req_zone", "$tenant", "zone=tenants:10m", `rate=${settings.requestsPerSecond}r/s`),
    directive("limit_req_status", 429),
    directive("limit_req_log_level", "warn"),
    directive("error_page", ...Object.keys(ERRORS), ERROR_PATH),
    // nginx's own number for headers that are too large.
    directive("error_page", 494, "=400", ERROR_PATH),
    server(settings),
  ];
}

/**
 * The whole nginx.conf of the gateway: takes the tenant from the path (or, from joined networks, from the source
 * address), sets it as `X-Scope-OrgID` and hands the body to Loki or Jaeger. Valid from nginx 1.22 on.
 */
export function renderGatewayConfig(settings: GatewaySettings): string {
  return renderNginx([
    directive("daemon", "off"),
    directive("worker_processes", "auto"),
    directive("worker_shutdown_timeout", "20s"),
    directive("pid", "/tmp/nginx.pid"),
    // Warnings are one per large body and per refused request; the access log has both.
    directive("error_log", "stderr", "error"),
    block("events", [], [directive("worker_connections", 4096)]),
    block("http", [], http(settings)),
  ]);
}
