import type { ManagedService } from "../../fleet/types";

/** Variables through which an application's OpenTelemetry SDK finds the sidecar. */
export const TELEMETRY_VARIABLES = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_SERVICE_NAME",
  "OTEL_METRICS_EXPORTER",
  "OTEL_TRACES_EXPORTER",
  "OTEL_LOGS_EXPORTER",
] as const;

/** What tells an OpenTelemetry SDK to talk to the sidecar; the manifest's own environment wins. */
export function telemetryEnvironment(
  service: Pick<ManagedService, "name" | "otlp" | "metrics">,
): Record<(typeof TELEMETRY_VARIABLES)[number], string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${service.otlp.httpPort}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_SERVICE_NAME: service.name,
    OTEL_METRICS_EXPORTER: service.metrics.otlp ? "otlp" : "none",
    // No pipeline takes these yet; an SDK that tried would log an error per export.
    OTEL_TRACES_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
  };
}
