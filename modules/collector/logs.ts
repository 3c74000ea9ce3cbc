import type { CollectorInput } from "./config";
import { NO_SIGNAL, type Signal } from "./config-types";
import { env } from "./environment";
import { CLUSTER_NAME, ingestAuth, ingestExporter } from "./ingest-auth";
import { QUEUE_SHARES, queueBytes } from "./queues";

export const LOKI_EXPORTER = "otlp_http/loki";

/** Largest request, in bytes before compression; the ingest API's limit is counted after it. */
export const MAX_REQUEST_BYTES = 3_000_000;

/** Bytes that the queue holds for an outage of the central side: docs/LOGS.md says how long that lasts. */
export const logQueueBytes = (memoryMiB: number): number => queueBytes(memoryMiB, QUEUE_SHARES.logs);

/** What the logs of one service add to its collector's configuration; nothing when none go to Loki. */
export function logsSignal(input: CollectorInput): Signal {
  if (!input.logs.loki) return NO_SIGNAL;
  return {
    extensions: ingestAuth(input),
    receivers: {},
    processors: {
      ...CLUSTER_NAME,
      // The task says what these say; as structured metadata they would only cost.
      "attributes/logs": {
        actions: [{ pattern: "^(container_id|ecs_(task_arn|cluster|task_definition))$", action: "delete" }],
      },
    },
    exporters: {
      [LOKI_EXPORTER]: {
        // The path is what the writer role may sign: it is the tenant.
        logs_endpoint: `${env("INGEST_URL")}/t/${input.tenant}/otlp/v1/logs`,
        ...ingestExporter(),
        sending_queue: {
          enabled: true,
          sizer: "bytes",
          queue_size: logQueueBytes(input.memoryMiB),
          num_consumers: 2,
          // Requests cost: one in 15 s while little is logged.
          batch: { flush_timeout: "15s", sizer: "bytes", min_size: 1_000_000, max_size: MAX_REQUEST_BYTES },
        },
        // Until the queue is full. Loki refuses lines that are a week old.
        retry_on_failure: {
          enabled: true,
          initial_interval: "1s",
          max_interval: "30s",
          max_elapsed_time: "0s",
        },
      },
    },
    pipelines: {
      "logs/otlp": {
        receivers: input.otlp.legacyHttp ? ["otlp", "otlp/legacy"] : ["otlp"],
        processors: [
          "memory_limiter",
          "resource_detection",
          "resource/cluster",
          "resource/identity",
          "resource/owner",
          "attributes/logs",
        ],
        exporters: input.debug ? [LOKI_EXPORTER, "debug"] : [LOKI_EXPORTER],
      },
    },
  };
}
