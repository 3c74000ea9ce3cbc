import { limitsConfig, QUERY_TIMEOUT_SECONDS, type LogLimits } from "./config-limits";
import { storageSections } from "./config-storage";
import { paths, replicaName, type Replicas } from "./names";
import { LOKI_GRPC_PORT, LOKI_HTTP_PORT, LOKI_MEMBERLIST_PORT } from "./ports";
import { yamlText } from "./yaml";

/** Plain values only; what a deployment alone knows comes as the variables of `environment.ts`. */
export interface LokiInput {
  readonly region: string;
  readonly replicas: Replicas;
  /** Which of them, from 0. */
  readonly replica: number;
  /** DNS name of all replicas. */
  readonly discoveryName: string;
  readonly chunksBucket: string;
  /** Of Loki's container, MiB. */
  readonly memoryMiB: number;
  readonly limits: LogLimits;
}

const OWN_GRPC = `127.0.0.1:${LOKI_GRPC_PORT}`;

const MIB = 1024 * 1024;
/** What API Gateway lets through, and what it may become: a few kilobytes of gzip can be gigabytes of memory. */
const MAX_PUSH_BYTES = 10 * MIB;
const MAX_UNPACKED_PUSH_BYTES = 32 * MIB;

/**
 * How a replica is found. A single one talks to itself, on loopback. Three gossip: on Fargate the task's own network
 * interface is eth1 (eth0 is the platform's, with a link-local address), which Loki would not look for.
 */
function membership({ replicas, replica, discoveryName }: LokiInput) {
  const common = {
    path_prefix: paths.data,
    persist_tokens: true,
    replication_factor: replicas,
  };
  const instance_id = replicaName(replica);
  if (replicas === 1) {
    return {
      common: {
        ...common,
        // Also the address of the query front end, without which queries hang where eth0 is not the first interface.
        instance_addr: "127.0.0.1",
        ring: { kvstore: { store: "inmemory" }, instance_id },
      },
    };
  }
  return {
    common: {
      ...common,
      instance_interface_names: ["eth1", "eth0"],
      ring: { kvstore: { store: "memberlist" }, instance_id },
    },
    memberlist: {
      bind_port: LOKI_MEMBERLIST_PORT,
      // dns+: looked up anew at every attempt. A replica is in DNS once it is healthy, which it becomes on its own.
      join_members: [`dns+${discoveryName}:${LOKI_MEMBERLIST_PORT}`],
      abort_if_cluster_join_fails: false,
      rejoin_interval: "30s",
    },
  };
}

/** The Loki configuration of one replica, for 3.7. Pure: the same input gives the same object. */
export function lokiConfig(input: LokiInput) {
  const cache = (megabytes: number) => ({
    embedded_cache: { enabled: true, max_size_mb: megabytes, ttl: "1h" },
  });
  return {
    // Without a tenant's id nothing is taken and nothing shown.
    auth_enabled: true,
    target: "all",
    server: {
      http_listen_port: LOKI_HTTP_PORT,
      ...(input.replicas === 1 ? { grpc_listen_address: "127.0.0.1" } : {}),
      grpc_listen_port: LOKI_GRPC_PORT,
      // The largest push goes from one replica to another in one message.
      grpc_server_max_recv_msg_size: 2 * MAX_UNPACKED_PUSH_BYTES,
      grpc_server_max_send_msg_size: 2 * MAX_UNPACKED_PUSH_BYTES,
      http_server_read_timeout: `${QUERY_TIMEOUT_SECONDS}s`,
      http_server_write_timeout: `${QUERY_TIMEOUT_SECONDS + 15}s`,
      log_format: "json",
      log_level: "info",
    },
    ...membership(input),
    ...storageSections(input),
    distributor: {
      max_recv_msg_size: MAX_PUSH_BYTES,
      max_decompressed_size: MAX_UNPACKED_PUSH_BYTES,
    },
    ingester: {
      lifecycler: {
        // A replica that starts while another is down must become ready all the same.
        readiness_check_ring_health: false,
      },
      chunk_encoding: "snappy",
      chunk_idle_period: "30m",
      max_chunk_age: "2h",
      wal: {
        enabled: true,
        dir: `${paths.data}/wal`,
        checkpoint_duration: "5m",
        flush_on_shutdown: true,
        replay_memory_ceiling: `${Math.floor(input.memoryMiB / 2)}MB`,
      },
    },
    // Each replica answers its queries itself. Shared among them, a query that is under way when a replica comes or goes
    // can wait for an answer for ever.
    frontend: { scheduler_address: OWN_GRPC },
    frontend_worker: { scheduler_address: OWN_GRPC },
    // Several tenants' lines in one query, for the platform team: their ids joined by "|".
    querier: { multi_tenant_queries_enabled: true },
    query_range: { cache_results: true, results_cache: { cache: cache(32) } },
    chunk_store_config: { chunk_cache_config: cache(128) },
    // Rules run in Amazon Managed Prometheus; without storage the ruler does not start.
    ruler: { enable_api: false },
    limits_config: limitsConfig(input.limits),
    // Loki reads files only; a sidecar renews this one.
    runtime_config: { file: paths.overridesFile, period: "30s" },
    analytics: { reporting_enabled: false },
  };
}

export type LokiConfig = ReturnType<typeof lokiConfig>;

/** The configuration as the YAML text that Loki reads, a line per setting. Every string is quoted. */
export const renderLokiConfig = (input: LokiInput): string => yamlText(lokiConfig(input));
