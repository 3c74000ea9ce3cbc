import type { CollectorInput } from "./config";
import type { Signal } from "./config-types";
import { env } from "./environment";

export const LOKI_EXPORTER = "otlp_http/loki";
export const INGEST_AUTH = "sigv4auth/ingest";

/**
 * Share of the sidecar's memory that lines may have that could not be sent yet, in bytes on the wire. In memory short
 * ones take several times that, and an outage of the log store must not make the memory limiter refuse metrics.
 */
const QUEUE_SHARE = 0.125;

/** Largest request, in bytes before compression; the ingest API's limit is counted after it. */
const MAX_REQUEST_BYTES = 3_000_000;

/** Bytes that the queue holds for an outage of the central side: docs/LOGS.md says how long that lasts. */
export const logQueueBytes = (memoryMiB: number): number => Math.floor(memoryMiB * QUEUE_SHARE) * 1024 * 1024;

/** What the logs of one service add to its collector's configuration; nothing when none go to Loki. */
export function logsSignal(input: CollectorInput): Signal {
  if (!input.logs.loki)
    return { extensions: {}, receivers: {}, processors: {}, exporters: {}, pipelines: {} };
  return {
    extensions: {
      [INGEST_AUTH]: {
        region: input.centralRegion,
        service: "execute-api",
        assume_role: {
          arn: env("AMP_WRITER_ROLE_ARN"),
          sts_region: input.tenantRegion,
          external_id: env("AMP_EXTERNAL_ID"),
        },
      },
    },
    receivers: {},
    processors: {
      // The detector knows the cluster by its ARN only.
      "resource/cluster": {
        attributes: [
          {
            key: "aws.ecs.cluster.arn",
            pattern: "cluster/(?P<ecs_cluster_name>[^/]+)$",
            action: "extract",
          },
          { key: "aws.ecs.cluster.name", from_attribute: "ecs_cluster_name", action: "upsert" },
          { key: "ecs_cluster_name", action: "delete" },
        ],
      },
      // The task says what these say; as structured metadata they would only cost.
      "attributes/logs": {
        actions: [{ pattern: "^(container_id|ecs_(task_arn|cluster|task_definition))$", action: "delete" }],
      },
    },
    exporters: {
      [LOKI_EXPORTER]: {
        // The path is what the writer role may sign: it is the tenant.
        logs_endpoint: `${env("INGEST_URL")}/t/${input.tenant}/otlp/v1/logs`,
        compression: "gzip",
        headers: { "x-apigw-api-id": env("INGEST_API_ID") },
        auth: { authenticator: INGEST_AUTH },
        // API Gateway gives up after 29 s.
        timeout: "25s",
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
