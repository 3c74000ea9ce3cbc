import type { Central, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { GB, type Item, type Signal } from "./item";
import { loadOf } from "./load";
import type { PriceId } from "./prices";

/**
 * The same load on CloudWatch and X-Ray alone, in the tenant's account: every series a custom metric, every line in
 * CloudWatch Logs as long as Loki keeps it, every trace that sampling keeps in X-Ray, an alarm where the fleet has a
 * rule. The sidecar is needed there, too: the caller adds it to both.
 */
export function elsewhereOf(central: Pick<Central, "loki">, tenant: Tenant, a: Assumptions): Item[] {
  if (tenant.lifecycle !== "active") return [];
  const days = tenant.limits.logRetentionDays ?? central.loki.retentionDays;
  const loads = tenant.services.map((service) => ({ service, load: loadOf(service, a) }));
  const items = loads.flatMap(({ service: { name }, load }): Item[] => {
    const logs = load.logBytes / GB;
    const of = (signal: Signal, what: string, price: PriceId, quantity: number): Item => ({
      signal,
      what: `${what} of ${name}`,
      price,
      quantity,
      account: "tenant",
    });
    return [
      of("metrics", "custom metrics", "cloudwatch.metric", load.series),
      of("logs", "logs", "cloudwatch.logs", logs),
      of(
        "logs",
        "kept logs",
        "cloudwatch.logs-storage",
        logs * a.cloudWatchStoredShare * (days / (a.hoursPerMonth / 24)),
      ),
      of("logs", "logs searched", "cloudwatch.insights", logs * a.logsSearched),
      of("traces", "traces", "xray.recorded", load.traces),
      of("traces", "traces looked at", "xray.retrieved", load.traces * a.tracesLookedAt),
      of("alerts", "alarms", "cloudwatch.alarm", a.alarmsPerService),
    ];
  });
  return items.filter(({ quantity }) => quantity > 0);
}
