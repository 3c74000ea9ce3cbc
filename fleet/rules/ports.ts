import {
  HEALTH_CHECK_PORT,
  LEGACY_OTLP_HTTP_PORT,
  SELF_METRICS_PORT,
  STATSD_PORT,
  STATSD_TOTALS_PORT,
  XRAY_PROXY_PORT,
  ZIPKIN_PORT,
} from "../../modules/collector/ports";
import { JAEGER_HEALTH_PORT, JAEGER_OTLP_PORT } from "../../modules/jaeger/ports";
import type { Problem } from "../../lib/errors";
import { NO_PORT } from "../defaults";
import type { Document } from "../document";
import { hasJaegerSidecar, takesZipkin } from "../../modules/jaeger/size";
import type { Service } from "../types";
import { containerPointer, forServices } from "./rule";

/** Somebody who listens on a port of the task; all containers of a task share one network. */
interface Listener {
  readonly port: number;
  readonly what: string;
  /** Where the manifest may say the port; absent when it is fixed. */
  readonly pointer?: string;
}

/** Where FireLens takes what the containers write. */
const LOG_ROUTER_PORT = 24224;

const STATSD_LISTENERS: readonly Listener[] = [
  { port: STATSD_PORT, what: "StatsD" },
  { port: STATSD_TOTALS_PORT, what: "the collector's StatsD totals" },
];

const JAEGER_LISTENERS: readonly Listener[] = [
  { port: JAEGER_OTLP_PORT, what: "the Jaeger sidecar" },
  { port: JAEGER_HEALTH_PORT, what: "the Jaeger sidecar's health check" },
];

function collectorListeners(pointer: string, { otlp, metrics, logs, traces }: Service): Listener[] {
  return [
    { port: HEALTH_CHECK_PORT, what: "the collector's health check" },
    { port: SELF_METRICS_PORT, what: "the collector's own metrics" },
    ...(metrics.statsd ? STATSD_LISTENERS : []),
    ...(logs.destinations.some((each) => each !== "cloudwatch")
      ? [{ port: LOG_ROUTER_PORT, what: "the log router" }]
      : []),
    ...(takesZipkin(traces) ? [{ port: ZIPKIN_PORT, what: "Zipkin" }] : []),
    ...(traces.sampling.xrayRemote ? [{ port: XRAY_PROXY_PORT, what: "X-Ray's sampling rules" }] : []),
    ...(hasJaegerSidecar(traces) ? JAEGER_LISTENERS : []),
    ...(otlp.legacyHttp ? [{ port: LEGACY_OTLP_HTTP_PORT, what: "OTLP over HTTP on its old port" }] : []),
    { port: otlp.grpcPort, what: "OTLP over gRPC", pointer: `${pointer}/otlp/grpcPort` },
    { port: otlp.httpPort, what: "OTLP over HTTP", pointer: `${pointer}/otlp/httpPort` },
  ];
}

function applicationListeners(pointer: string, service: Service): Listener[] {
  if (service.mode === "attached") return [];
  return service.containers.flatMap(({ name, port }, index) =>
    port === undefined
      ? []
      : [{ port, what: `container "${name}"`, pointer: `${containerPointer(pointer, index)}/port` }],
  );
}

/** No two listeners of a task on one port: the second could not start. */
export const portsDiffer = forServices(({ pointer, service }, { document }) => {
  const first = new Map<number, Listener>();
  return [...collectorListeners(pointer, service), ...applicationListeners(pointer, service)].flatMap(
    (listener) => {
      const other = first.get(listener.port);
      if (other) return [clash(document, listener, other)];
      first.set(listener.port, listener);
      return [];
    },
  );
});

/** Told at the port that the manifest itself names: a default has no place in the file. */
function clash(document: Document, listener: Listener, other: Listener): Problem {
  const written = ({ pointer }: Listener) => pointer !== undefined && document.has(pointer);
  const [here, there] = written(listener) || !written(other) ? [listener, other] : [other, listener];
  const message = `is the port of ${there.what} too`;
  const remedy = there.pointer === undefined ? "choose another port" : "choose another port for one of them";
  return document.problem(here.pointer ?? "", { message, value: here.port, remedy });
}

/** A scrape needs a port, and one that is the application's. */
export const scrapeHasPort = forServices(({ pointer, service }, { document }) => {
  const { scrape } = service.metrics;
  if (!scrape) return [];
  const at = `${pointer}/metrics/scrape`;
  if (scrape.port === NO_PORT) {
    const message = "has no port to scrape";
    const remedy = service.mode === "managed" ? 'add "port" here or to the service' : 'add "port" here';
    return [document.problem(at, { message, remedy })];
  }
  const owner = collectorListeners(pointer, service).find(({ port }) => port === scrape.port);
  if (!owner || !document.has(`${at}/port`)) return [];
  const remedy = "write the port of the application's page";
  return [
    document.problem(`${at}/port`, { message: `is the port of ${owner.what}`, value: scrape.port, remedy }),
  ];
});
