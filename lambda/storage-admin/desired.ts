import { indexPatterns } from "./indices";
import { type ProvisionInput } from "./input";

/** The role in OpenSearch's security plugin, and its mapping. */
export const SECURITY_ROLE = "tenantscope_storage_proxy";

/** Names of the index templates, and what is in them. */
export type Templates = Readonly<Record<string, object>>;

const COMMON = "tenantscope-jaeger";
const SPANS = "tenantscope-jaeger-span";
export const TEMPLATE_NAMES = [COMMON, SPANS] as const;

/** Jaeger's own templates have order 0. Of several that match, the settings with the highest order count. */
const ORDER = 100;

/**
 * When the slow logs get a line. A thread that takes so long for one query or one document writes no more than a line in that
 * time, so a domain that is overloaded does not write a line for each span.
 */
const SLOW = { warn: "5s", info: "2s" } as const;

const slowLogs: Readonly<Record<string, string | boolean>> = {
  ...Object.fromEntries(
    [
      "index.search.slowlog.threshold.query",
      "index.search.slowlog.threshold.fetch",
      "index.indexing.slowlog.threshold.index",
    ].flatMap((phase) => Object.entries(SLOW).map(([level, time]) => [`${phase}.${level}`, time])),
  ),
  // A span's tags belong to its owner; the log is the platform team's.
  "index.indexing.slowlog.source": false,
};

/**
 * Settings of Jaeger's indices, whatever a Jaeger's own configuration says. Legacy templates, since Jaeger puts legacy ones
 * with its mappings: a composable template that matches an index takes their place, mappings included.
 */
export function templates({ zones, spanShards, refreshSeconds }: ProvisionInput): Templates {
  return {
    [COMMON]: {
      order: ORDER,
      index_patterns: indexPatterns(),
      settings: {
        "index.number_of_shards": 1,
        // One copy in another zone outlives the loss of a zone; a third copy would cost half as much again.
        "index.number_of_replicas": zones === 1 ? 0 : 1,
        "index.refresh_interval": `${refreshSeconds}s`,
        "index.codec": "best_compression",
        ...slowLogs,
      },
    },
    // Only spans are many. Indices of services and dependencies have a few kilobytes, for each tenant and day.
    [SPANS]: {
      order: ORDER + 1,
      index_patterns: indexPatterns(["span"]),
      settings: { "index.number_of_shards": spanShards },
    },
  };
}

export const AUTO_CREATE = "action.auto_create_index";

/** Writing makes an index only where it is one of Jaeger's, or of OpenSearch itself. A typing error makes none. */
export const autoCreatePattern = (): string =>
  [...indexPatterns().map((pattern) => `+${pattern}`), "+.*", "-*"].join(",");

/**
 * What the proxy passes on, as OpenSearch checks it. The first part of a bulk request and of a multi-search is checked for
 * the cluster, what is in them for each index. Making an index by writing to it counts as `create`, new fields as `mapping/put`.
 */
export const securityRole = {
  description: "What Jaeger asks of its storage, passed on by the storage proxy",
  cluster_permissions: [
    "cluster:monitor/main",
    "indices:admin/template/put",
    "indices:data/read/msearch",
    "indices:data/write/bulk",
  ],
  index_permissions: [
    {
      index_patterns: indexPatterns(),
      allowed_actions: [
        "indices:admin/create",
        "indices:admin/get",
        "indices:admin/mapping/put",
        "indices:data/read/search*",
        "indices:data/write/bulk*",
        "indices:data/write/index",
      ],
    },
  ],
  tenant_permissions: [],
} as const;

/** OpenSearch Service gives a request that an IAM role signed this role's ARN as its backend role. */
export const roleMapping = (proxyRoleArn: string) => ({
  backend_roles: [proxyRoleArn],
  hosts: [],
  users: [],
});
