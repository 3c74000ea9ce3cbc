import type { CollectorInput } from "./config";
import { STATSD_PORT, STATSD_TOTALS_PORT } from "./ports";
import { scrapeReceiver } from "./scrape";

/**
 * StatsD counters come as increments per interval. Prometheus wants totals, remote write drops increments, and ADOT has
 * no processor that adds them up. Its `prometheus` exporter does: the counters go there, and the collector scrapes
 * itself. The exporter starts a total again when an interval went by without an increment; counters for which that
 * matters are named in the manifest (`metrics.statsdRates`) and become exact rates per second instead.
 */
export const STATSD_TOTALS_EXPORTER = "prometheus/statsd";

/** How long the total of a counter without increments stays on the page. */
const TOTAL_EXPIRATION = "1h";

const isCounter = "metric.type == METRIC_DATA_TYPE_SUM";

const summary = (statsdType: string): object => ({
  statsd_type: statsdType,
  observer_type: "summary",
  summary: { percentiles: [50, 90, 99] },
});

export function statsdReceivers({ metrics, service }: CollectorInput): Record<string, object> {
  return {
    statsd: {
      endpoint: `127.0.0.1:${STATSD_PORT}`,
      aggregation_interval: `${metrics.statsdIntervalSeconds}s`,
      // Clients open a socket per packet; aggregated per source port, their samples would collide.
      enable_ip_only_aggregation: true,
      // The totals exporter refuses counters that might go down.
      is_monotonic_counter: true,
      timer_histogram_mapping: ["timing", "histogram", "distribution"].map(summary),
    },
    "prometheus/statsd": scrapeReceiver({
      job: service,
      port: STATSD_TOTALS_PORT,
      path: "/metrics",
      intervalSeconds: metrics.statsdIntervalSeconds,
    }),
  };
}

export const statsdProcessors = ({ metrics }: CollectorInput): Record<string, object> => ({
  deltatorate: { metrics: metrics.statsdRates },
  "filter/no-counters": { error_mode: "ignore", metric_conditions: [isCounter] },
  // The application's own page has the same job and instance: `up` would be one series with two authors.
  "filter/totals": { error_mode: "ignore", metric_conditions: ['IsMatch(metric.name, "^(up|scrape_.+)$")'] },
  "filter/counters": { error_mode: "ignore", metric_conditions: [`not (${isCounter})`] },
});

/** Makes gauges of the counters named in the manifest; both filters take them as such. */
export const statsdRates = ({ metrics }: CollectorInput): string[] =>
  metrics.statsdRates.length > 0 ? ["deltatorate"] : [];

export const statsdExporters: Record<string, object> = {
  [STATSD_TOTALS_EXPORTER]: {
    endpoint: `127.0.0.1:${STATSD_TOTALS_PORT}`,
    metric_expiration: TOTAL_EXPIRATION,
  },
};
