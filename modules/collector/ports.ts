/** Ports inside the task's network namespace. All but OTLP's two are fixed; applications must leave them free. */

/** OTLP/HTTP port before 2021, which some old SDKs still default to. */
export const LEGACY_OTLP_HTTP_PORT = 55681;
export const ZIPKIN_PORT = 9411;
/** Where X-Ray SDKs look for a daemon that knows the sampling rules. */
export const XRAY_PROXY_PORT = 2000;
export const STATSD_PORT = 8125;
export const HEALTH_CHECK_PORT = 13133;
export const SELF_METRICS_PORT = 8888;
/** The collector hands StatsD counters to itself through a scrape of this port; see `statsd.ts`. */
export const STATSD_TOTALS_PORT = 8889;
