/** What an account can show to a monitoring account. */
export interface SharedTelemetry {
  readonly logs: boolean;
  readonly metrics: boolean;
  readonly traces: boolean;
}

export const RESOURCE_TYPES = {
  logs: "AWS::Logs::LogGroup",
  metrics: "AWS::CloudWatch::Metric",
  traces: "AWS::XRay::Trace",
} as const satisfies Record<keyof SharedTelemetry, string>;

/** The resource types of what is shared, sorted. */
export const resourceTypes = (shared: SharedTelemetry): string[] =>
  (["logs", "metrics", "traces"] as const)
    .filter((kind) => shared[kind])
    .map((kind) => RESOURCE_TYPES[kind])
    .sort();
