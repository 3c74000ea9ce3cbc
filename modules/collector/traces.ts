import { hasJaegerSidecar, takesZipkin } from "../jaeger/size";
import { JAEGER_OTLP_PORT } from "../jaeger/ports";
import type { CollectorInput } from "./config";
import { NO_SIGNAL, type Signal } from "./config-types";
import { env } from "./environment";
import { CLUSTER_NAME, ingestAuth, ingestExporter } from "./ingest-auth";
import { XRAY_PROXY_PORT, ZIPKIN_PORT } from "./ports";
import { QUEUE_SHARES, queueBytes } from "./queues";
import { sampling } from "./sampling";

export const XRAY_EXPORTER = "awsxray";
export const JAEGER_EXPORTER = "otlp_http/jaeger";
export const JAEGER_SIDECAR_EXPORTER = "otlp_http/jaeger_sidecar";

/** Largest request, in bytes before compression: below what Jaeger takes (`modules/jaeger/limits.ts`). */
const MAX_REQUEST_BYTES = 300_000;

/**
 * `tenant.id` is Jaeger's word for whose a span is, and the central Jaeger drops a span whose resource says another. An
 * application may mean something else by it: its own becomes `app.tenant.id`. By pattern, which finds a key that is there twice.
 */
const OWN_TENANT_ID = [
  { key: "app.tenant.id", from_attribute: "tenant.id", action: "insert" },
  { pattern: "^tenant[.]id$", action: "delete" },
] as const;

function toXray(input: CollectorInput): object {
  const { xrayLogGroup } = input.traces;
  return {
    region: input.tenantRegion,
    // What the tenant's X-Ray group filters by.
    indexed_attributes: ["tenant"],
    // Lets X-Ray show the log lines of a trace.
    ...(xrayLogGroup === undefined ? {} : { aws_log_groups: [xrayLogGroup] }),
  };
}

/** Bounded in bytes; nothing that is older than a few minutes helps anybody, and memory is better spent on logs. */
const queue = (input: CollectorInput) => ({
  sending_queue: {
    enabled: true,
    sizer: "bytes",
    queue_size: queueBytes(input.memoryMiB, QUEUE_SHARES.traces),
    num_consumers: 2,
    batch: { flush_timeout: "10s", sizer: "bytes", min_size: 250_000, max_size: MAX_REQUEST_BYTES },
  },
  retry_on_failure: { enabled: true, initial_interval: "1s", max_interval: "30s", max_elapsed_time: "600s" },
});

/** To the central Jaeger by the ingest API; the path is what the writer role may sign: it is the tenant. */
const toCentral = (input: CollectorInput): object => ({
  traces_endpoint: `${env("INGEST_URL")}/t/${input.tenant}/v1/traces`,
  ...ingestExporter(),
  ...queue(input),
});

/** To the Jaeger in the same task. */
const toSidecar = (input: CollectorInput): object => ({
  traces_endpoint: `http://127.0.0.1:${JAEGER_OTLP_PORT}/v1/traces`,
  compression: "none",
  timeout: "10s",
  ...queue(input),
});

/** What the traces of one service add to its collector's configuration; nothing when it sends none. */
export function tracesSignal(input: CollectorInput): Signal {
  const { traces } = input;
  const furtherEndpoints = input.exports.otlp.some(({ signals }) => signals.includes("traces"));
  if (traces.destinations.length === 0 && !furtherEndpoints) return NO_SIGNAL;
  const xray = traces.destinations.includes("xray");
  const sidecar = hasJaegerSidecar(traces);
  const central = traces.destinations.includes("jaeger") && !sidecar;
  const { processors: samplers, names } = sampling(traces.sampling, input);
  const exporters = {
    ...(xray ? { [XRAY_EXPORTER]: toXray(input) } : {}),
    ...(central ? { [JAEGER_EXPORTER]: toCentral(input) } : {}),
    ...(sidecar ? { [JAEGER_SIDECAR_EXPORTER]: toSidecar(input) } : {}),
  };
  return {
    extensions: {
      ...(central ? ingestAuth(input) : {}),
      ...(traces.sampling.xrayRemote
        ? { awsproxy: { endpoint: `127.0.0.1:${XRAY_PROXY_PORT}`, region: input.tenantRegion } }
        : {}),
    },
    receivers: takesZipkin(traces) ? { zipkin: { endpoint: `127.0.0.1:${ZIPKIN_PORT}` } } : {},
    processors: {
      ...CLUSTER_NAME,
      ...samplers,
      "resource/traces": { attributes: OWN_TENANT_ID },
      "attributes/traces": {
        actions: [
          ...OWN_TENANT_ID,
          // X-Ray indexes attributes of spans, not of resources.
          { key: "tenant", value: input.tenant, action: "upsert" },
        ],
      },
      // X-Ray's exporter has no queue of its own to gather spans in.
      "batch/traces": { timeout: "5s", send_batch_size: 512, send_batch_max_size: 1024 },
    },
    exporters,
    pipelines: {
      traces: {
        receivers: [
          ...(input.otlp.legacyHttp ? ["otlp", "otlp/legacy"] : ["otlp"]),
          ...(takesZipkin(traces) ? ["zipkin"] : []),
        ],
        processors: [
          "memory_limiter",
          // Before anything is done to spans that are not kept.
          ...names,
          "resource_detection",
          "resource/cluster",
          "resource/identity",
          "resource/owner",
          "resource/traces",
          "attributes/traces",
          "batch/traces",
        ],
        exporters: [...Object.keys(exporters), ...(input.debug ? ["debug"] : [])],
      },
    },
  };
}
