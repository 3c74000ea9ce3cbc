import { localConfig } from "./loki-local";
import { lokiConfigOf } from "./loki-under-test";

/** Every setting of a configuration by its path. */
function flat(value: unknown, path = ""): Record<string, unknown> {
  if (value === null || typeof value !== "object") return { [path]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, item]) => flat(item, path === "" ? key : `${path}.${key}`)),
  ) as Record<string, unknown>;
}

/** `path: before -> after` of what differs. */
function changes(before: object, after: object): string[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((path) => old[path] !== now[path])
    .map((path) => `${path}: ${String(old[path])} -> ${String(now[path])}`)
    .sort();
}

const LOCAL = { folder: "/tmp/replica", objects: "/tmp/objects", httpPort: 1, grpcPort: 2 };

const ALWAYS = [
  "common.path_prefix: /loki-data -> /tmp/replica/loki-data",
  "compactor.delete_request_store: s3 -> filesystem",
  "compactor.working_directory: /loki-scratch/compactor -> /tmp/replica/loki-scratch/compactor",
  "frontend.scheduler_address: 127.0.0.1:9095 -> 127.0.0.1:2",
  "frontend_worker.scheduler_address: 127.0.0.1:9095 -> 127.0.0.1:2",
  "ingester.wal.dir: /loki-data/wal -> /tmp/replica/loki-data/wal",
  "runtime_config.file: /etc/loki-overrides/overrides.yaml -> /tmp/replica/etc/loki-overrides/overrides.yaml",
  "schema_config.configs.0.object_store: s3 -> filesystem",
  "server.grpc_listen_port: 9095 -> 2",
  "server.http_listen_address: undefined -> 127.0.0.1",
  "server.http_listen_port: 3100 -> 1",
  "storage_config.object_store.filesystem.dir: undefined -> /tmp/objects",
  "storage_config.object_store.s3.bucket_name: tenantscope-loki-chunks-111111111111-eu-west-1 -> undefined",
  "storage_config.object_store.s3.dualstack_enabled: false -> undefined",
  "storage_config.object_store.s3.endpoint: s3.eu-west-1.amazonaws.com -> undefined",
  "storage_config.object_store.s3.native_aws_auth_enabled: true -> undefined",
  "storage_config.object_store.s3.region: eu-west-1 -> undefined",
  "storage_config.object_store.s3.sse.kms_key_id: ${LOKI_CHUNKS_KEY_ARN} -> undefined",
  "storage_config.object_store.s3.sse.type: SSE-KMS -> undefined",
  "storage_config.tsdb_shipper.active_index_directory: /loki-data/index -> /tmp/replica/loki-data/index",
  "storage_config.tsdb_shipper.cache_location: /loki-scratch/index-cache -> /tmp/replica/loki-scratch/index-cache",
];

describe("running the rendered configuration on this machine", () => {
  test("of a single replica changes the object store, folders and ports", () => {
    const config = lokiConfigOf(1);
    expect(changes(config, localConfig(config, { ...LOCAL, memberlistPorts: [] }))).toEqual(ALWAYS);
  });

  test("of three also the addresses under which they find each other", () => {
    const config = lokiConfigOf(3, 1);
    expect(changes(config, localConfig(config, { ...LOCAL, memberlistPorts: [3, 4, 5] }))).toEqual(
      [
        ...ALWAYS,
        "common.instance_addr: undefined -> 127.0.0.1",
        "common.instance_interface_names.0: eth1 -> undefined",
        "common.instance_interface_names.1: eth0 -> undefined",
        "memberlist.bind_addr.0: undefined -> 127.0.0.1",
        "memberlist.bind_port: 7946 -> 3",
        "memberlist.join_members.0: dns+loki.tenantscope.internal:7946 -> 127.0.0.1:3",
        "memberlist.join_members.1: undefined -> 127.0.0.1:4",
        "memberlist.join_members.2: undefined -> 127.0.0.1:5",
        "server.grpc_listen_address: undefined -> 127.0.0.1",
      ].sort(),
    );
  });
});
