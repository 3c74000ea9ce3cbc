import type { ServiceMetrics } from "../../fleet/types";
import type { CollectorInput } from "../../modules/collector/config";

const DEFAULT_METRICS: ServiceMetrics = {
  otlp: true,
  statsd: false,
  statsdRates: [],
  ecs: true,
  ecsIntervalSeconds: 20,
  statsdIntervalSeconds: 60,
  batchSeconds: 60,
};

/** A service that lives off the defaults, but for what is given. */
export function input(
  metrics: Partial<ServiceMetrics> = {},
  rest: Partial<CollectorInput> = {},
): CollectorInput {
  return {
    tenant: "acme",
    service: "orders",
    centralRegion: "eu-west-1",
    tenantRegion: "us-east-1",
    otlp: { grpcPort: 4317, httpPort: 4318, legacyHttp: false },
    metrics: { ...DEFAULT_METRICS, ...metrics },
    logs: { loki: false },
    memoryMiB: 256,
    debug: true,
    ...rest,
  };
}

/** Every signal on. */
export const EVERYTHING = input(
  {
    statsd: true,
    statsdRates: ["emails.sent"],
    scrape: { port: 8080, path: "/metrics", intervalSeconds: 30 },
  },
  { otlp: { grpcPort: 4317, httpPort: 1337, legacyHttp: true }, logs: { loki: true } },
);
