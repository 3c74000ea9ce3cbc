/** What Grafana asks of a workspace's metrics. No rules and no alerts: they are looked at in the workspace's own API. */
export const METRIC_READS = [
  "aps:GetLabels",
  "aps:GetMetricMetadata",
  "aps:GetSeries",
  "aps:QueryMetrics",
] as const;
