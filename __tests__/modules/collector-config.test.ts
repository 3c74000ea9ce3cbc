import { parse } from "yaml";
import { literal } from "../../lib/terraform-text";
import { collectorConfig, renderCollectorConfig, type CollectorInput } from "../../modules/collector/config";
import type { CollectorConfig } from "../../modules/collector/config-types";
import { COLLECTOR_ENV } from "../../modules/collector/environment";
import { ECS_TASK_METRICS } from "../../modules/collector/metrics";
import { ADVANCED_PARAMETER } from "../../lib/limits";
import { configurationParts, partNames } from "../../modules/collector/parameter";
import { DEFAULT_TRACES, EVERYTHING, input } from "../support/collector-inputs";

const VARIANTS: [string, CollectorInput][] = [
  ["defaults", input()],
  ["everything", EVERYTHING],
  ["traces", input({}, { traces: DEFAULT_TRACES })],
  ["nothing", input({ otlp: false, ecs: false })],
  ["statsd only", input({ otlp: false, ecs: false, statsd: true })],
  ["no debug", { ...EVERYTHING, debug: false }],
];

/** The components of ADOT v0.50 (pkg/defaultcomponents) that exist under these names. */
const ADOT = {
  extensions: ["health_check", "sigv4auth", "awsproxy"],
  receivers: ["otlp", "statsd", "awsecscontainermetrics", "prometheus", "zipkin"],
  processors: [
    "memory_limiter",
    "resource_detection",
    "resource",
    "attributes",
    "filter",
    "batch",
    "deltatorate",
    "probabilistic_sampler",
    "tail_sampling",
  ],
  exporters: ["prometheus_remote_write", "prometheus", "otlp_http", "debug", "awsxray", "awsemf"],
};

const type = (id: string): string => id.split("/")[0] ?? id;
const pipelineParts = (
  config: CollectorConfig,
  kind: "receivers" | "processors" | "exporters",
): Set<string> => new Set(Object.values(config.service.pipelines).flatMap((pipeline) => pipeline[kind]));

describe.each(VARIANTS)("collector configuration as a graph: %s", (_, given) => {
  const config = collectorConfig(given);

  test.each(["receivers", "processors", "exporters"] as const)(
    "every component of %s is used, every one used exists",
    (kind) => {
      expect(new Set(Object.keys(config[kind]))).toEqual(pipelineParts(config, kind));
    },
  );

  test("every extension is enabled", () => {
    expect(Object.keys(config.extensions)).toEqual([...config.service.extensions]);
  });

  test("only components that ADOT has", () => {
    for (const [kind, known] of Object.entries(ADOT)) {
      const used = Object.keys(config[kind as keyof typeof ADOT]).map(type);
      expect(used.filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  test("every pipeline is complete; the limiter comes first, the batch last", () => {
    for (const [name, pipeline] of Object.entries(config.service.pipelines)) {
      expect([name, pipeline.receivers.length > 0, pipeline.exporters.length > 0]).toEqual([
        name,
        true,
        true,
      ]);
      expect(pipeline.processors[0]).toBe("memory_limiter");
      // The totals must be there before the scrape; logs are batched by their exporter, in bytes.
      const batched = name !== "metrics/statsd-counters" && !name.startsWith("logs/");
      if (batched) expect(pipeline.processors.at(-1)).toBe(`batch/${name.split("/")[0] ?? ""}`);
      expect(new Set(pipeline.processors).size).toBe(pipeline.processors.length);
    }
  });

  test("everything that is written to the workspace says whose it is, after its resource is known", () => {
    for (const pipeline of Object.values(config.service.pipelines)) {
      const writes = pipeline.exporters.some((id) => type(id) === "prometheus_remote_write");
      if (!writes) continue;
      const owner = pipeline.processors.indexOf("resource/owner");
      expect(owner).toBeGreaterThan(pipeline.processors.indexOf("resource_detection"));
    }
  });

  test("listens inside the task only", () => {
    const endpoints = JSON.stringify([config.receivers, config.extensions, config.service.telemetry]).match(
      /"(endpoint|host)":"[^"]*"/g,
    );
    expect(endpoints?.filter((endpoint) => !endpoint.includes('"127.0.0.1'))).toEqual([]);
  });

  test("the text is YAML for the same configuration, and refers to the known variables only", () => {
    const text = renderCollectorConfig(given);
    expect(parse(text)).toEqual(JSON.parse(JSON.stringify(config)));
    const references = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
    const ingest = given.logs.loki || given.traces.destinations.includes("jaeger");
    const variables = COLLECTOR_ENV.filter((name) => ingest || !name.startsWith("INGEST_"));
    const objects = given.exports.otlp.flatMap(({ secretHeaders }) =>
      Object.values(secretHeaders).map((secret) =>
        secret.replace(/^(s3:..[^/]+)/, `$1.s3.${given.tenantRegion}.amazonaws.com`),
      ),
    );
    expect(new Set(references)).toEqual(new Set([...variables.map((name) => `env:${name}`), ...objects]));
    // Before a letter or another `$` the collector takes it for its own.
    expect(text.match(/\$[A-Za-z_$]/g)).toBeNull();
  });

  test("holds no CDKTF token and is the same every time", () => {
    const text = renderCollectorConfig(given);
    expect(text).not.toMatch(/TfToken|Token\[|#\{/);
    expect(renderCollectorConfig(given)).toBe(text);
  });
});

describe("pipelines follow the manifest", () => {
  const pipelines = (given: CollectorInput): string[] =>
    Object.keys(collectorConfig(given).service.pipelines);

  test("exact sets", () => {
    expect(pipelines(input())).toEqual(["metrics/otlp", "metrics/ecs", "metrics/self"]);
    expect(pipelines(input({ otlp: false, ecs: false }))).toEqual(["metrics/self"]);
    expect(pipelines(EVERYTHING)).toEqual([
      "metrics/otlp",
      "metrics/statsd",
      "metrics/statsd-counters",
      "metrics/statsd-totals",
      "metrics/scrape",
      "metrics/ecs",
      "metrics/self",
      "logs/otlp",
      "traces",
    ]);
  });

  test("a port is opened only for what is used", () => {
    expect(Object.keys(collectorConfig(input()).receivers)).toEqual([
      "otlp",
      "awsecscontainermetrics",
      "prometheus/self",
    ]);
  });

  test("ports and intervals come from the manifest", () => {
    const { receivers, processors } = collectorConfig({
      ...EVERYTHING,
      metrics: { ...EVERYTHING.metrics, ecsIntervalSeconds: 45, statsdIntervalSeconds: 15, batchSeconds: 7 },
    });
    expect(receivers["otlp"]).toEqual({
      protocols: { grpc: { endpoint: "127.0.0.1:4317" }, http: { endpoint: "127.0.0.1:1337" } },
    });
    expect(receivers["otlp/legacy"]).toEqual({ protocols: { http: { endpoint: "127.0.0.1:55681" } } });
    expect(receivers["awsecscontainermetrics"]).toEqual({ collection_interval: "45s" });
    expect(receivers["statsd"]).toMatchObject({
      endpoint: "127.0.0.1:8125",
      aggregation_interval: "15s",
      enable_ip_only_aggregation: true,
    });
    expect(receivers["prometheus/app"]).toEqual({
      config: {
        scrape_configs: [
          {
            job_name: "orders",
            scrape_interval: "30s",
            scrape_timeout: "10s",
            static_configs: [{ targets: ["127.0.0.1:8080"] }],
          },
        ],
      },
    });
    expect(processors["batch/metrics"]).toMatchObject({ timeout: "7s" });
  });

  test("a scrape times out within a short interval", () => {
    const { receivers } = collectorConfig(input({ scrape: { port: 1, path: "/", intervalSeconds: 5 } }));
    expect(receivers["prometheus/app"]).toMatchObject({
      config: { scrape_configs: [{ scrape_interval: "5s", scrape_timeout: "5s" }] },
    });
  });

  test("named counters become rates in both statsd pipelines", () => {
    const { service, processors } = collectorConfig(EVERYTHING);
    expect(processors["deltatorate"]).toEqual({ metrics: ["emails.sent"] });
    expect(service.pipelines["metrics/statsd"]?.processors).toContain("deltatorate");
    expect(service.pipelines["metrics/statsd-counters"]?.processors).toContain("deltatorate");
    expect(collectorConfig(input({ statsd: true })).processors).not.toHaveProperty("deltatorate");
  });

  test("debug is on every writing pipeline or on none", () => {
    const writing = Object.values(collectorConfig(EVERYTHING).service.pipelines).filter(
      ({ exporters }) => exporters[0] !== "prometheus/statsd",
    );
    expect(writing).toHaveLength(8);
    expect(writing.every(({ exporters }) => exporters.includes("debug"))).toBe(true);
    expect(collectorConfig({ ...EVERYTHING, debug: false }).exporters).not.toHaveProperty("debug");
  });
});

describe("what the workspace gets", () => {
  const config = collectorConfig(EVERYTHING);

  test("the writer role is assumed in the tenant's Region and signs for the central one", () => {
    expect(config.extensions["sigv4auth/aps"]).toEqual({
      region: "eu-west-1",
      service: "aps",
      assume_role: {
        arn: "${env:AMP_WRITER_ROLE_ARN}",
        sts_region: "us-east-1",
        external_id: "${env:AMP_EXTERNAL_ID}",
      },
    });
  });

  test("exactly the 8 task metrics pass the filter", () => {
    expect(ECS_TASK_METRICS).toHaveLength(8);
    const [condition] = (config.processors["filter/ecs"] as { metric_conditions: string[] })
      .metric_conditions;
    const kept = new RegExp(/"(.*)"/.exec(condition ?? "")?.[1] ?? "");
    const passes = (name: string): boolean => kept.test(name);
    expect(ECS_TASK_METRICS.every(passes)).toBe(true);
    const dropped = [
      "ecs.task.memory.usage",
      "ecs.task.cpu.utilized.max",
      "xecs.task.cpu.utilized",
      "ecs_task_cpu_utilized",
      "container.cpu.utilized",
      "container.memory.reserved",
      "ecs.task.network.io.usage.rx_bytes",
    ];
    expect(dropped.filter(passes)).toEqual([]);
  });

  test("a tenant label that a data point brings is moved away, the resource's is overwritten", () => {
    expect(config.processors["attributes/reserved"]).toEqual({
      actions: [
        { key: "exported_tenant", from_attribute: "tenant", action: "upsert" },
        { key: "tenant", action: "delete" },
      ],
    });
    expect(config.processors["resource/owner"]).toMatchObject({
      attributes: [
        { key: "tenant", value: "acme", action: "upsert" },
        { key: "aws.ecs.service.name", value: "orders", action: "upsert" },
        { action: "delete" },
      ],
    });
    for (const pipeline of ["metrics/otlp", "metrics/statsd", "metrics/statsd-totals", "metrics/scrape"]) {
      expect(config.service.pipelines[pipeline]?.processors).toContain("attributes/reserved");
    }
  });

  test("the task's id stays a label, the noise does not", () => {
    const owner = config.processors["resource/owner"] as { attributes: { pattern?: string }[] };
    const pattern = new RegExp(owner.attributes[2]?.pattern ?? "");
    const kept = [
      "aws.ecs.task.id",
      "aws.ecs.task.family",
      "aws.ecs.cluster.name",
      "aws.ecs.service.name",
      "deployment.environment.name",
      "service.version",
      "tenant",
    ];
    const dropped = [
      "aws.ecs.task.arn",
      "aws.ecs.task.revision",
      "aws.ecs.launchtype",
      "aws.ecs.cluster.arn",
      "aws.log.group.names",
      "cloud.account.id",
      "container.id",
      "host.name",
      "process.pid",
      "server.port",
      "telemetry.sdk.language",
    ];
    expect(kept.filter((name) => pattern.test(name))).toEqual([]);
    expect(dropped.filter((name) => !pattern.test(name))).toEqual([]);
  });

  test("remote write within AMP's limits, with an outage bridged", () => {
    for (const id of ["prometheus_remote_write/app", "prometheus_remote_write/ecs"]) {
      expect(config.exporters[id]).toMatchObject({
        auth: { authenticator: "sigv4auth/aps" },
        max_batch_size_bytes: 1_000_000,
        max_batch_request_parallelism: 1,
        remote_write_queue: { queue_size: 2000 },
        resource_to_telemetry_conversion: { enabled: true },
        retry_on_failure: { max_elapsed_time: "600s" },
        // It bounds the retries as well: shorter than max_elapsed_time it would cut them off.
        timeout: "600s",
      });
      // Skipped when a data point has a label of the same name, so they cannot carry the tenant.
      expect(config.exporters[id]).not.toHaveProperty("external_labels");
    }
    expect(config.exporters["prometheus_remote_write/ecs"]).toMatchObject({
      translation_strategy: "UnderscoreEscapingWithoutSuffixes",
    });
  });

  test("the limiter is below the container's memory", () => {
    expect(config.processors["memory_limiter"]).toEqual({
      check_interval: "1s",
      limit_mib: 204,
      spike_limit_mib: 51,
    });
  });

  test("is published in parts that fit a parameter each and are the whole together", () => {
    const parts = configurationParts(EVERYTHING);
    expect(parts.join("")).toBe(literal(renderCollectorConfig(EVERYTHING)));
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThan(ADVANCED_PARAMETER);
    expect(partNames("/a/collector-config", 2)).toEqual(["/a/collector-config", "/a/collector-config/2"]);
    // One is enough for whoever lives off the defaults.
    const usual = input({}, { logs: { loki: true }, traces: DEFAULT_TRACES });
    expect(configurationParts(usual)).toHaveLength(1);
  });
});
