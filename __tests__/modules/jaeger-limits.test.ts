import { collectorConfig } from "../../modules/collector/config";
import { jaegerCollectorConfig, jaegerSidecarConfig } from "../../modules/jaeger/config";
import { BULK_BYTES, LARGE_FILTER, MAX_REQUEST_BYTES, MOST } from "../../modules/jaeger/limits";
import { DEFAULT_TRACES, input } from "../support/collector-inputs";

/** Body of a request with which the storage API's function is called at all: Lambda takes 6 MB of JSON, the body in base64. */
const MAX_STORAGE_BODY = 4_400_000;

const INPUT = { region: "eu-west-1", retentionDays: 7, memoryMiB: 1024 };
const CONFIGS = {
  collector: jaegerCollectorConfig(INPUT),
  sidecar: jaegerSidecarConfig({ ...INPUT, tenant: "acme", tenantRegion: "us-east-1" }),
};

describe("a request to the storage", () => {
  // What stands around the contents in a document, with the comma.
  const tag = '{"key":"","type":"float64","value":""},'.length;
  const log = `{"timestamp":${Number.MAX_SAFE_INTEGER},"fields":[]},`.length;
  const link = '{"refType":"FOLLOWS_FROM","traceID":"","spanID":""},'.length;
  // A control character in a list becomes JSON twice: "\\u0001".
  const growth = JSON.stringify(JSON.stringify("\u0001").slice(1, -1)).length - 2;
  const around =
    2 * MOST.attributes * tag + MOST.links * link + MOST.events * (log + (MOST.eventAttributes + 1) * tag);
  const largest = growth * MAX_REQUEST_BYTES + around + 2000;

  test("is below what its function can be called with, even when the last document is the largest that can be", () => {
    expect(growth).toBe(7);
    expect(BULK_BYTES + largest).toBeLessThan(MAX_STORAGE_BODY);
    // Without the number of fields bounded it would not be.
    expect((MAX_REQUEST_BYTES / 2) * tag).toBeGreaterThan(MAX_STORAGE_BODY);
  });
});

test.each(["collector", "sidecar"] as const)("%s: bounds requests, and then what a span has", (kind) => {
  const { receivers, processors, service } = CONFIGS[kind];
  expect(receivers["otlp"]).toMatchObject({
    protocols: { http: { max_request_body_size: MAX_REQUEST_BYTES } },
  });
  expect(processors?.["filter/large"]).toBe(LARGE_FILTER);
  expect(LARGE_FILTER).toEqual({
    error_mode: "propagate",
    traces: {
      resource: ["Len(attributes) > 256"],
      span: ["Len(attributes) > 256 or Len(events) > 256 or Len(links) > 256"],
      spanevent: ["Len(attributes) > 64"],
    },
  });
  expect(service.pipelines["traces"]?.["processors"]?.slice(0, 2)).toEqual([
    "memory_limiter",
    "filter/large",
  ]);
});

test("what OpenTelemetry's SDKs allow a span is no reason to drop it, and what the sidecars add neither", () => {
  const ofSdk = 128;
  const added = ["tenant", "tenant.id", "app.tenant.id"].length;
  expect(Math.min(MOST.attributes, MOST.events, MOST.links)).toBeGreaterThan(ofSdk + added);
});

test.each([
  ["otlp_http/jaeger", {}],
  ["otlp_http/jaeger_sidecar", { jaeger: "sidecar" }],
] as const)("%s: no batch of a tenant's collector is refused for its size", (exporter, traces) => {
  const { exporters } = collectorConfig(input({}, { traces: { ...DEFAULT_TRACES, ...traces } }));
  const { sending_queue: queue } = exporters[exporter] as {
    sending_queue: { batch: { sizer: string; min_size: number; max_size: number } };
  };
  // In bytes as they are sent, before compression: what the receiver's limit counts.
  expect(queue.batch.sizer).toBe("bytes");
  expect(queue.batch.max_size).toBeLessThan(MAX_REQUEST_BYTES);
  expect(queue.batch.min_size).toBeGreaterThan(0);
  expect(queue.batch.min_size).toBeLessThanOrEqual(queue.batch.max_size);
});
