/** What Grafana's data source asks of X-Ray. X-Ray knows no resource for any of these. */
export const XRAY_READS = [
  "xray:BatchGetTraces",
  "xray:GetGroups",
  "xray:GetInsight",
  "xray:GetInsightSummaries",
  "xray:GetServiceGraph",
  "xray:GetTimeSeriesServiceStatistics",
  "xray:GetTraceGraph",
  "xray:GetTraceSummaries",
] as const;
