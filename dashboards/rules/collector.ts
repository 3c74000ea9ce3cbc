import type { CentralAlerts } from "../../fleet/grafana-types";
import { above, alerting, byService, grown, ofActive, recording } from "./expressions";
import { RECORDED } from "./names";
import type { RecordingRule, RuleGroup } from "./types";

/** What the collector calls an item of each signal. */
const ITEMS = { metrics: "metric_points", logs: "log_records", traces: "spans" } as const;
const SIGNALS = Object.entries(ITEMS);

/** Beginnings of the names of the collector's counters, by the reason that the recorded series gives. */
const REFUSED = {
  receiver: "otelcol_receiver_refused",
  memory: "otelcol_processor_memory_limiter_refused",
  error: "otelcol_receiver_failed",
} as const;
const LOST = { send: "otelcol_exporter_send_failed", queue: "otelcol_exporter_enqueue_failed" } as const;

const moved = (record: string, prefix: string, ...labels: string[]): RecordingRule[] =>
  SIGNALS.map(([signal, items]) =>
    recording(record, byService("sum", `rate(${prefix}_${items}_total[5m])`, ...labels), { signal }),
  );

const failed = (
  record: string,
  prefixes: Readonly<Record<string, string>>,
  ...labels: string[]
): RecordingRule[] =>
  Object.entries(prefixes).flatMap(([reason, prefix]) =>
    SIGNALS.map(([signal, items]) =>
      recording(record, byService("sum", grown(`${prefix}_${items}_total`), ...labels), { signal, reason }),
    ),
  );

/** Whether telemetry itself arrives: what the sidecars say of themselves. */
export function collectorGroups({ thresholds, runbooksUrl }: CentralAlerts): RuleGroup[] {
  const waiting = above(RECORDED.queue, { threshold: "queueRatio", value: thresholds.queueRatio });
  return [
    {
      name: "collector-receivers",
      interval: "1m",
      rules: [
        ...moved(RECORDED.accepted, "otelcol_receiver_accepted"),
        ...failed(RECORDED.refused, REFUSED),
        recording(RECORDED.collectorMemory, byService("max", "otelcol_process_memory_rss")),
      ],
    },
    {
      name: "collector-exporters",
      interval: "1m",
      rules: [
        ...moved(RECORDED.sent, "otelcol_exporter_sent", "exporter"),
        ...failed(RECORDED.lost, LOST, "exporter"),
        recording(
          RECORDED.queue,
          byService("max", "otelcol_exporter_queue_size / otelcol_exporter_queue_capacity", "exporter"),
        ),
      ],
    },
    {
      name: "collector-alerts",
      interval: "1m",
      rules: [
        alerting(runbooksUrl, {
          name: "TelemetryLost",
          // What is lost stays lost: said once, for a quarter of an hour, rather than for as long as it goes on.
          expr: ofActive(
            `sum by (tenant, service, signal, exporter) (max_over_time(${RECORDED.lost}[15m])) > 0`,
          ),
          for: "0s",
          labels: { severity: "warning" },
          summary: "{{ $labels.service }} loses {{ $labels.signal }}",
          description:
            "Its sidecar gave up {{ $value | humanize }} items a second on the way to {{ $labels.exporter }}.",
        }),
        alerting(runbooksUrl, {
          name: "TelemetryRefused",
          expr: ofActive(`sum by (tenant, service, signal, reason) (${RECORDED.refused}) > 0`),
          for: "10m",
          labels: { severity: "warning" },
          summary: "The sidecar of {{ $labels.service }} refuses {{ $labels.signal }}",
          description: "{{ $value | humanize }} items a second are turned away ({{ $labels.reason }}).",
        }),
        alerting(runbooksUrl, {
          name: "CollectorQueueFilling",
          expr: ofActive(waiting),
          for: "5m",
          labels: { severity: "warning" },
          summary: "Telemetry of {{ $labels.service }} piles up",
          description:
            "The queue to {{ $labels.exporter }} is {{ $value | humanizePercentage }} full; what does not fit is lost.",
        }),
      ],
    },
  ];
}
