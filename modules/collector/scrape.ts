export interface ScrapeTarget {
  readonly job: string;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly path: string;
  readonly intervalSeconds: number;
  /** Regular expression for the whole name of the metrics to keep. @default all */
  readonly keep?: string;
}

/** Prometheus receiver for one page inside the task. */
export function scrapeReceiver(target: ScrapeTarget): object {
  const relabel = {
    metric_relabel_configs: [{ source_labels: ["__name__"], regex: target.keep, action: "keep" }],
  };
  return {
    config: {
      scrape_configs: [
        {
          job_name: target.job,
          scrape_interval: `${target.intervalSeconds}s`,
          // Prometheus refuses a timeout longer than the interval; 10 s is its default.
          scrape_timeout: `${Math.min(target.intervalSeconds, 10)}s`,
          // What is Prometheus' default is left out: the text has to fit an SSM parameter.
          ...(target.path === "/metrics" ? {} : { metrics_path: target.path }),
          static_configs: [{ targets: [`127.0.0.1:${target.port}`] }],
          ...(target.keep === undefined ? {} : relabel),
        },
      ],
    },
  };
}
