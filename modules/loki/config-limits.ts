/** What a tenant may send and keep unless `overrides.ts` says otherwise. */
export interface LogLimits {
  /** Of log lines and their metadata, uncompressed. */
  readonly mibPerSecond: number;
  readonly retentionDays: number;
  /** Streams (combinations of index labels) that may be open at once. */
  readonly maxStreams: number;
}

/**
 * OTLP resource attributes that become index labels (dots as underscores). Few and of few values: every combination is
 * a stream of its own. All other attributes are kept with the line, as structured metadata. The tenant is no label: it
 * is the id under which everything is stored.
 */
export const INDEX_LABELS = ["service.name", "aws.ecs.cluster.name", "aws.ecs.task.family"] as const;

/** Attributes of single lines that become index labels: FireLens says with each line which container wrote it. */
export const LINE_INDEX_LABELS = ["container_name"] as const;

/** No push of a sidecar may be larger, uncompressed: it could never pass the rate limit and would be retried for ever. */
export const LARGEST_PUSH_MIB = 8;

/** A limit in Loki's terms. All tasks of a service share one stream, so a stream may have all of its tenant's rate. */
export function rateLimits(mibPerSecond: number) {
  const burst = Math.max(2 * mibPerSecond, LARGEST_PUSH_MIB);
  return {
    // Loki's MB are MiB.
    ingestion_rate_mb: mibPerSecond,
    ingestion_burst_size_mb: burst,
    per_stream_rate_limit: `${Math.ceil(mibPerSecond * 1024)}KB`,
    per_stream_rate_limit_burst: `${Math.ceil(burst * 1024)}KB`,
  };
}

/** How long lines are kept, and that a query may ask for all of them: an hour more, for its rounded ends. */
export const retentionPeriod = (days: number) => ({
  retention_period: `${days * 24}h`,
  max_query_length: `${days * 24 + 1}h`,
});

/** Seconds that a query may take; the server's own timeouts leave room for the answer. */
export const QUERY_TIMEOUT_SECONDS = 60;

/** `limits_config`: the limits of every tenant that has none of its own. */
export function limitsConfig(limits: LogLimits) {
  return {
    ingestion_rate_strategy: "global",
    ...rateLimits(limits.mibPerSecond),
    max_global_streams_per_user: limits.maxStreams,
    max_label_names_per_series: 15,
    max_line_size: "256KB",
    // The beginning of a line is worth more than an error that the sidecar can do nothing about.
    max_line_size_truncate: true,
    reject_old_samples: true,
    // Longer than any sidecar keeps lines while the central side is away.
    reject_old_samples_max_age: "168h",
    creation_grace_period: "10m",
    allow_structured_metadata: true,
    max_structured_metadata_size: "64KB",
    max_structured_metadata_entries_count: 128,
    otlp_config: {
      resource_attributes: {
        // The defaults would make 17 attributes labels, pod and instance ids among them.
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes: [...INDEX_LABELS] }],
      },
      log_attributes: [{ action: "index_label", attributes: [...LINE_INDEX_LABELS] }],
    },
    ...retentionPeriod(limits.retentionDays),
    // Each replica would keep delete requests of its own. Lines go when their retention is over.
    deletion_mode: "disabled",
    volume_enabled: true,
    max_query_series: 500,
    max_query_parallelism: 16,
    tsdb_max_query_parallelism: 64,
    max_query_bytes_read: "50GB",
    max_entries_limit_per_query: 5000,
    max_concurrent_tail_requests: 10,
    cardinality_limit: 100_000,
    query_timeout: `${QUERY_TIMEOUT_SECONDS}s`,
  };
}
