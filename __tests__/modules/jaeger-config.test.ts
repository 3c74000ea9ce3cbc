import { parse } from "yaml";
import * as collectorPorts from "../../modules/collector/ports";
import {
  JAEGER_BASE_PATH,
  JAEGER_COMMAND,
  JAEGER_CONFIG_VARIABLE,
  JAEGER_ENV,
  jaegerCollectorConfig,
  jaegerQueryConfig,
  jaegerSidecarConfig,
  renderJaegerConfig,
  type JaegerConfig,
  type JaegerInput,
} from "../../modules/jaeger/config";
import * as jaegerPorts from "../../modules/jaeger/ports";
import { asObject, asText, list, objects, texts, walk, type Json, type JsonObject } from "../support/json";

const INPUT: JaegerInput = { region: "eu-west-1", retentionDays: 7, memoryMiB: 1024 };
const CONFIGS = {
  collector: jaegerCollectorConfig(INPUT),
  query: jaegerQueryConfig(INPUT),
  "tenant's query": jaegerQueryConfig({ ...INPUT, indexPrefix: "acme" }),
  sidecar: jaegerSidecarConfig({ ...INPUT, memoryMiB: 256, tenant: "acme", tenantRegion: "us-east-1" }),
} satisfies Record<string, JaegerConfig>;
type Kind = keyof typeof CONFIGS;
const KINDS = Object.keys(CONFIGS) as Kind[];

/** As Jaeger reads it. */
const read = (kind: Kind): JsonObject => asObject(parse(renderJaegerConfig(CONFIGS[kind])) as Json);
const at = (value: JsonObject, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((found, key) => asObject(found)[key], value);
const keys = (value: Json | undefined): string[] => Object.keys(asObject(value ?? {}));
const pipeline = (kind: Kind): JsonObject => asObject(at(read(kind), "service", "pipelines", "traces"));
/** Values of a key, wherever it stands, by the path to it. */
const valuesOf = (kind: Kind, key: string): Record<string, Json> =>
  Object.fromEntries(
    [...walk(read(kind))].flatMap(({ path, value }) =>
      path.at(-1) === key ? [[path.slice(0, -1).join("."), value]] : [],
    ),
  );

test("the process takes its configuration from a variable", () => {
  expect(JAEGER_COMMAND).toEqual(["--config=env:JAEGER_CONFIG"]);
  expect(JAEGER_CONFIG_VARIABLE).toBe("JAEGER_CONFIG");
});

describe.each(KINDS)("%s", (kind) => {
  test("the text is the configuration: one line a component, the same every time, nothing of CDKTF in it", () => {
    const text = renderJaegerConfig(CONFIGS[kind]);
    expect(parse(text)).toEqual(CONFIGS[kind]);
    expect(renderJaegerConfig(structuredClone(CONFIGS[kind]))).toBe(text);
    expect(text).not.toMatch(/TfToken|%\{|\$\{(?!env:)/);
    const components = Object.values(CONFIGS[kind]).flatMap((section) => Object.keys(section as object));
    const headings = Object.keys(CONFIGS[kind]).map((section) => `${section}:`);
    expect(text.trimEnd().split("\n")).toHaveLength(components.length + headings.length);
  });

  test("everything defined is used, and everything used is defined", () => {
    const config = read(kind);
    const { extensions, pipelines } = asObject(config.service);
    expect(texts(extensions)).toEqual(keys(config.extensions));
    expect(keys(pipelines)).toEqual(["traces"]);
    for (const section of ["receivers", "processors", "exporters"]) {
      expect([section, texts(pipeline(kind)[section]).sort()]).toEqual([
        section,
        keys(config[section]).sort(),
      ]);
    }
    const stores = keys(at(config, "extensions", "jaeger_storage", "backends"));
    expect(stores).toEqual(["traces"]);
    const asked = [
      ...Object.values(valuesOf(kind, "trace_storage")),
      ...("jaeger_query" in asObject(config.extensions)
        ? [at(config, "extensions", "jaeger_query", "storage", "traces")]
        : []),
    ];
    expect(asked).toEqual(stores);
    const authenticators = Object.values(valuesOf(kind, "authenticator"));
    expect(authenticators).toEqual(["sigv4auth"]);
    expect(keys(config.extensions)).toEqual(expect.arrayContaining(authenticators));
  });

  test("names exactly the variables that it is given", () => {
    const named = [...renderJaegerConfig(CONFIGS[kind]).matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(kind === "sidecar" ? [...JAEGER_ENV].sort() : ["JAEGER_STORAGE_URL"]);
  });

  test("its store: signed, small requests, days that are kept, rotation left alone, indices of its owner", () => {
    const prefix = { collector: undefined, query: undefined, "tenant's query": "acme", sidecar: "acme" }[
      kind
    ];
    expect(at(read(kind), "extensions", "jaeger_storage")).toEqual({
      backends: {
        traces: {
          opensearch: {
            server_urls: ["${env:JAEGER_STORAGE_URL}"],
            auth: { authenticator: "sigv4auth" },
            max_span_age: "168h",
            bulk_processing: { max_bytes: 1_000_000, flush_interval: "1s", workers: 2 },
            ...(prefix === undefined ? {} : { indices: { index_prefix: prefix } }),
          },
        },
      },
    });
    expect(renderJaegerConfig(CONFIGS[kind])).not.toMatch(
      /rotation|date_layout|rollover|use_aliases|use_ilm|password|token|insecure/i,
    );
  });

  test("signs for API Gateway in the API's Region; only a tenant's task takes another role", () => {
    expect(at(read(kind), "extensions", "sigv4auth")).toEqual({
      region: "eu-west-1",
      service: "execute-api",
      ...(kind === "sidecar"
        ? {
            assume_role: {
              arn: "${env:JAEGER_WRITER_ROLE_ARN}",
              sts_region: "us-east-1",
              external_id: "${env:JAEGER_EXTERNAL_ID}",
            },
          }
        : {}),
    });
    expect(Object.keys(valuesOf(kind, "assume_role"))).toEqual(
      kind === "sidecar" ? ["extensions.sigv4auth"] : [],
    );
  });

  test("measures nothing of itself, which would take port 8888, and logs as JSON", () => {
    expect(at(read(kind), "service", "telemetry")).toEqual({
      logs: { level: "info", encoding: "json" },
      metrics: { level: "none" },
    });
    expect(renderJaegerConfig(CONFIGS[kind])).not.toMatch(/8888|prometheus/);
  });
});

test("who listens where: only the collector's receiver and the query's page are open", () => {
  const receiver = "receivers.otlp.protocols.http";
  const health = "extensions.healthcheckv2.http";
  const query = {
    [health]: "127.0.0.1:13133",
    "extensions.jaeger_query.http": "0.0.0.0:16686",
    "extensions.jaeger_query.grpc": "127.0.0.1:16685",
  };
  expect(Object.fromEntries(KINDS.map((kind) => [kind, valuesOf(kind, "endpoint")]))).toEqual({
    collector: { [health]: "127.0.0.1:13133", [receiver]: "0.0.0.0:4318" },
    query,
    "tenant's query": query,
    sidecar: { [health]: "127.0.0.1:13134", [receiver]: "127.0.0.1:14318" },
  });
});

test("the receivers: OTLP over HTTP and no other; a query service takes no spans", () => {
  for (const kind of ["collector", "sidecar"] as const) {
    expect(keys(read(kind).receivers)).toEqual(["otlp"]);
    expect(keys(at(read(kind), "receivers", "otlp", "protocols"))).toEqual(["http"]);
  }
  for (const kind of ["query", "tenant's query"] as const) {
    expect(read(kind).receivers).toEqual({ nop: {} });
    expect(read(kind).exporters).toEqual({ nop: {} });
    expect(read(kind)).not.toHaveProperty("processors");
    expect(pipeline(kind)).toEqual({ receivers: ["nop"], exporters: ["nop"] });
  }
});

test("the sidecar's ports are none of the collector's beside it", () => {
  const taken = [...Object.values(collectorPorts), 4317, 4318];
  const own = Object.values(valuesOf("sidecar", "endpoint")).map((endpoint) =>
    Number(asText(endpoint).split(":")[1]),
  );
  expect(own.sort()).toEqual([jaegerPorts.JAEGER_HEALTH_PORT, jaegerPorts.JAEGER_OTLP_PORT]);
  expect(own.filter((port) => taken.includes(port))).toEqual([]);
});

test("people find the query service below its path", () => {
  expect(at(read("query"), "extensions", "jaeger_query", "base_path")).toBe(JAEGER_BASE_PATH);
  expect(JAEGER_BASE_PATH).toBe("/jaeger");
  for (const kind of ["collector", "sidecar"] as const) {
    expect(keys(read(kind).extensions)).toEqual(["healthcheckv2", "sigv4auth", "jaeger_storage"]);
  }
});

describe("whose a span is", () => {
  const action = (kind: Kind): JsonObject[] =>
    objects(at(read(kind), "processors", "attributes/tenant", "actions"));

  test("in the shared store the gateway's header says, and it overwrites what the client sent", () => {
    expect(action("collector")).toEqual([
      { pattern: "^tenant\\.id$", action: "delete" },
      { key: "tenant.id", from_context: "metadata.x-scope-orgid", action: "upsert" },
    ]);
    // Without it the processor sees no header.
    expect(valuesOf("collector", "include_metadata")).toEqual({ "receivers.otlp.protocols.http": true });
  });

  test("in a tenant's task the configuration says, whatever headers come", () => {
    expect(action("sidecar")).toEqual([{ key: "tenant.id", value: "acme", action: "upsert" }]);
    expect(renderJaegerConfig(CONFIGS.sidecar)).not.toMatch(/from_context|include_metadata|orgid/);
  });

  test("it is written before spans of several requests come together", () => {
    expect(pipeline("collector").processors).toEqual([
      "memory_limiter",
      "filter/large",
      "attributes/tenant",
      "filter/forged",
      "batch",
    ]);
    expect(pipeline("sidecar").processors).toEqual([
      "memory_limiter",
      "filter/large",
      "attributes/tenant",
      "batch",
    ]);
  });

  test("a resource or an event that says something else is dropped, a resource that tells the truth is not", () => {
    const filter = at(read("collector"), "processors", "filter/forged");
    // By the keys: a value of the first of two entries, which may be empty, says nothing about the second.
    expect(filter).toEqual({
      error_mode: "propagate",
      traces: {
        resource: [String.raw`IsMatch(String(Keys(attributes)), "\"tenant[.]id\".*\"tenant[.]id\"")`],
        span: [
          'ContainsValue(Keys(resource.attributes), "tenant.id") and resource.attributes["tenant.id"] != attributes["tenant.id"]',
        ],
        spanevent: ['ContainsValue(Keys(attributes), "tenant.id")'],
      },
    });
    // What is refused and sent again for ten minutes would be any tenant's choice: nothing that reads values can fail.
    expect(renderJaegerConfig(CONFIGS.collector)).not.toMatch(/ParseJSON|String\((?!Keys)/);
    // The comparison is with what was written over the client's.
    const order = texts(pipeline("collector").processors);
    expect(order.indexOf("filter/forged")).toBeGreaterThan(order.indexOf("attributes/tenant"));
  });
});

describe("sizes", () => {
  test.each([
    ["collector", 819, 204],
    ["sidecar", 204, 51],
  ] as const)("%s: refuses spans before its memory is full", (kind, limit, spike) => {
    expect(at(read(kind), "processors", "memory_limiter")).toEqual({
      check_interval: "1s",
      limit_mib: limit,
      spike_limit_mib: spike,
    });
    expect(list(pipeline(kind).processors)[0]).toBe("memory_limiter");
  });

  test.each(["collector", "sidecar"] as const)("%s: batches of at most 4000 spans, each second", (kind) => {
    expect(at(read(kind), "processors", "batch")).toEqual({
      timeout: "1s",
      send_batch_size: 2000,
      send_batch_max_size: 4000,
    });
  });

  test("the days that may be asked for follow the retention", () => {
    const text = renderJaegerConfig(jaegerQueryConfig({ ...INPUT, retentionDays: 30 }));
    expect(text).toContain("max_span_age: 720h");
  });
});
