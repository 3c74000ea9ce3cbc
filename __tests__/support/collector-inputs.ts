import type { ServiceTraces } from "../../fleet/trace-types";
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

export const DEFAULT_TRACES: ServiceTraces = {
  destinations: ["xray", "jaeger"],
  jaeger: "central",
  zipkin: true,
  sampling: { ratio: 1, keepErrors: true, xrayRemote: false },
};

/** A service that lives off the defaults, but for what is given. */
export function input(
  metrics: Partial<ServiceMetrics> = {},
  rest: Partial<CollectorInput> = {},
): CollectorInput {
  return {
    generation: 1,
    tenant: "acme",
    service: "orders",
    centralRegion: "eu-west-1",
    tenantRegion: "us-east-1",
    otlp: { grpcPort: 4317, httpPort: 4318, legacyHttp: false },
    metrics: { ...DEFAULT_METRICS, ...metrics },
    logs: { loki: false },
    traces: { ...DEFAULT_TRACES, destinations: [] },
    exports: { otlp: [] },
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
  {
    otlp: { grpcPort: 4317, httpPort: 1337, legacyHttp: true },
    logs: { loki: true },
    traces: {
      ...DEFAULT_TRACES,
      sampling: { ratio: 0.25, keepErrors: true, keepSlowerThanMs: 1000, xrayRemote: false },
      xrayLogGroup: "/tenantscope/acme/orders",
    },
    exports: {
      emf: { namespace: "acme/orders", logGroup: "/tenantscope/acme/orders/emf" },
      otlp: [
        {
          name: "partner",
          endpoint: "https://otlp.partner.example",
          signals: ["metrics", "logs", "traces"],
          headers: { "x-team": "orders" },
          secretHeaders: { "api-key": "s3://acme-secrets/partner/key" },
        },
      ],
    },
  },
);
