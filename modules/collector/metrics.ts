import type { CollectorInput } from "./config";
import type { Pipeline, Signal } from "./config-types";
import { env } from "./environment";
import { LEGACY_OTLP_HTTP_PORT, SELF_METRICS_PORT } from "./ports";
import { scrapeReceiver } from "./scrape";
import {
  statsdExporters,
  statsdProcessors,
  statsdRates,
  statsdReceivers,
  STATSD_TOTALS_EXPORTER,
} from "./statsd";

export const APP_EXPORTER = "prometheus_remote_write/app";
export const ECS_EXPORTER = "prometheus_remote_write/ecs";

/** Exactly these metrics of the ECS task metadata endpoint are kept; each further one costs a series per task. */
export const ECS_TASK_METRICS = [
  "ecs.task.memory.utilized",
  "ecs.task.memory.reserved",
  "ecs.task.cpu.utilized",
  "ecs.task.cpu.reserved",
  "ecs.task.network.rate.rx",
  "ecs.task.network.rate.tx",
  "ecs.task.storage.read_bytes",
  "ecs.task.storage.write_bytes",
] as const;

/** The collector's own metrics that say whether telemetry is refused, late or lost (regular expression, whole name). */
const SELF_METRICS =
  "otelcol_(exporter_(sent|send_failed|enqueue_failed|queue|prometheusremotewrite)" +
  "|processor_(memory_limiter_refused|refused|tail_sampling_sampling_trace_dropped_too_early)|receiver_(accepted|refused|failed)|process_(memory_rss|uptime)).*";

/**
 * Resource attributes that say nothing about a series that its tenant, service and task do not say already. What
 * remains (the application's own, such as deployment.environment.name) becomes labels.
 */
const DROPPED_ATTRIBUTES =
  "^((process|host|os|telemetry|container|cloud|server|url|aws[.]log)[.].*" +
  "|aws[.]ecs[.](cluster[.]arn|container[.].*|docker[.].*|launchtype|task[.](arn|revision|version|known_status|launch_type|pull_.*)))$";

/** Whose series it is, on whatever signal and whatever the application says. */
const owner = (input: CollectorInput): object => ({
  attributes: [
    { key: "tenant", value: input.tenant, action: "upsert" },
    { key: "aws.ecs.service.name", value: input.service, action: "upsert" },
    { pattern: DROPPED_ATTRIBUTES, action: "delete" },
  ],
});

/** What Prometheus calls `job` and `instance`, where the application did not say it. */
const identity = (input: CollectorInput): object => ({
  attributes: [
    { key: "service.name", value: input.service, action: "insert" },
    { key: "service.instance.id", from_attribute: "aws.ecs.task.id", action: "insert" },
  ],
});

/** The instance of a scraped page is the task; 127.0.0.1:8080 would be the same in all of them. */
const TASK_INSTANCE = {
  attributes: [{ key: "service.instance.id", from_attribute: "aws.ecs.task.id", action: "upsert" }],
};

/**
 * `tenant` is ours. A data point that brings its own keeps it as `exported_tenant`, as Prometheus does with the labels
 * of a target; overwriting it could make two series one.
 */
const RESERVED_LABELS = {
  actions: [
    { key: "exported_tenant", from_attribute: "tenant", action: "upsert" },
    { key: "tenant", action: "delete" },
  ],
};

const REMOTE_WRITE = {
  endpoint: env("AMP_REMOTE_WRITE_URL"),
  auth: { authenticator: "sigv4auth/aps" },
  // The tenant, the task and the application's own resource attributes become labels of every series. They also
  // overwrite what a data point brought along under the same name, which external_labels would not.
  resource_to_telemetry_conversion: { enabled: true, exclude_service_attributes: true },
  target_info: { enabled: false },
  // AMP refuses requests over 1 MB.
  max_batch_size_bytes: 1_000_000,
  // Samples of one series must arrive in order.
  max_batch_request_parallelism: 1,
  remote_write_queue: { queue_size: 2000 },
  // AMP refuses samples older than an hour, so longer retries would only fill the memory. `timeout` bounds all the
  // attempts of a batch together (and is each request's): a short one would drop the batch in a short outage.
  retry_on_failure: { initial_interval: "5s", max_elapsed_time: "600s" },
  timeout: "600s",
  // So it is HTTP/2's pings that notice a dead connection.
  http2_read_idle_timeout: "10s",
  http2_ping_timeout: "5s",
};

/** What the metrics of one service add to its collector's configuration. */
export function metricsSignal(input: CollectorInput): Signal {
  const { metrics, otlp } = input;
  const receivers: Record<string, object> = {
    otlp: {
      protocols: {
        grpc: { endpoint: `127.0.0.1:${otlp.grpcPort}` },
        http: { endpoint: `127.0.0.1:${otlp.httpPort}` },
      },
    },
    "otlp/legacy": { protocols: { http: { endpoint: `127.0.0.1:${LEGACY_OTLP_HTTP_PORT}` } } },
    ...statsdReceivers(input),
    awsecscontainermetrics: { collection_interval: `${metrics.ecsIntervalSeconds}s` },
    "prometheus/self": scrapeReceiver({
      job: "adot-collector",
      port: SELF_METRICS_PORT,
      path: "/metrics",
      intervalSeconds: 60,
      keep: SELF_METRICS,
    }),
    ...(metrics.scrape === undefined
      ? {}
      : { "prometheus/app": scrapeReceiver({ job: input.service, ...metrics.scrape }) }),
  };

  const pipeline = (sources: string[], processors: string[], exporter: string): Pipeline => ({
    receivers: sources,
    processors: ["memory_limiter", ...processors, "batch/metrics"],
    exporters: input.debug ? [exporter, "debug"] : [exporter],
  });
  const sent = ["resource_detection", "resource/identity", "resource/owner", "attributes/reserved"];
  const scraped = ["resource_detection", "resource/task-instance", "resource/owner", "attributes/reserved"];
  const otlpReceivers = otlp.legacyHttp ? ["otlp", "otlp/legacy"] : ["otlp"];
  const rates = statsdRates(input);
  const pipelines: Record<string, Pipeline> = {
    ...(metrics.otlp ? { "metrics/otlp": pipeline(otlpReceivers, sent, APP_EXPORTER) } : {}),
    ...(metrics.statsd
      ? {
          "metrics/statsd": pipeline(["statsd"], [...rates, "filter/no-counters", ...sent], APP_EXPORTER),
          // No batch: the page must show an interval's counters before it is scraped.
          "metrics/statsd-counters": {
            receivers: ["statsd"],
            processors: ["memory_limiter", ...rates, "filter/counters"],
            exporters: [STATSD_TOTALS_EXPORTER],
          },
          "metrics/statsd-totals": pipeline(
            ["prometheus/statsd"],
            ["filter/totals", ...scraped],
            APP_EXPORTER,
          ),
        }
      : {}),
    ...(metrics.scrape
      ? { "metrics/scrape": pipeline(["prometheus/app"], ["filter/scrape", ...scraped], APP_EXPORTER) }
      : {}),
    ...(metrics.ecs
      ? {
          "metrics/ecs": pipeline(["awsecscontainermetrics"], ["filter/ecs", "resource/owner"], ECS_EXPORTER),
        }
      : {}),
    "metrics/self": pipeline(["prometheus/self"], ["filter/scrape", ...scraped], APP_EXPORTER),
  };

  return {
    extensions: {
      "sigv4auth/aps": {
        region: input.centralRegion,
        service: "aps",
        assume_role: {
          arn: env("AMP_WRITER_ROLE_ARN"),
          sts_region: input.tenantRegion,
          external_id: env("AMP_EXTERNAL_ID"),
        },
      },
    },
    receivers,
    processors: {
      ...statsdProcessors(input),
      "resource/owner": owner(input),
      "resource/identity": identity(input),
      "resource/task-instance": TASK_INSTANCE,
      "attributes/reserved": RESERVED_LABELS,
      // Five more series per target that say only how the scrape went; `up` stays.
      "filter/scrape": { error_mode: "ignore", metric_conditions: ['IsMatch(metric.name, "^scrape_")'] },
      "filter/ecs": {
        error_mode: "ignore",
        metric_conditions: [
          `not IsMatch(metric.name, "^(${ECS_TASK_METRICS.join("|").replaceAll(".", "[.]")})$")`,
        ],
      },
      "batch/metrics": {
        timeout: `${metrics.batchSeconds}s`,
        send_batch_size: 8192,
        send_batch_max_size: 8192,
      },
    },
    exporters: {
      ...statsdExporters,
      [APP_EXPORTER]: { ...REMOTE_WRITE, translation_strategy: "UnderscoreEscapingWithSuffixes" },
      // Units as suffixes would turn ecs.task.memory.utilized into ecs_task_memory_utilized_MiB.
      [ECS_EXPORTER]: { ...REMOTE_WRITE, translation_strategy: "UnderscoreEscapingWithoutSuffixes" },
    },
    pipelines,
  };
}
