import type { Central, Service, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { GB, type Item, type Signal } from "./item";
import { loadOf, secondsOf, spanPaths } from "./load";
import type { PriceId } from "./prices";

/** Days of a month on a bill that counts hours. */
const daysOf = ({ hoursPerMonth }: Assumptions): number => hoursPerMonth / 24;

/** How long the collector waits before it sends what it has, and from which size on it does not: modules/collector. */
const LOGS = { seconds: 15, bytes: 1_000_000 };
const TRACES = { seconds: 10, bytes: 250_000 };
/** A line of the debug exporter, and how often there is one: every pipeline's batches. */
const DEBUG = { bytesPerLine: 200, linesPerSecond: 4 / 60 + 1 / LOGS.seconds + 1 / 5 };
/** What a bulk of Jaeger waits for at most, and how many are filled at once: modules/jaeger. */
const BULKS = { seconds: 1, workers: 2 };
/** Copies of every shard. */
const COPIES = 2;
const PROXY_GIB = 1;
/** Objects that Loki writes, of this many compressed bytes. */
const CHUNK_BYTES = 1_500_000;

/** What of the central settings a bill depends on. */
type Settings = Pick<Central, "metrics" | "loki" | "jaeger" | "logRetentionDays" | "ingest">;

/** What a tenant uses by the amount in a month. A suspended tenant's sidecars run on, and what they send is refused. */
export function usageOf(central: Settings, tenant: Tenant, a: Assumptions, bulks: Bulks): Item[] {
  if (tenant.lifecycle === "offboarding") return [];
  const people = item("people", "users of Grafana in its groups", "grafana.viewer", "central");
  const queries = item("metrics", "queries of its users", "amp.query", "central");
  const users = tenant.grafana.groupIds.length > 0 ? a.viewersPerTenant : 0;
  return [
    ...tenant.services.flatMap((service) => ofService(central, tenant, service, a, bulks)),
    people(users),
    queries(users * a.querySamplesPerUser),
  ].filter(({ quantity }) => quantity > 0);
}

const item =
  (signal: Signal, what: string, price: PriceId, account: Item["account"]) =>
  (quantity: number): Item => ({ signal, what, price, quantity, account });

function ofService(
  central: Settings,
  tenant: Tenant,
  service: Service,
  a: Assumptions,
  bulks: Bulks,
): Item[] {
  const active = tenant.lifecycle === "active";
  return [
    ...(active
      ? [
          ...metrics(central, tenant, service, a),
          ...lokiLogs(central, tenant, service, a),
          ...jaeger(central, service, a, bulks),
        ]
      : []),
    ...ownAccount(central, service, a),
    ...(active ? wire(central, tenant, service, a) : []),
  ];
}

function metrics(central: Settings, tenant: Tenant, service: Service, a: Assumptions): Item[] {
  const { series, samples } = loadOf(service, a);
  const days = tenant.limits.metricsRetentionDays ?? central.metrics.retentionDays;
  const minutes = secondsOf(a) / 60;
  const of = (what: string, price: PriceId) =>
    item("metrics", `${what} of ${service.name}`, price, "central");
  return [
    of("samples", "amp.samples")(samples),
    of("kept samples", "amp.storage")((samples * (days / daysOf(a)) * a.bytesPerSample) / GB),
    of("rules over the series", "amp.query")(series * a.ruleSamplesPerSeries * minutes),
  ];
}

/** Requests of a task's queue: one per interval, more when there is much to send. */
const requests = (tasks: number, bytes: number, batch: typeof LOGS, a: Assumptions): number =>
  bytes === 0 ? 0 : Math.max((tasks * secondsOf(a)) / batch.seconds, bytes / batch.bytes);

function lokiLogs(central: Settings, tenant: Tenant, service: Service, a: Assumptions): Item[] {
  const { destinations } = service.logs;
  const overApi = destinations.includes("loki");
  if (!overApi && !destinations.includes("loki-direct")) return [];
  const { tasks, logBytes } = loadOf(service, a);
  const days = tenant.limits.logRetentionDays ?? central.loki.retentionDays;
  const kept = logBytes / a.logCompression;
  const of = (what: string, price: PriceId) => item("logs", `${what} of ${service.name}`, price, "central");
  const sent = overApi ? requests(tasks, logBytes, LOGS, a) : 0;
  return [
    of("log requests", "api.requests")(sent),
    ...apiLogs(central, "logs", `log requests of ${service.name}`, sent, a),
    of("kept logs", "s3.storage")((kept * (days / daysOf(a))) / GB),
    of("objects of logs", "s3.put")(kept / CHUNK_BYTES),
  ];
}

/** What the APIs, the gateway and the functions say of so many requests. */
function apiLogs(central: Settings, signal: Signal, of: string, count: number, a: Assumptions): Item[] {
  const gigabytes = (count * a.apiLogBytes) / GB;
  const kept = gigabytes * a.cloudWatchStoredShare * (central.logRetentionDays / daysOf(a));
  return [
    item(signal, `access log for ${of}`, "cloudwatch.logs", "central")(gigabytes),
    item(signal, `kept access log for ${of}`, "cloudwatch.logs-storage", "central")(kept),
  ];
}

/** How many bulks the shared collectors send for one span: they put the spans of all tenants together. */
export type Bulks = number;

/**
 * A bulk is sent when it is full or a second after its first document, by each of the workers that a batch is spread over.
 * So a quiet collector sends some for every request, a busy one some every second, and only a very busy one full ones.
 */
const bulkCount = (bytes: number, batches: number, collectors: number, a: Assumptions): number =>
  Math.max(
    bytes / a.bulkBytes,
    BULKS.workers * Math.min(batches, (secondsOf(a) / BULKS.seconds) * collectors),
  );

export function bulksOf(central: Settings, tenants: readonly Tenant[], a: Assumptions): Bulks {
  const loads = tenants
    .filter(({ lifecycle }) => lifecycle === "active")
    .flatMap(({ services }) => services.filter((service) => spanPaths(service).central))
    .map((service) => loadOf(service, a));
  const sum = (of: (load: (typeof loads)[number]) => number): number =>
    loads.reduce((all, load) => all + of(load), 0);
  const spans = sum((load) => load.spans);
  if (spans === 0) return 0;
  const batches = sum((load) => requests(load.tasks, load.spans * a.wireBytesPerSpan, TRACES, a));
  const collectors = Math.max(central.jaeger.tasks.min, spans / secondsOf(a) / a.jaegerSpansPerSecond);
  return bulkCount(spans * a.storedBytesPerSpan, batches, collectors, a) / spans;
}

function jaeger(central: Settings, service: Service, a: Assumptions, bulks: Bulks): Item[] {
  const { central: shared, sidecar } = spanPaths(service);
  if (!shared && !sidecar) return [];
  const { tasks, spans } = loadOf(service, a);
  const batches = requests(tasks, spans * a.wireBytesPerSpan, TRACES, a);
  const sent = shared ? batches : 0;
  const bytes = spans * a.storedBytesPerSpan;
  const stored = shared ? spans * bulks : bulkCount(bytes, batches, tasks, a);
  const of = (what: string, price: PriceId) => item("traces", `${what} of ${service.name}`, price, "central");
  return [
    of("trace requests", "api.requests")(sent),
    of("bulks to the storage API", "api.requests")(stored),
    of("bulks through the central endpoint", "endpoint.data")(shared ? bytes / GB : 0),
    of("calls of the storage proxy", "lambda.requests")(stored),
    of("time of the storage proxy", "lambda.compute")(stored * a.proxySeconds * PROXY_GIB),
    ...apiLogs(central, "traces", `traces of ${service.name}`, sent + stored, a),
  ];
}

/** Paid by the tenant's account whether its telemetry is taken or not. */
function ownAccount(central: Settings, service: Service, a: Assumptions): Item[] {
  const { tasks, series, logBytes, traces } = loadOf(service, a);
  const stored = (bytes: number): number =>
    (bytes * a.cloudWatchStoredShare * (central.logRetentionDays / daysOf(a))) / GB;
  const of = (signal: Signal, what: string, price: PriceId) =>
    item(signal, `${what} of ${service.name}`, price, "tenant");
  const debug = service.sidecar.debug ? tasks * DEBUG.linesPerSecond * DEBUG.bytesPerLine * secondsOf(a) : 0;
  const logs = service.logs.destinations.includes("cloudwatch") ? logBytes : 0;
  return [
    of("base", "the collector's own log", "cloudwatch.logs")(debug / GB),
    of("base", "the collector's kept log", "cloudwatch.logs-storage")(stored(debug)),
    of("logs", "logs in CloudWatch", "cloudwatch.logs")(logs / GB),
    of("logs", "kept logs in CloudWatch", "cloudwatch.logs-storage")(stored(logs)),
    of("traces", "traces in X-Ray", "xray.recorded")(spanPaths(service).xray ? traces : 0),
    of(
      "traces",
      "traces looked at in X-Ray",
      "xray.retrieved",
    )(spanPaths(service).xray ? traces * a.tracesLookedAt : 0),
    of(
      "metrics",
      "metrics in CloudWatch",
      "cloudwatch.metric",
    )(service.exports.emf === undefined ? 0 : series),
  ];
}

/** Bytes out of the tenant's network: through its endpoints where it has them, else through its NAT gateway. */
function wire(central: Settings, tenant: Tenant, service: Service, a: Assumptions): Item[] {
  const { samples, logBytes, spans } = loadOf(service, a);
  const { xray, central: shared, sidecar } = spanPaths(service);
  const toAws =
    samples * a.wireBytesPerSample +
    (xray ? spans * a.wireBytesPerSpan : 0) +
    (service.logs.destinations.includes("cloudwatch") ? logBytes : 0);
  const toApi =
    (service.logs.destinations.includes("loki") ? logBytes / a.logCompression : 0) +
    (shared ? spans * a.wireBytesPerSpan : 0) +
    (sidecar ? spans * a.storedBytesPerSpan : 0);
  const private_ = tenant.network.endpoints.kind !== "none";
  const byEndpoint = (private_ ? toAws : 0) + (central.ingest.exposure === "private" ? toApi : 0);
  const of = (what: string, price: PriceId) => item("base", `${what} of ${service.name}`, price, "tenant");
  return [
    of("telemetry through endpoints", "endpoint.data")(byEndpoint / GB),
    of("telemetry through NAT", "nat.data")((toAws + toApi - byEndpoint) / GB),
  ];
}

/** Bytes of OpenSearch that a service's spans take once the oldest of them go. */
export function storedSpanBytes(central: Pick<Central, "jaeger">, tenant: Tenant, a: Assumptions): number {
  if (tenant.lifecycle !== "active") return 0;
  return tenant.services.reduce((sum, service) => {
    const { central: shared, sidecar } = spanPaths(service);
    if (!shared && !sidecar) return sum;
    const days = sidecar
      ? (tenant.limits.traceRetentionDays ?? central.jaeger.retentionDays)
      : central.jaeger.retentionDays;
    return sum + loadOf(service, a).spans * (days / daysOf(a)) * a.storedBytesPerSpan * COPIES;
  }, 0);
}
