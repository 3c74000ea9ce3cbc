import type { ManagedService } from "../../fleet/types";

/** Variables through which an application's OpenTelemetry SDK finds the sidecar. */
export const TELEMETRY_VARIABLES = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_SERVICE_NAME",
  "OTEL_METRICS_EXPORTER",
  "OTEL_TRACES_EXPORTER",
  "OTEL_LOGS_EXPORTER",
  "OTEL_SEMCONV_STABILITY_OPT_IN",
] as const;

/** What tells an OpenTelemetry SDK to talk to the sidecar; the manifest's own environment wins. */
export function telemetryEnvironment(
  service: Pick<ManagedService, "name" | "otlp" | "metrics" | "traces" | "exports">,
): Record<(typeof TELEMETRY_VARIABLES)[number], string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${service.otlp.httpPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_SERVICE_NAME: service.name,
    OTEL_METRICS_EXPORTER: service.metrics.otlp ? "otlp" : "none",
    // Without a pipeline that takes them, an SDK that tried would log an error per export.
    OTEL_TRACES_EXPORTER: sendsTraces(service) ? "otlp" : "none",
    // Lines go by FireLens: what an SDK sent as well would be there twice.
    OTEL_LOGS_EXPORTER: "none",
    // The stable names of HTTP metrics, in every language: dashboards and rules know those.
    OTEL_SEMCONV_STABILITY_OPT_IN: "http",
  };
}

const sendsTraces = ({ traces, exports }: Pick<ManagedService, "traces" | "exports">): boolean =>
  traces.destinations.length > 0 || exports.otlp.some(({ signals }) => signals.includes("traces"));
