/** Names of everything of Loki's in the central account, and the paths inside its tasks. */

/** The user and group of the image; the owner of everything on the file system. */
export const LOKI_UID = 10001;

/** One writer, or three that keep every line thrice. Two would stop taking lines when one of them is replaced. */
export type Replicas = 1 | 3;

export const replicaNumbers = (replicas: Replicas): number[] => [...Array(replicas).keys()];

/** Stable over the replacement of a task: the ring sees the same member with another address. */
export const replicaName = (replica: number): string => `loki-${replica}`;

/** The container that takes requests, beside those that prepare its files. */
export const LOKI_CONTAINER = "loki";

const PREFIX = "tenantscope-loki";

export const lokiNames = {
  securityGroup: PREFIX,
  fileSystem: PREFIX,
  fileSystemSecurityGroup: `${PREFIX}-efs`,
  executionRole: `${PREFIX}-exec`,
  /** Service in the Cloud Map namespace: the address of all replicas. */
  discovery: "loki",
  logGroup: "/tenantscope/central/loki",
  kmsAlias: (purpose: "chunks" | "config" | "wal" | "logs"): string => `alias/${PREFIX}-${purpose}`,
  replica: (replica: number) => ({
    service: replicaName(replica),
    family: `tenantscope-${replicaName(replica)}`,
    taskRole: `tenantscope-${replicaName(replica)}-task`,
    /** The first has the seed's path; the others beside it. */
    accessPointPath: replica === 0 ? "/loki-data" : `/loki-data-${replica}`,
  }),
} as const;

/** S3 names are unique in the whole partition. */
export interface BucketOwner {
  readonly accountId: string;
  readonly region: string;
}

export const chunksBucket = ({ accountId, region }: BucketOwner): string =>
  `${PREFIX}-chunks-${accountId}-${region}`;

/** Bucket and key of the overrides document: `limits` writes it without knowing anything else of the central stack. */
export const configBucket = ({ accountId, region }: BucketOwner): string =>
  `${PREFIX}-config-${accountId}-${region}`;
export const OVERRIDES_KEY = "overrides.yaml";

/** Inside a task. */
export const paths = {
  /** On EFS: the write-ahead log, the index that is not yet in S3, the ring tokens. */
  data: "/loki-data",
  /** On the task's own disk: what can be fetched from S3 again. */
  scratch: "/loki-scratch",
  config: "/etc/loki",
  configFile: "/etc/loki/config.yaml",
  overrides: "/etc/loki-overrides",
  overridesFile: "/etc/loki-overrides/overrides.yaml",
} as const;
