/** Writes one line of JSON. */
export type Log = (level: "info" | "warn" | "error", fields: Readonly<Record<string, unknown>>) => void;

export type Unit = "Count" | "None" | "Percent";
/** Values and their units in CloudWatch. */
export type Metrics = Readonly<Record<string, readonly [value: number, unit: Unit]>>;

export function logger(write: (line: string) => void): Log {
  return (level, fields) => {
    write(JSON.stringify({ level, ...fields }));
  };
}

/**
 * The fields that make a line of the log a set of metrics (CloudWatch's embedded metric format), by task.
 * @param now milliseconds since 1970
 */
export function metricFields(
  namespace: string,
  task: string,
  metrics: Metrics,
  now: number,
): Record<string, unknown> {
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [["task"]],
          Metrics: Object.entries(metrics).map(([Name, [, Unit]]) => ({ Name, Unit })),
        },
      ],
    },
    task,
    ...Object.fromEntries(Object.entries(metrics).map(([name, [value]]) => [name, value])),
  };
}
