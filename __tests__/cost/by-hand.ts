import { type Assumptions, DEFAULT_ASSUMPTIONS } from "../../cost/assumptions";
import type { EstimateInput } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import type { Fleet, Tenant } from "../../fleet/types";
import { central, managed, tenant } from "../support/fleets";

/**
 * One service, two tasks, 100 series each at 60 s, 10 lines/s of 250 bytes, one request/s of 4 spans, to Jaeger and Loki;
 * 720 hours. No stacks: only what is used.
 */
export const assumptions: Assumptions = {
  ...DEFAULT_ASSUMPTIONS,
  ...{
    hoursPerMonth: 720,
    otlpSeriesPerTask: 100,
    sidecarSeriesPerTask: 0,
    logLinesPerSecond: 10,
    bytesPerLine: 250,
  },
  ...{ requestsPerSecond: 1, spansPerTrace: 4, storedBytesPerSpan: 500, bulkBytes: 100_000 },
};
export const shop = managed("shop", {
  count: 2,
  metrics: { ...managed("x").metrics, ecs: false },
  logs: { destinations: ["loki"] },
  traces: {
    destinations: ["xray", "jaeger"],
    jaeger: "central",
    zipkin: false,
    sampling: { ratio: 0.5, keepErrors: false, xrayRemote: false },
  },
  sidecar: { ...managed("x").sidecar, debug: false },
});
const ACCOUNT = "222222222222";
export const fleetOf = (changes: Partial<Tenant>): Fleet => ({
  central: central(),
  tenants: [tenant({ name: "acme", accountId: ACCOUNT, services: [shop], ...changes })],
  warnings: [],
});
export const one = (changes: Partial<EstimateInput> = {}): EstimateInput => ({
  fleet: fleetOf({}),
  stacks: { shared: [], tenants: new Map() },
  assumptions,
  prices: PRICES,
  ...changes,
});
