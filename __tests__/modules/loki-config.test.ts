import fc from "fast-check";
import { parse } from "yaml";
import { lokiConfig, renderLokiConfig, type LokiInput } from "../../modules/loki/config";
import { INDEX_LABELS, LARGEST_PUSH_MIB, rateLimits } from "../../modules/loki/config-limits";
import { LOKI_ENV } from "../../modules/loki/environment";
import { NO_OVERRIDES, renderLokiOverrides, type TenantLogLimits } from "../../modules/loki/overrides";

const input = (change: Partial<LokiInput> = {}): LokiInput => ({
  region: "eu-west-1",
  replicas: 1,
  replica: 0,
  discoveryName: "loki.tenantscope.internal",
  chunksBucket: "tenantscope-loki-chunks-111111111111-eu-west-1",
  memoryMiB: 3840,
  limits: { mibPerSecond: 6, retentionDays: 30, maxStreams: 5000 },
  ...change,
});

const VARIANTS: [string, LokiInput][] = [
  ["one replica", input()],
  ...[0, 1, 2].map((replica): [string, LokiInput] => [
    `replica ${replica} of three`,
    input({ replicas: 3, replica }),
  ]),
];

describe.each(VARIANTS)("the configuration of %s", (_name, given) => {
  const config = lokiConfig(given);

  test("keeps tenants apart and takes nothing without one", () => {
    expect(config.auth_enabled).toBe(true);
    expect(config.target).toBe("all");
    // One tenant's limits do not depend on another's.
    expect(config.limits_config.ingestion_rate_strategy).toBe("global");
  });

  test("stores in S3 with our key, schema v13, nothing under a name that a tenant can have", () => {
    expect(config.schema_config.configs).toEqual([
      {
        from: "2026-01-01",
        schema: "v13",
        store: "tsdb",
        object_store: "s3",
        index: { path_prefix: "_index/", prefix: "index_", period: "24h" },
      },
    ]);
    expect(config.storage_config).toEqual({
      use_thanos_objstore: true,
      object_store: {
        s3: {
          bucket_name: "tenantscope-loki-chunks-111111111111-eu-west-1",
          region: "eu-west-1",
          endpoint: "s3.eu-west-1.amazonaws.com",
          dualstack_enabled: false,
          native_aws_auth_enabled: true,
          sse: { type: "SSE-KMS", kms_key_id: "${LOKI_CHUNKS_KEY_ARN}" },
        },
      },
      tsdb_shipper: {
        active_index_directory: "/loki-data/index",
        cache_location: "/loki-scratch/index-cache",
      },
    });
    const tenant = /^[a-z][a-z0-9-]{1,20}$/;
    const { compactor, schema_config } = config;
    const prefixes = [
      schema_config.configs[0]?.index.path_prefix,
      compactor.delete_request_store_key_prefix,
      compactor.deletion_marker_object_store_prefix,
    ];
    expect(prefixes).toHaveLength(new Set(prefixes).size);
    for (const prefix of prefixes) expect(prefix?.split("/")[0]).not.toMatch(tenant);
  });

  test("the compactor deletes what is past its retention and needs no disk of its own", () => {
    expect(config.compactor).toEqual({
      working_directory: "/loki-scratch/compactor",
      compaction_interval: "10m",
      retention_enabled: true,
      retention_delete_delay: "2h",
      delete_request_store: "s3",
      delete_request_store_key_prefix: "_deletes/",
      deletion_marker_object_store_prefix: "_markers/",
    });
  });

  test("what must survive a crash is on the file system: log, index, ring tokens", () => {
    expect(config.ingester.wal).toEqual({
      enabled: true,
      dir: "/loki-data/wal",
      checkpoint_duration: "5m",
      flush_on_shutdown: true,
      replay_memory_ceiling: "1920MB",
    });
    expect(config.storage_config.tsdb_shipper.active_index_directory).toBe("/loki-data/index");
    expect(config.common).toMatchObject({ path_prefix: "/loki-data", persist_tokens: true });
  });

  test("the limits of a tenant without its own", () => {
    expect(config.limits_config).toEqual({
      ingestion_rate_strategy: "global",
      ingestion_rate_mb: 6,
      ingestion_burst_size_mb: 12,
      per_stream_rate_limit: "6144KB",
      per_stream_rate_limit_burst: "12288KB",
      max_global_streams_per_user: 5000,
      max_label_names_per_series: 15,
      max_line_size: "256KB",
      max_line_size_truncate: true,
      reject_old_samples: true,
      reject_old_samples_max_age: "168h",
      creation_grace_period: "10m",
      allow_structured_metadata: true,
      max_structured_metadata_size: "64KB",
      max_structured_metadata_entries_count: 128,
      otlp_config: {
        resource_attributes: {
          ignore_defaults: true,
          attributes_config: [
            {
              action: "index_label",
              attributes: ["service.name", "aws.ecs.cluster.name", "aws.ecs.task.family"],
            },
          ],
        },
        log_attributes: [{ action: "index_label", attributes: ["container_name"] }],
      },
      retention_period: "720h",
      deletion_mode: "disabled",
      volume_enabled: true,
      max_query_length: "721h",
      max_query_series: 500,
      max_query_parallelism: 16,
      tsdb_max_query_parallelism: 64,
      max_query_bytes_read: "50GB",
      max_entries_limit_per_query: 5000,
      max_concurrent_tail_requests: 10,
      cardinality_limit: 100000,
      query_timeout: "60s",
    });
    expect(INDEX_LABELS.length).toBeLessThan(config.limits_config.max_label_names_per_series);
  });

  test("a small push cannot become a large one, and the largest fits between replicas", () => {
    expect(config.distributor).toEqual({ max_recv_msg_size: 10_485_760, max_decompressed_size: 33_554_432 });
    const { server } = config;
    expect(server.grpc_server_max_recv_msg_size).toBeGreaterThan(config.distributor.max_decompressed_size);
    expect(config.distributor.max_decompressed_size).toBeGreaterThan(LARGEST_PUSH_MIB * 1_048_576);
  });

  test("serves and logs as designed, and tells nobody about it", () => {
    expect(config.server).toMatchObject({
      http_listen_port: 3100,
      grpc_listen_port: 9095,
      log_format: "json",
      log_level: "info",
    });
    // A query may take its whole time before the server gives up on it.
    expect(parseInt(config.server.http_server_write_timeout)).toBeGreaterThan(
      parseInt(config.limits_config.query_timeout),
    );
    expect(config.analytics).toEqual({ reporting_enabled: false });
    expect(config.runtime_config).toEqual({ file: "/etc/loki-overrides/overrides.yaml", period: "30s" });
  });

  test("answers queries by itself, whoever else comes or goes", () => {
    expect(config.frontend).toEqual({ scheduler_address: "127.0.0.1:9095" });
    expect(config.frontend_worker).toEqual({ scheduler_address: "127.0.0.1:9095" });
  });

  test("has no rules, no storage beside S3 and nothing that 4.0 takes away", () => {
    expect(config.ruler).toEqual({ enable_api: false });
    const text = renderLokiConfig(given);
    for (const absent of [
      "filesystem",
      "ruler_storage",
      "boltdb",
      "table_manager",
      "per_tenant_override_config",
      "allow_deletes",
      "horizontal_scaling_mode",
      "access_key",
    ]) {
      expect(text).not.toContain(absent);
    }
  });

  test("the text is YAML for the same configuration and names the known variables only", () => {
    const text = renderLokiConfig(given);
    expect(parse(text)).toEqual(config);
    expect([...text.matchAll(/\$[^']*/g)].map(([use]) => use)).toEqual(LOKI_ENV.map((name) => `\${${name}}`));
    expect(text).not.toMatch(/TfToken|Token\[|#\{|[&*]a\d/);
    expect(renderLokiConfig({ ...given })).toBe(text);
  });
});

describe("how replicas find each other", () => {
  test("a single one stays on loopback", () => {
    const config = lokiConfig(input());
    expect(config.common).toEqual({
      path_prefix: "/loki-data",
      persist_tokens: true,
      replication_factor: 1,
      instance_addr: "127.0.0.1",
      ring: { kvstore: { store: "inmemory" }, instance_id: "loki-0" },
    });
    expect(config.server).toHaveProperty("grpc_listen_address", "127.0.0.1");
    expect(config).not.toHaveProperty("memberlist");
  });

  test.each([0, 1, 2])("replica %d of three gossips on the task's own interface", (replica) => {
    const config = lokiConfig(input({ replicas: 3, replica }));
    expect(config.common).toEqual({
      path_prefix: "/loki-data",
      persist_tokens: true,
      replication_factor: 3,
      instance_interface_names: ["eth1", "eth0"],
      ring: { kvstore: { store: "memberlist" }, instance_id: `loki-${replica}` },
    });
    expect(config).toHaveProperty("memberlist", {
      bind_port: 7946,
      join_members: ["dns+loki.tenantscope.internal:7946"],
      abort_if_cluster_join_fails: false,
      rejoin_interval: "30s",
    });
    expect(config.server).not.toHaveProperty("grpc_listen_address");
    expect(config.ingester.lifecycler).toEqual({ readiness_check_ring_health: false });
  });

  test("three differ in nothing but their names", () => {
    const [first = "", ...others] = [0, 1, 2].map((replica) =>
      renderLokiConfig(input({ replicas: 3, replica })),
    );
    expect(others.map((text) => text.replace(/loki-[12]/g, "loki-0"))).toEqual([first, first]);
  });
});

describe("overrides", () => {
  const overrides = (...tenants: TenantLogLimits[]): unknown => parse(renderLokiOverrides(tenants));

  test("only what differs, per tenant", () => {
    expect(
      overrides(
        { tenant: "globex", logRetentionDays: 90 },
        { tenant: "initech" },
        { tenant: "acme", logMiBPerSecond: 0.5, logRetentionDays: 7 },
        { tenant: "umbrella", logMiBPerSecond: 20 },
      ),
    ).toEqual({
      overrides: {
        acme: {
          ingestion_rate_mb: 0.5,
          ingestion_burst_size_mb: 8,
          per_stream_rate_limit: "512KB",
          per_stream_rate_limit_burst: "8192KB",
          retention_period: "168h",
          max_query_length: "169h",
        },
        globex: { retention_period: "2160h", max_query_length: "2161h" },
        umbrella: {
          ingestion_rate_mb: 20,
          ingestion_burst_size_mb: 40,
          per_stream_rate_limit: "20480KB",
          per_stream_rate_limit_burst: "40960KB",
        },
      },
    });
  });

  test("the same text whatever the order of the tenants", () => {
    const tenants: TenantLogLimits[] = ["b", "a", "c"].map((tenant) => ({ tenant, logRetentionDays: 3 }));
    const text = renderLokiOverrides(tenants);
    expect(renderLokiOverrides([...tenants].reverse())).toBe(text);
    expect(Object.keys((parse(text) as { overrides: object }).overrides)).toEqual(["a", "b", "c"]);
    expect(tenants.map(({ tenant }) => tenant)).toEqual(["b", "a", "c"]);
  });

  test("nobody differs", () => {
    for (const tenants of [[], [{ tenant: "acme" }]]) {
      expect(renderLokiOverrides(tenants)).toBe("overrides: {}\n");
    }
    expect(NO_OVERRIDES).toBe("overrides: {}\n");
  });

  test("names that YAML 1.1 reads as something else stay names", () => {
    const names = ["no", "off", "on", "yes", "null", "true"];
    const text = renderLokiOverrides(names.map((tenant) => ({ tenant, logRetentionDays: 1 })));
    const read = parse(text, { version: "1.1" }) as { overrides: object };
    expect(Object.keys(read.overrides)).toEqual([...names].sort());
  });

  test("every rate lets the largest push of a sidecar through", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (rate) => {
        const limits = rateLimits(rate);
        const kib = (text: string): number => Number(/^(\d+)KB$/.exec(text)?.[1]);
        expect(limits.ingestion_burst_size_mb).toBeGreaterThanOrEqual(LARGEST_PUSH_MIB);
        expect(limits.ingestion_burst_size_mb).toBeGreaterThanOrEqual(limits.ingestion_rate_mb);
        // A tenant with a single stream has its whole rate.
        expect(kib(limits.per_stream_rate_limit)).toBeGreaterThanOrEqual(rate * 1024);
        expect(kib(limits.per_stream_rate_limit_burst)).toBeGreaterThanOrEqual(LARGEST_PUSH_MIB * 1024);
      }),
    );
  });
});
