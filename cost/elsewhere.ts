import type { Central, Service, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { GB, type Item, type Signal } from "./item";
import { loadOf } from "./load";
import type { PriceId } from "./prices";

/**
 * The two ways to have the same load in CloudWatch alone. `classic` is what the claim of 70 % was made against: every
 * series a custom metric, every kept trace in X-Ray. `otlp` is the newer one, sold by the gigabyte: metrics by OTLP, spans
 * in Transaction Search.
 */
export type Way = "classic" | "otlp";

type ItemOf = (signal: Signal, what: string, price: PriceId, quantity: number) => Item;

/**
 * The same load on CloudWatch and X-Ray alone, in the tenant's account: every line in CloudWatch Logs as long as Loki keeps
 * it, every span that sampling keeps, an alarm where the fleet has a rule. The sidecar is needed there, too: the caller
 * adds it to all.
 */
export function elsewhereOf(
  way: Way,
  central: Pick<Central, "loki" | "jaeger">,
  tenant: Tenant,
  a: Assumptions,
): Item[] {
  const services = tenant.lifecycle === "active" ? tenant.services : [];
  return services
    .flatMap((service) => {
      const of = itemOf(service);
      const own = way === "classic" ? classic(service, of, a) : otlp(central, tenant, service, of, a);
      return [...common(central, tenant, service, a), ...own];
    })
    .filter(({ quantity }) => quantity > 0);
}

const itemOf =
  ({ name }: Service): ItemOf =>
  (signal, what, price, quantity) => ({
    signal,
    what: `${what} of ${name}`,
    price,
    quantity,
    account: "tenant",
  });

/** What is kept of what comes in, after so many days. */
const kept = (gigabytes: number, days: number, a: Assumptions): number =>
  gigabytes * a.cloudWatchStoredShare * (days / (a.hoursPerMonth / 24));

function common(central: Pick<Central, "loki">, tenant: Tenant, service: Service, a: Assumptions): Item[] {
  const of = itemOf(service);
  const { logBytes, samples, spans } = loadOf(service, a);
  const logs = logBytes / GB;
  // Lines leave uncompressed: the log driver sends them.
  const wire = logs + (samples * a.wireBytesPerSample + spans * a.wireBytesPerSpan) / GB;
  const byEndpoint = tenant.network.endpoints.kind !== "none";
  const days = tenant.limits.logRetentionDays ?? central.loki.retentionDays;
  return [
    of("logs", "logs", "cloudwatch.logs", logs),
    of("logs", "kept logs", "cloudwatch.logs-storage", kept(logs, days, a)),
    of("logs", "logs searched", "cloudwatch.insights", logs * a.logsSearched),
    byEndpoint
      ? of("base", "telemetry through endpoints", "endpoint.data", wire)
      : of("base", "telemetry through NAT", "nat.data", wire),
    of("alerts", "alarms", "cloudwatch.alarm", a.alarmsPerService),
  ];
}

function classic(service: Service, of: ItemOf, a: Assumptions): Item[] {
  const { series, traces } = loadOf(service, a);
  return [
    of("metrics", "custom metrics", "cloudwatch.metric", series),
    of("traces", "traces", "xray.recorded", traces),
    of("traces", "traces looked at", "xray.retrieved", traces * a.tracesLookedAt),
  ];
}

/** Storage and the console's queries are in the price of metrics; spans are a log group with an index of its own. */
function otlp(
  central: Pick<Central, "jaeger">,
  tenant: Tenant,
  service: Service,
  of: ItemOf,
  a: Assumptions,
): Item[] {
  const { samples, spans } = loadOf(service, a);
  const ingested = (spans * a.bytesPerSpan) / GB;
  const days = tenant.limits.traceRetentionDays ?? central.jaeger.retentionDays;
  return [
    of("metrics", "metrics by OTLP", "cloudwatch.otlp-metrics", (samples * a.bytesPerOtlpPoint) / GB),
    of("traces", "spans", "cloudwatch.spans", ingested),
    of("traces", "kept spans", "cloudwatch.logs-storage", kept(ingested, days, a)),
    of("traces", "spans searched", "cloudwatch.insights", ingested * a.tracesLookedAt),
  ];
}
