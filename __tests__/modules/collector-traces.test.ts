import type { ServiceTraces } from "../../fleet/trace-types";
import { collectorConfig } from "../../modules/collector/config";
import { QUEUE_SHARES } from "../../modules/collector/queues";
import { tenantXray } from "../../modules/xray/xray";
import { DEFAULT_TRACES, EVERYTHING, input } from "../support/collector-inputs";
import { managed, tenant } from "../support/fleet-parts";
import { alone } from "../support/module-stack";

const configOf = (traces: Partial<ServiceTraces>, rest: Parameters<typeof input>[1] = {}) =>
  collectorConfig(input({}, { traces: { ...DEFAULT_TRACES, ...traces }, ...rest }));
const sampled = (sampling: Partial<ServiceTraces["sampling"]>) =>
  configOf({ sampling: { ...DEFAULT_TRACES.sampling, ...sampling } });

describe("the way of a trace", () => {
  const config = configOf({});

  test("in by OTLP and Zipkin, out to X-Ray and to the tenant's own path of the ingest API", () => {
    expect(config.receivers["zipkin"]).toEqual({ endpoint: "127.0.0.1:9411" });
    expect(config.service.pipelines["traces"]).toEqual({
      receivers: ["otlp", "zipkin"],
      processors: [
        "memory_limiter",
        "resource_detection",
        "resource/cluster",
        "resource/identity",
        "resource/owner",
        "resource/traces",
        "attributes/traces",
        "batch/traces",
      ],
      exporters: ["awsxray", "otlp_http/jaeger", "debug"],
    });
    expect(config.exporters["awsxray"]).toEqual({ region: "us-east-1", indexed_attributes: ["tenant"] });
    expect(config.exporters["otlp_http/jaeger"]).toMatchObject({
      traces_endpoint: "${env:INGEST_URL}/t/acme/v1/traces",
      headers: { "x-apigw-api-id": "${env:INGEST_API_ID}" },
      auth: { authenticator: "sigv4auth/ingest" },
      compression: "gzip",
      timeout: "25s",
      sending_queue: { enabled: true, sizer: "bytes", queue_size: 16_777_216 },
    });
    // The gateway says whose it is; what the sidecar said would be dropped.
    expect(JSON.stringify(config)).not.toMatch(/x-scope-orgid/i);
  });

  test.each([
    ["the central Jaeger", config],
    ["a Jaeger in the task", configOf({ jaeger: "sidecar" })],
    ["X-Ray alone", configOf({ destinations: ["xray"] })],
  ])("an application's own tenant.id has another name on its way to %s", (_name, { processors, service }) => {
    const renamed = [
      { key: "app.tenant.id", from_attribute: "tenant.id", action: "insert" },
      { pattern: "^tenant[.]id$", action: "delete" },
    ];
    expect(processors["resource/traces"]).toEqual({ attributes: renamed });
    expect(processors["attributes/traces"]).toEqual({
      actions: [...renamed, { key: "tenant", value: "acme", action: "upsert" }],
    });
    // Nothing writes it after that.
    const order = service.pipelines["traces"]?.processors ?? [];
    expect(order.slice(order.indexOf("resource/traces"))).toEqual([
      "resource/traces",
      "attributes/traces",
      "batch/traces",
    ]);
    expect(JSON.stringify(processors).match(/tenant[^a-z"]*id/g)).toHaveLength(6);
  });

  test("X-Ray finds the lines of a trace where the service writes them", () => {
    const { exporters } = configOf(
      {},
      { traces: { ...DEFAULT_TRACES, xrayLogGroup: "/tenantscope/acme/orders" } },
    );
    expect(exporters["awsxray"]).toMatchObject({ aws_log_groups: ["/tenantscope/acme/orders"] });
  });

  test("a Jaeger in the task takes them without a signature, and the ingest API is not named", () => {
    const { exporters, extensions, service } = configOf({ jaeger: "sidecar" });
    expect(exporters["otlp_http/jaeger_sidecar"]).toMatchObject({
      traces_endpoint: "http://127.0.0.1:14318/v1/traces",
      compression: "none",
    });
    expect(service.pipelines["traces"]?.exporters).toEqual(["awsxray", "otlp_http/jaeger_sidecar", "debug"]);
    expect(Object.keys(extensions)).toEqual(["health_check", "sigv4auth/aps"]);
  });

  test.each([
    [["xray"], ["awsxray"]],
    [["jaeger"], ["otlp_http/jaeger"]],
  ] as const)("only to %s", (destinations, exporters) => {
    const only = configOf({ destinations, zipkin: false }, { debug: false });
    expect(only.service.pipelines["traces"]).toMatchObject({ receivers: ["otlp"], exporters });
    expect(Object.keys(only.exporters).filter((id) => /xray|jaeger/.test(id))).toEqual(exporters);
    expect(only.receivers).not.toHaveProperty("zipkin");
  });

  test("a service without traces has nothing of them, and listens to no Zipkin", () => {
    const none = configOf({ destinations: [] });
    expect(Object.keys(none.service.pipelines).filter((name) => name.startsWith("traces"))).toEqual([]);
    expect(JSON.stringify(none)).not.toMatch(/xray|jaeger|zipkin|sampl(er|ing")/i);
  });

  test("X-Ray's sampling rules are fetched for SDKs only when asked for", () => {
    expect(configOf({}).extensions).not.toHaveProperty("awsproxy");
    expect(sampled({ xrayRemote: true }).extensions["awsproxy"]).toEqual({
      endpoint: "127.0.0.1:2000",
      region: "us-east-1",
    });
  });
});

describe("sampling", () => {
  const samplers = (config: ReturnType<typeof collectorConfig>) =>
    Object.entries(config.processors).filter(([id]) => id.includes("sampl"));
  const second = (config: ReturnType<typeof collectorConfig>) =>
    config.service.pipelines["traces"]?.processors[1];

  test("all traces need no sampler", () => {
    expect(samplers(sampled({ ratio: 1, keepSlowerThanMs: 5 }))).toEqual([]);
  });

  test("a share alone is decided by the trace's id, and soon", () => {
    const config = sampled({ ratio: 0.125, keepErrors: false });
    expect(samplers(config)).toEqual([
      [
        "tail_sampling",
        {
          decision_wait: "1s",
          num_traces: 2560,
          policies: [{ name: "share", type: "probabilistic", probabilistic: { sampling_percentage: 12.5 } }],
        },
      ],
    ]);
    expect(second(config)).toBe("tail_sampling");
  });

  test("the share is the same policy whatever is kept beside it", () => {
    const share = (sampling: Parameters<typeof sampled>[0]) =>
      (samplers(sampled({ ratio: 0.3, ...sampling }))[0]?.[1] as { policies: object[] }).policies.at(-1);
    const alone = share({ keepErrors: false });
    expect(alone).toMatchObject({ name: "share", type: "probabilistic" });
    expect(share({ keepErrors: true })).toEqual(alone);
    expect(share({ keepErrors: true, keepSlowerThanMs: 5 })).toEqual(alone);
  });

  test("errors and slow traces are kept beside the share", () => {
    const config = sampled({ ratio: 0.1, keepErrors: true, keepSlowerThanMs: 750 });
    expect(samplers(config)).toEqual([
      [
        "tail_sampling",
        {
          decision_wait: "10s",
          num_traces: 2560,
          policies: [
            { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
            { name: "slow", type: "latency", latency: { threshold_ms: 750 } },
            { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: 10 } },
          ],
        },
      ],
    ]);
    expect(second(config)).toBe("tail_sampling");
  });

  test("nothing but what is asked for", () => {
    const names = (config: ReturnType<typeof collectorConfig>) =>
      (config.processors["tail_sampling"] as { policies: { name: string }[] }).policies.map(
        ({ name }) => name,
      );
    expect(names(sampled({ ratio: 0, keepErrors: true }))).toEqual(["errors", "share"]);
    expect(names(sampled({ ratio: 0, keepErrors: false, keepSlowerThanMs: 1 }))).toEqual(["slow", "share"]);
  });
});

test.each([[{}], [{ keepErrors: false }], [{ keepSlowerThanMs: 500 }]])(
  "with X-Ray's own sampling a trace is sampled once, by X-Ray's rule: %j",
  (keep) => {
    const sampling = { ...DEFAULT_TRACES.sampling, ratio: 0.25, xrayRemote: true, ...keep };
    const traces = { ...DEFAULT_TRACES, sampling };
    const { stack } = alone((scope) => {
      const services = [managed("orders", { traces })];
      tenantXray(scope, tenant({ name: "acme", accountId: "222222222222", services }));
    });
    const rules = Object.values(stack.resource("aws_xray_sampling_rule"));
    expect(rules).toEqual([expect.objectContaining({ service_name: "orders", fixed_rate: 0.25 })]);
    const { processors, service } = configOf(traces);
    expect(Object.keys(processors).filter((id) => id.includes("sampl"))).toEqual([]);
    expect(service.pipelines["traces"]?.processors[1]).toBe("resource_detection");
  },
);

test("traces that were dropped before they were decided on are counted where alerts see them", () => {
  const { receivers } = collectorConfig(input());
  const [kept = ""] = /otelcol_[^"]*/.exec(JSON.stringify(receivers["prometheus/self"])) ?? [];
  const passes = (name: string) => new RegExp(`^(?:${kept})$`).test(name);
  expect(passes("otelcol_processor_tail_sampling_sampling_trace_dropped_too_early")).toBe(true);
  expect(passes("otelcol_processor_tail_sampling_sampling_trace_removal_age_bucket")).toBe(false);
});

describe("further places", () => {
  const config = collectorConfig(EVERYTHING);
  const exportersOf = (pipeline: string) => config.service.pipelines[pipeline]?.exporters;

  test("the application's metrics become CloudWatch metrics in the task's Region", () => {
    expect(config.exporters["awsemf"]).toEqual({
      region: "us-east-1",
      namespace: "acme/orders",
      log_group_name: "/tenantscope/acme/orders/emf",
      log_stream_name: "{TaskId}",
      dimension_rollup_option: "NoDimensionRollup",
      resource_to_telemetry_conversion: { enabled: false },
    });
    const pipelines = Object.entries(config.service.pipelines);
    expect(
      pipelines.flatMap(([name, { exporters }]) => (exporters.includes("awsemf") ? [name] : [])),
    ).toEqual(["metrics/otlp", "metrics/statsd", "metrics/statsd-totals", "metrics/scrape"]);
  });

  test("an endpoint gets the signals asked for, beside and not in the place of ours", () => {
    for (const [pipeline, ours] of [
      ["metrics/otlp", "prometheus_remote_write/app"],
      ["logs/otlp", "otlp_http/loki"],
      ["traces", "otlp_http/jaeger"],
    ] as const) {
      expect(exportersOf(pipeline)).toEqual(expect.arrayContaining([ours, "otlp_http/partner_export"]));
    }
    const { otlp } = EVERYTHING.exports;
    const tracesOnly = collectorConfig({
      ...EVERYTHING,
      exports: { otlp: otlp.map((each) => ({ ...each, signals: ["traces"] })) },
    });
    const receiving = Object.entries(tracesOnly.service.pipelines).filter(([, { exporters }]) =>
      exporters.includes("otlp_http/partner_export"),
    );
    expect(receiving.map(([name]) => name)).toEqual(["traces"]);
  });

  test("a secret header is fetched by the collector, and its value stands nowhere", () => {
    expect(config.exporters["otlp_http/partner_export"]).toMatchObject({
      endpoint: "https://otlp.partner.example",
      headers: {
        "x-team": "orders",
        "api-key": "${s3://acme-secrets.s3.us-east-1.amazonaws.com/partner/key}",
      },
    });
  });

  test("traces for somebody else alone", () => {
    const [partner] = EVERYTHING.exports.otlp;
    if (partner === undefined) throw new Error("no endpoint");
    const others = configOf({ destinations: [] }, { exports: { otlp: [partner] }, debug: false });
    expect(others.service.pipelines["traces"]).toMatchObject({
      receivers: ["otlp"],
      exporters: ["otlp_http/partner_export"],
    });
  });
});

test("all queues together leave three quarters of the memory to everything else", () => {
  const sum = Object.values(QUEUE_SHARES).reduce((total, share) => total + share, 0);
  expect(sum).toBeLessThanOrEqual(0.25);
  const sizes = Object.values(collectorConfig(EVERYTHING).exporters).flatMap((exporter) => {
    const { sending_queue: queue } = exporter as { sending_queue?: { queue_size: number } };
    return queue === undefined ? [] : [queue.queue_size];
  });
  expect(sizes).toEqual([33_554_432, 16_777_216, 8_388_608]);
  expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThanOrEqual(
    EVERYTHING.memoryMiB * 1024 * 1024 * sum,
  );
});
