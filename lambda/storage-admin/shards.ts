import { DomainError, type Domain } from "./domain";
import { type Log, type Metrics } from "./log";

/** Shards, copies included, of all indices that are open. */
export interface ShardUse {
  readonly used: number;
  /** Past this OpenSearch makes no index any more, so no span of the next day is stored. */
  readonly allowed: number;
}

const SETTINGS = ["_cluster", "settings"];
const HEALTH = ["_cluster", "health"];

/** OpenSearch's own bound: the setting times the data nodes that are there. The service gives the setting by the nodes' memory. */
async function shardUse(domain: Domain): Promise<ShardUse> {
  const settings = await domain.call({
    method: "GET",
    path: SETTINGS,
    query: { include_defaults: "true", filter_path: "*.cluster.max_shards_per_node" },
  });
  const health = (await domain.call({ method: "GET", path: HEALTH })) as Record<string, unknown>;
  const number = (value: unknown): number => (value === undefined || value === "" ? NaN : Number(value));
  const perNode = number(
    ["transient", "persistent", "defaults"].map((of) => setting(settings, of)).find(Boolean),
  );
  const allowed = perNode * number(health["number_of_data_nodes"]);
  const used = ["active_shards", "initializing_shards", "unassigned_shards"].reduce(
    (sum, key) => sum + number(health[key]),
    0,
  );
  if (!(allowed > 0) || Number.isNaN(used)) {
    throw new DomainError(200, `GET /${HEALTH.join("/")}`, "the answer has no numbers of shards");
  }
  return { used, allowed };
}

const setting = (answer: unknown, kind: string): unknown =>
  (answer as Partial<Record<string, { cluster?: { max_shards_per_node?: unknown } }>>)[kind]?.cluster
    ?.max_shards_per_node;

/** Undefined when it cannot be read; the log says why. */
export async function readShardUse(domain: Domain, log: Log): Promise<ShardUse | undefined> {
  try {
    return await shardUse(domain);
  } catch (error) {
    log("error", { task: "retention", message: `shards cannot be counted: ${String(error)}` });
    return undefined;
  }
}

export const shardMetrics = ({ used, allowed }: ShardUse): Metrics => ({
  ShardsUsed: [used, "Count"],
  ShardsAllowed: [allowed, "Count"],
  ShardsUsedPercent: [Math.round((100 * used) / allowed), "Percent"],
});
