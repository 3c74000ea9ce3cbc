import type { ExportedSignal, OtlpExport } from "../../fleet/trace-types";
import type { CollectorInput } from "./config";
import type { Pipeline, Signal } from "./config-types";
import { QUEUE_SHARES, queueBytes } from "./queues";

export const EMF_EXPORTER = "awsemf";

const exporterName = ({ name }: OtlpExport): string => `otlp_http/${name}_export`;

/**
 * The text of an object, which the collector fetches by itself when it starts. An ECS secret would be simpler, but a
 * secret that cannot be fetched stops the whole task, the application with it.
 */
export function objectReference(secret: string, region: string): string {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(secret) ?? [];
  return `\${s3://${bucket}.s3.${region}.amazonaws.com/${key}}`;
}

function toEndpoint(endpoint: OtlpExport, input: CollectorInput): object {
  const secrets = Object.entries(endpoint.secretHeaders).map(
    ([header, secret]) => [header, objectReference(secret, input.tenantRegion)] as const,
  );
  const headers = { ...endpoint.headers, ...Object.fromEntries(secrets) };
  const share = QUEUE_SHARES.exports / input.exports.otlp.length;
  return {
    endpoint: endpoint.endpoint,
    compression: "gzip",
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    timeout: "10s",
    // Small: when somebody else's endpoint is away, the oldest is dropped and not our own.
    sending_queue: {
      enabled: true,
      sizer: "bytes",
      queue_size: queueBytes(input.memoryMiB, share),
      num_consumers: 1,
      batch: { flush_timeout: "5s", sizer: "bytes", min_size: 100_000, max_size: 1_000_000 },
    },
    retry_on_failure: {
      enabled: true,
      initial_interval: "1s",
      max_interval: "30s",
      max_elapsed_time: "120s",
    },
  };
}

/** Metrics as CloudWatch metrics of the tenant's own account. */
function toCloudWatch(
  input: CollectorInput,
  { namespace, logGroup }: { namespace: string; logGroup: string },
): object {
  return {
    region: input.tenantRegion,
    namespace,
    log_group_name: logGroup,
    log_stream_name: "{TaskId}",
    // Every combination of labels would be a metric that is paid for; this is one set of them.
    dimension_rollup_option: "NoDimensionRollup",
    resource_to_telemetry_conversion: { enabled: false },
  };
}

const SIGNAL_OF: Readonly<Record<string, ExportedSignal>> = {
  metrics: "metrics",
  logs: "logs",
  traces: "traces",
};
const signalOf = (pipeline: string): ExportedSignal | undefined => SIGNAL_OF[pipeline.split("/")[0] ?? ""];

/** Pipelines of metrics that the application itself makes; what ECS says of the task CloudWatch knows already. */
const OWN_METRICS = new Set(["metrics/otlp", "metrics/statsd", "metrics/statsd-totals", "metrics/scrape"]);

/** The exporters of the further places, and the pipelines with those added that each asks for. */
export function withExports(
  input: CollectorInput,
  pipelines: Readonly<Record<string, Pipeline>>,
): Pick<Signal, "exporters" | "pipelines"> {
  const { emf, otlp } = input.exports;
  const exporters: Record<string, object> = {
    ...(emf === undefined ? {} : { [EMF_EXPORTER]: toCloudWatch(input, emf) }),
    ...Object.fromEntries(otlp.map((endpoint) => [exporterName(endpoint), toEndpoint(endpoint, input)])),
  };
  const further = (pipeline: string): string[] => {
    const signal = signalOf(pipeline);
    const internal = signal === "metrics" && !OWN_METRICS.has(pipeline);
    if (signal === undefined || internal) return [];
    return [
      ...(emf !== undefined && signal === "metrics" ? [EMF_EXPORTER] : []),
      ...otlp.filter(({ signals }) => signals.includes(signal)).map(exporterName),
    ];
  };
  return {
    exporters,
    pipelines: Object.fromEntries(
      Object.entries(pipelines).map(([name, pipeline]) => [
        name,
        { ...pipeline, exporters: [...pipeline.exporters, ...further(name)] },
      ]),
    ),
  };
}
