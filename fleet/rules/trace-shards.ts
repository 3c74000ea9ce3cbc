import type { CentralJaeger } from "../types";
import type { FleetView, TenantView } from "../view";
import type { Rule } from "./rule";

/** Spans, services and the graph of services: an index of each for every owner and day. */
const INDICES_OF_ONE_SHARD = 2;

/**
 * From OpenSearch 2.17 on the service allows 1,000 shards for every 16 GiB of a node's heap, 4,000 a node at most, and nobody
 * can change that. For less heap AWS names no number; in proportion is the careful reading.
 */
const SHARDS_PER_HEAP_GIB = 1000 / 16;
const MOST_OF_A_NODE = 4000;
/** What AWS says of every version, for a type that is not known here. */
const OF_AN_UNKNOWN_NODE = 1000;
/** The heap is half of the memory, up to this. */
const MOST_HEAP_GIB = 32;

/** Processors by size, memory of each in GiB by the letters that the family begins with. */
const CPUS: Readonly<Record<string, number>> = { medium: 1, large: 2, xlarge: 4 };
const GIB_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, om: 4, r: 8, or: 8, i: 8, oi: 8 };
const BURSTABLE_GIB: Readonly<Record<string, number>> = { small: 2, medium: 4 };

/** Shards that one data node may have. */
export function shardsOfNode(instanceType: string): number {
  const [, family = "", times, size = ""] =
    /^([a-z]+)\d[a-z0-9]*[.](\d*)([a-z]+)[.]search$/.exec(instanceType) ?? [];
  const memory =
    family === "t"
      ? BURSTABLE_GIB[size]
      : (GIB_PER_CPU[family] ?? NaN) * (CPUS[size] ?? NaN) * (times === "" ? 1 : Number(times));
  if (memory === undefined || Number.isNaN(memory)) return OF_AN_UNKNOWN_NODE;
  return Math.min(MOST_OF_A_NODE, Math.floor(Math.min(memory / 2, MOST_HEAP_GIB) * SHARDS_PER_HEAP_GIB));
}

/** Shards that one owner's indices of one day have, copies included; as many as the domain's templates say. */
export function shardsOfDay({
  zones,
  instances,
}: Pick<CentralJaeger["storage"], "zones" | "instances">): number {
  const copies = zones === 1 ? 1 : 2;
  const ofSpans = zones === 1 ? instances : Math.ceil(instances / 2);
  return (ofSpans + INDICES_OF_ONE_SHARD) * copies;
}

const hasOwn = ({ lifecycle, services }: TenantView): boolean =>
  lifecycle !== "offboarding" &&
  services.some(
    ({ service: { traces } }) => traces.jaeger === "sidecar" && traces.destinations.includes("jaeger"),
  );

/** Warning: at its bound OpenSearch makes no index of the next day, and every owner's spans are lost. */
export const traceShardsFit: Rule = ({ central: { document, jaeger }, tenants }: FleetView) => {
  if (!jaeger) return [];
  const { instanceType, instances } = jaeger.storage;
  const owners = tenants.filter(hasOwn);
  // Today, and as many days before it as are kept.
  const days = [
    jaeger.retentionDays,
    ...owners.map(({ limits }) => limits?.traceRetentionDays ?? jaeger.retentionDays),
  ]
    .map((kept) => kept + 1)
    .reduce((sum, each) => sum + each, 0);
  const [needed, allowed] = [days * shardsOfDay(jaeger.storage), instances * shardsOfNode(instanceType)];
  if (needed <= allowed) return [];
  const message =
    `keeps traces of ${String(owners.length + 1)} owners (the shared store, and each tenant with a sidecar of Jaeger), which are ${String(needed)} shards; ` +
    `${String(instances)} nodes of ${instanceType} may have ${String(allowed)}`;
  const remedy =
    "set larger or more nodes in jaeger.storage, a shorter retention, or fewer sidecars of Jaeger";
  return [{ file: document.file, pointer: "", message, remedy }];
};
