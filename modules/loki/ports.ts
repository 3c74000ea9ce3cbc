/** Ports of every Loki task. */
export const LOKI_HTTP_PORT = 3100;
/** Between replicas only. */
export const LOKI_GRPC_PORT = 9095;
/** Gossip between replicas, TCP only. */
export const LOKI_MEMBERLIST_PORT = 7946;
/** Of the file system with the write-ahead logs. */
export const NFS_PORT = 2049;
