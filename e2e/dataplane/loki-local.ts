import type { LokiConfig } from "../../modules/loki/config";

/** Where a replica runs on this machine. */
export interface LocalReplica {
  /** Takes the place of every folder of the task. */
  readonly folder: string;
  /** Takes the place of the bucket; shared by replicas. */
  readonly objects: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** The replica's own first; only of three. */
  readonly memberlistPorts: readonly number[];
}

const ADDRESS = "127.0.0.1";

/**
 * The rendered configuration on this machine: the object store is a folder, the task's folders lie in one, addresses
 * are loopback's, ports free ones. Nothing else changes; `loki-local.test.ts` lists it.
 */
export function localConfig(config: LokiConfig, local: LocalReplica) {
  const inFolder = (path: string): string => `${local.folder}${path}`;
  const { schema_config, storage_config, compactor, ingester, common, runtime_config } = config;
  // The address says more than the interfaces where to be found.
  const rest = Object.fromEntries(
    Object.entries(common).filter(([name]) => name !== "instance_interface_names"),
  );
  const [own] = local.memberlistPorts;
  return {
    ...config,
    server: {
      ...config.server,
      http_listen_address: ADDRESS,
      http_listen_port: local.httpPort,
      grpc_listen_address: ADDRESS,
      grpc_listen_port: local.grpcPort,
    },
    common: { ...rest, path_prefix: inFolder(common.path_prefix), instance_addr: ADDRESS },
    frontend: { scheduler_address: `${ADDRESS}:${local.grpcPort}` },
    frontend_worker: { scheduler_address: `${ADDRESS}:${local.grpcPort}` },
    ...("memberlist" in config
      ? {
          memberlist: {
            ...config.memberlist,
            bind_addr: [ADDRESS],
            bind_port: own,
            join_members: local.memberlistPorts.map((port) => `${ADDRESS}:${port}`),
          },
        }
      : {}),
    schema_config: {
      configs: schema_config.configs.map((period) => ({ ...period, object_store: "filesystem" })),
    },
    storage_config: {
      ...storage_config,
      object_store: { filesystem: { dir: local.objects } },
      tsdb_shipper: {
        active_index_directory: inFolder(storage_config.tsdb_shipper.active_index_directory),
        cache_location: inFolder(storage_config.tsdb_shipper.cache_location),
      },
    },
    compactor: {
      ...compactor,
      working_directory: inFolder(compactor.working_directory),
      delete_request_store: "filesystem",
    },
    ingester: { ...ingester, wal: { ...ingester.wal, dir: inFolder(ingester.wal.dir) } },
    runtime_config: { ...runtime_config, file: inFolder(runtime_config.file) },
  };
}
