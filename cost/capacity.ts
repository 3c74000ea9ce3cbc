import type { Central, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { GB, type Item } from "./item";
import { loadOf, secondsOf, spanPaths } from "./load";
import type { Part, Standing } from "./standing";
import { storedSpanBytes } from "./usage";

/** A shared service that is too small for the load, as `central.json` has it. */
export interface Need {
  readonly part: Part;
  /** "data nodes of OpenSearch" */
  readonly what: string;
  readonly configured: number;
  readonly needed: number;
}

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
  const volume = central.jaeger.storage.volumeGiB * 1024 ** 3 * a.opensearchFull;
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
    need(
      "opensearch",
      `data nodes of OpenSearch (${(stored / GB).toFixed(0)} GB of spans)`,
      central.jaeger.storage.instances,
      Math.max(perSecond(spans, "spans") / a.opensearchSpansPerSecond, stored / volume),
    ),
  ];
}

/** What stands, as large as it must be: never less than is configured. */
export const grown = (standing: readonly Standing[], all: readonly Need[]): Standing[] =>
  standing.map((item) => {
    const need = all.find(({ part }) => part === item.part);
    if (need === undefined || need.needed <= need.configured) return item;
    return { ...item, quantity: (item.quantity / need.configured) * need.needed };
  });
