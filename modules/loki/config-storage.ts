import { env } from "./environment";
import { paths } from "./names";

/**
 * Chunks of a tenant lie under its name. Nothing else of Loki's may have a name that a tenant can have, and no tenant's
 * name begins with an underscore: a tenant "index" would otherwise write into the index of all.
 */
const PREFIXES = { index: "_index/", deletes: "_deletes/", markers: "_markers/" } as const;

export interface StorageInput {
  readonly region: string;
  readonly chunksBucket: string;
}

/** Schema, storage and compactor sections: everything that decides what lies where. */
export function storageSections(input: StorageInput) {
  return {
    schema_config: {
      configs: [
        {
          // Both are for ever: what was written under a schema is read under it. A new schema is a second entry.
          from: "2026-01-01",
          schema: "v13",
          store: "tsdb",
          object_store: "s3",
          index: { path_prefix: PREFIXES.index, prefix: "index_", period: "24h" },
        },
      ],
    },
    storage_config: {
      use_thanos_objstore: true,
      object_store: {
        s3: {
          bucket_name: input.chunksBucket,
          region: input.region,
          // The dual-stack endpoint would go past a gateway endpoint without IPv6 routes.
          endpoint: `s3.${input.region}.amazonaws.com`,
          dualstack_enabled: false,
          native_aws_auth_enabled: true,
          sse: { type: "SSE-KMS", kms_key_id: env("LOKI_CHUNKS_KEY_ARN") },
        },
      },
      tsdb_shipper: {
        // Holds a write-ahead log of the index, so it is as durable as the lines.
        active_index_directory: `${paths.data}/index`,
        cache_location: `${paths.scratch}/index-cache`,
      },
    },
    // Three replicas elect one among them (the ring); where it ran before does not matter, since marks are in S3.
    compactor: {
      working_directory: `${paths.scratch}/compactor`,
      compaction_interval: "10m",
      retention_enabled: true,
      retention_delete_delay: "2h",
      delete_request_store: "s3",
      delete_request_store_key_prefix: PREFIXES.deletes,
      deletion_marker_object_store_prefix: PREFIXES.markers,
    },
  };
}
