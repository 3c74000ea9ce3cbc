/**
 * Names of the recorded series. They are a contract: alerts and dashboards ask for them. Every one has the labels
 * `tenant` and (those that begin with `tenant_service`) `service`; the fleet's have neither.
 *
 * `service` is the service's name in the manifest, managed or attached: the sidecar writes it as `aws_ecs_service_name`
 * on every series that passes through it, whatever the application calls itself (`job`) and whatever ECS does.
 */
export const RECORDED = {
  /** HTTP requests per second that the service answered. */
  requests: "tenant_service:http_requests:rate5m",
  /** Those of them answered with 5xx; 0 where there are none. */
  errors: "tenant_service:http_errors:rate5m",
  /** Seconds, over five minutes. */
  latencyP50: "tenant_service:http_request_duration_seconds:p50_5m",
  latencyP95: "tenant_service:http_request_duration_seconds:p95_5m",
  latencyP99: "tenant_service:http_request_duration_seconds:p99_5m",
  /** Share of the task's reserved CPU and memory that is used, 0 to 1, averaged over five minutes; the highest task. */
  cpu: "tenant_service:ecs_cpu_ratio:max",
  memory: "tenant_service:ecs_memory_ratio:max",
  /** Tasks whose sidecar was heard within ten minutes: samples may wait five minutes to be sent. */
  tasks: "tenant_service:tasks:count",
  /** Tasks that were heard within an hour, but no more. */
  tasksReplaced: "tenant_service:tasks_replaced:count1h",
  /** Those of them that were last heard 10 to 25 minutes ago. */
  tasksReplacedQuarter: "tenant_service:tasks_replaced:count15m",
  /** 1 where a service that should run is not heard, 0 where it is. */
  serviceSilent: "tenant_service:silent:bool",
  /** 1 where none of the tenant's services is heard, 0 otherwise; only of tenants that should run something. */
  tenantSilent: "tenant:silent:bool",
  /** Services of the tenant that should run. */
  expectedServices: "tenant:expected_services:count",
  /** Share of the tenants that should run something and are silent, 0 to 1. */
  silentTenants: "fleet:silent_tenants:ratio",
  /** 1 for as long as the rules are evaluated, whatever is sent or declared. */
  rulesEvaluated: "fleet:rules_evaluated:bool",
  /**
   * Data points, lines or spans per second, with the label `signal` (`metrics`, `logs`, `traces`): what sidecars took,
   * handed on to an `exporter`, refused for a `reason` (`receiver`, `memory`, `error`; whoever sent it was told), and lost
   * on the way to an `exporter` for a `reason` (`send`: given up after all attempts; `queue`: no room).
   */
  accepted: "tenant_service:telemetry_accepted:rate5m",
  sent: "tenant_service:telemetry_sent:rate5m",
  refused: "tenant_service:telemetry_refused:rate5m",
  lost: "tenant_service:telemetry_lost:rate5m",
  /** Share of a queue that waits, 0 to 1, with the label `exporter`; the fullest task. */
  queue: "tenant_service:collector_queue_ratio:max",
  /** Resident memory of the sidecar, bytes; the highest task. */
  collectorMemory: "tenant_service:collector_memory_bytes:max",
  /**
   * Series of a task, mean of the service's tasks; and series of the tenant that belong to no task. Written every
   * {@link SERIES_INTERVAL_MINUTES}.
   */
  taskSeries: "tenant_service:task_series:mean",
  otherSeries: "tenant:other_series:count",
  /** Series with a sample within two hours, which the workspace limits: those of all tasks heard since. Every four minutes. */
  activeSeries: "tenant:active_series:count2h",
} as const;

/**
 * Share of requests that failed, over the windows of the burn alerts; no sample where there was no request. The longest
 * two are written every four minutes.
 */
export const ERROR_RATIO = {
  "5m": "tenant_service:http_error_ratio:rate5m",
  "30m": "tenant_service:http_error_ratio:rate30m",
  "1h": "tenant_service:http_error_ratio:rate1h",
  "6h": "tenant_service:http_error_ratio:rate6h",
  "3d": "tenant_service:http_error_ratio:rate3d",
} as const;
export type Window = keyof typeof ERROR_RATIO;

/** Requests in a window, for the alerts that need enough of them. */
export const REQUESTS_IN = {
  "1h": "tenant_service:http_requests:increase1h",
  "6h": "tenant_service:http_requests:increase6h",
  "3d": "tenant_service:http_requests:increase3d",
} as const;

/** Counting series reads every series, so it is done seldom: read the last value. */
export const SERIES_INTERVAL_MINUTES = 30;

/** Constant series that the tenants' own rules write. */
export const DECLARED = {
  /** 1 for each service that should run. Labels `tenant`, `service`. */
  expected: "tenantscope_service_expected",
  /** The tenant's own threshold where it has one. Labels `tenant`, `threshold`. */
  threshold: "tenantscope_threshold",
  /** The tenant's own limit of active series where it has one. Label `tenant`. */
  seriesLimit: "tenantscope_series_limit",
} as const;

/** Label of the service on everything that comes through a sidecar. */
export const SERVICE_LABEL = "aws_ecs_service_name";

/** Rule group namespaces. */
export const FLEET_NAMESPACE = "tenantscope-fleet";
export const tenantNamespace = (tenant: string): string => `tenant-${tenant}`;
