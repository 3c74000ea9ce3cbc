import type { Central, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { GB, type Item } from "./item";
import { loadOf, secondsOf, spanPaths } from "./load";
import type { Part, Standing } from "./standing";
import { storedSpanBytes } from "./usage";
import { largestVolume } from "./volumes";

/** A shared service that is too small for the load, as `central.json` has it. */
export interface Need {
  readonly part: Part;
  /** "data nodes of OpenSearch" */
  readonly what: string;
  readonly configured: number;
  readonly needed: number;
  /** That `central.json` allows, where it is less than needed: then larger ones are. */
  readonly most?: number;
}

/** Data nodes that `central.json` allows: AWS's default quota of a domain. */
const MOST_NODES = 80;

/** How many of each part the load of all tenants takes. At least one, however little there is. */
export function needs(
  central: Central,
  tenants: readonly Tenant[],
  /** By tenant. */
  usage: ReadonlyMap<string, readonly Item[]>,
  a: Assumptions,
): Need[] {
  const active = tenants.filter(({ lifecycle }) => lifecycle === "active");
  const seconds = secondsOf(a);
  const services = active.flatMap((tenant) => tenant.services);
  const spans = services.filter((service) => spanPaths(service).central || spanPaths(service).sidecar);
  const perSecond = (of: typeof services, what: "spans" | "logBytes"): number =>
    of.reduce((sum, service) => sum + loadOf(service, a)[what], 0) / seconds;
  const requests = active
    .flatMap(({ name }) => usage.get(name) ?? [])
    .filter(({ what }) => /^(log|trace) requests/.test(what))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const stored = active.reduce((sum, tenant) => sum + storedSpanBytes(central, tenant, a), 0);
  const logs = services.filter(({ logs: { destinations } }) =>
    destinations.some((each) => each !== "cloudwatch"),
  );
  const need = (part: Part, what: string, configured: number, load: number): Need => ({
    part,
    what,
    configured,
    needed: Math.max(1, Math.ceil(load)),
  });
  return [
    need(
      "gateway",
      "tasks of the gateway",
      central.ingest.tasks.min,
      requests / seconds / a.gatewayRequestsPerSecond,
    ),
    need(
      "loki",
      "tasks of Loki",
      central.loki.replicas,
      perSecond(logs, "logBytes") / 1024 ** 2 / a.lokiMiBPerSecond,
    ),
    need(
      "jaeger",
      "tasks of the Jaeger collector",
      central.jaeger.tasks.min,
      perSecond(spans, "spans") / a.jaegerSpansPerSecond,
    ),
    ...openSearch(central, stored, perSecond(spans, "spans") / a.opensearchSpansPerSecond, a),
  ];
}

/**
 * Spans that come in need nodes; spans that are kept need larger volumes first, and more nodes where the volumes are as
 * large as the type of node allows. Nodes are a multiple of the zones.
 */
function openSearch(
  { jaeger: { storage } }: Central,
  /** Bytes. */
  stored: number,
  /** Nodes. */
  load: number,
  a: Assumptions,
): Need[] {
  const { zones, instances, volumeGiB, instanceType } = storage;
  const gib = stored / a.opensearchFull / 1024 ** 3;
  const largest = Math.max(volumeGiB, (largestVolume(instanceType) ?? 0) * a.opensearchVolumeShare);
  const inZones = (nodes: number): number => Math.ceil(nodes / zones) * zones;
  const nodes = Math.max(instances, inZones(load), inZones(gib / largest));
  return [
    {
      ...{ part: "opensearch", what: "data nodes of OpenSearch", configured: instances, needed: nodes },
      ...(nodes > MOST_NODES && { most: MOST_NODES }),
    },
    {
      part: "volumes",
      what: `GiB on each data node of OpenSearch (${(stored / GB).toFixed(0)} GB of spans)`,
      configured: volumeGiB,
      needed: Math.max(volumeGiB, Math.ceil(gib / nodes)),
    },
  ];
}

/** What stands, as large as it must be: never less than is configured. Every node has a volume. */
export const grown = (standing: readonly Standing[], all: readonly Need[]): Standing[] =>
  standing.map((item) => {
    const parts: readonly unknown[] = item.part === "volumes" ? ["opensearch", "volumes"] : [item.part];
    const factor = all
      .filter(({ part }) => parts.includes(part))
      .reduce((product, { configured, needed }) => product * Math.max(1, needed / configured), 1);
    return factor === 1 ? item : { ...item, quantity: item.quantity * factor };
  });
