import { yamlText } from "../collector/yaml";
import { BULK_BYTES, LARGE_FILTER, MAX_REQUEST_BYTES } from "./limits";
import {
  JAEGER_CENTRAL_HEALTH_PORT,
  JAEGER_COLLECTOR_PORT,
  JAEGER_HEALTH_PORT,
  JAEGER_OTLP_PORT,
  JAEGER_QUERY_PORT,
} from "./ports";

/** Variables that a rendered configuration names: what only a deployment knows. All of them must be set. */
export const JAEGER_ENV = ["JAEGER_STORAGE_URL", "JAEGER_WRITER_ROLE_ARN", "JAEGER_EXTERNAL_ID"] as const;
export type JaegerEnv = (typeof JAEGER_ENV)[number];

const env = (name: JaegerEnv): string => `\${env:${name}}`;

/** Where the process reads its configuration: Jaeger is a collector, and takes one from a variable. */
export const JAEGER_CONFIG_VARIABLE = "JAEGER_CONFIG";
export const JAEGER_COMMAND = [`--config=env:${JAEGER_CONFIG_VARIABLE}`] as const;

/** The path below which people and Grafana find the query service. */
export const JAEGER_BASE_PATH = "/jaeger";

/** Plain values. */
export interface JaegerInput {
  /** Region of the storage API. */
  readonly region: string;
  /** Days that may be asked for: those that are kept. */
  readonly retentionDays: number;
  /** Hard limit of the container. */
  readonly memoryMiB: number;
}

export interface JaegerSidecarInput extends JaegerInput {
  readonly tenant: string;
  /** Region of the task: its STS endpoint answers the AssumeRole. */
  readonly tenantRegion: string;
}

/** The parts of a Jaeger v2 configuration that this program writes (valid for 2.13 but for the signer, and for 2.20). */
export interface JaegerConfig {
  readonly extensions: Readonly<Record<string, object>>;
  readonly receivers: Readonly<Record<string, object>>;
  readonly processors?: Readonly<Record<string, object>>;
  readonly exporters: Readonly<Record<string, object>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly telemetry: object;
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
}

const STORE = "traces";

function storage(input: JaegerInput, indexPrefix?: string): object {
  return {
    backends: {
      [STORE]: {
        opensearch: {
          // With the path that IAM decides on: whose store it is.
          server_urls: [env("JAEGER_STORAGE_URL")],
          auth: { authenticator: "sigv4auth" },
          max_span_age: `${input.retentionDays * 24}h`,
          bulk_processing: { max_bytes: BULK_BYTES, flush_interval: "1s", workers: 2 },
          // Index rotation is left at its defaults: the names of its keys changed between releases, the indices did not.
          ...(indexPrefix === undefined ? {} : { indices: { index_prefix: indexPrefix } }),
        },
      },
    },
  };
}

const signer = (input: JaegerInput, assumeRole?: object): object => ({
  region: input.region,
  service: "execute-api",
  ...(assumeRole === undefined ? {} : { assume_role: assumeRole }),
});

/** Only the container's own health check asks. */
const health = (port: number): object => ({ use_v2: true, http: { endpoint: `127.0.0.1:${port}` } });

const telemetry = {
  logs: { level: "info", encoding: "json" },
  // A port that nobody scrapes, and in a tenant's task the sidecar collector's.
  metrics: { level: "none" },
};

const limiter = ({ memoryMiB }: JaegerInput): object => ({
  check_interval: "1s",
  limit_mib: Math.floor(memoryMiB * 0.8),
  spike_limit_mib: Math.floor(memoryMiB * 0.2),
});

const BATCH = { timeout: "1s", send_batch_size: 2000, send_batch_max_size: 4000 };
const EXPORTER = "jaeger_storage_exporter";

const RECEIVER = { max_request_body_size: MAX_REQUEST_BYTES };

/** The text of a list of keys that has `tenant.id` more than once. In JSON, where a quote inside a key has a backslash. */
const TWICE = String.raw`\"tenant[.]id\".*\"tenant[.]id\"`;

/**
 * What lies about its tenant. By the list of keys: a client may send a key more than once, and without a value, and
 * `attributes["tenant.id"]` is the first entry's value only. None of these can fail, whatever the values are (NaN).
 */
const FORGED_FILTER = {
  error_mode: "propagate",
  traces: {
    resource: [`IsMatch(String(Keys(attributes)), "${TWICE}")`],
    span: [
      'ContainsValue(Keys(resource.attributes), "tenant.id") and resource.attributes["tenant.id"] != attributes["tenant.id"]',
    ],
    spanevent: ['ContainsValue(Keys(attributes), "tenant.id")'],
  },
};

/**
 * The shared collector. Whose a span is, the gateway says by a header; the attribute that tells it to people is written
 * over whatever the client sent. A client that says something else in a place that cannot be written over (a resource, an
 * event) lies on purpose: Jaeger's search finds those places too, so the span, or the event, is dropped.
 */
export const jaegerCollectorConfig = (input: JaegerInput): JaegerConfig => ({
  extensions: {
    healthcheckv2: health(JAEGER_CENTRAL_HEALTH_PORT),
    sigv4auth: signer(input),
    jaeger_storage: storage(input),
  },
  receivers: {
    otlp: {
      protocols: {
        http: { endpoint: `0.0.0.0:${JAEGER_COLLECTOR_PORT}`, include_metadata: true, ...RECEIVER },
      },
    },
  },
  processors: {
    memory_limiter: limiter(input),
    "filter/large": LARGE_FILTER,
    "attributes/tenant": {
      actions: [
        // A client may send a key more than once, and the next action would write over the first only.
        { pattern: "^tenant\\.id$", action: "delete" },
        { key: "tenant.id", from_context: "metadata.x-scope-orgid", action: "upsert" },
      ],
    },
    "filter/forged": FORGED_FILTER,
    // After the tenant is known: a batch has spans of many requests, and the headers of none.
    batch: BATCH,
  },
  exporters: { [EXPORTER]: { trace_storage: STORE } },
  service: {
    extensions: ["healthcheckv2", "sigv4auth", "jaeger_storage"],
    telemetry,
    pipelines: {
      traces: {
        receivers: ["otlp"],
        processors: ["memory_limiter", "filter/large", "attributes/tenant", "filter/forged", "batch"],
        exporters: [EXPORTER],
      },
    },
  },
});

/** A query service; of a tenant's own indices with `indexPrefix`, else of the shared ones. It takes no spans. */
export const jaegerQueryConfig = (input: JaegerInput & { readonly indexPrefix?: string }): JaegerConfig => ({
  extensions: {
    healthcheckv2: health(JAEGER_CENTRAL_HEALTH_PORT),
    sigv4auth: signer(input),
    jaeger_storage: storage(input, input.indexPrefix),
    jaeger_query: {
      base_path: JAEGER_BASE_PATH,
      storage: { traces: STORE },
      http: { endpoint: `0.0.0.0:${JAEGER_QUERY_PORT}` },
      // Nobody uses it; it cannot be turned off.
      grpc: { endpoint: "127.0.0.1:16685" },
    },
  },
  // A collector without a pipeline does not start.
  receivers: { nop: {} },
  exporters: { nop: {} },
  service: {
    extensions: ["healthcheckv2", "sigv4auth", "jaeger_storage", "jaeger_query"],
    telemetry,
    pipelines: { traces: { receivers: ["nop"], exporters: ["nop"] } },
  },
});

/** The Jaeger in a tenant's task: from the collector beside it to the tenant's own indices. */
export const jaegerSidecarConfig = (input: JaegerSidecarInput): JaegerConfig => ({
  extensions: {
    healthcheckv2: health(JAEGER_HEALTH_PORT),
    sigv4auth: signer(input, {
      arn: env("JAEGER_WRITER_ROLE_ARN"),
      sts_region: input.tenantRegion,
      external_id: env("JAEGER_EXTERNAL_ID"),
    }),
    jaeger_storage: storage(input, input.tenant),
  },
  receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${JAEGER_OTLP_PORT}`, ...RECEIVER } } } },
  processors: {
    memory_limiter: limiter(input),
    "filter/large": LARGE_FILTER,
    "attributes/tenant": { actions: [{ key: "tenant.id", value: input.tenant, action: "upsert" }] },
    batch: BATCH,
  },
  exporters: { [EXPORTER]: { trace_storage: STORE } },
  service: {
    extensions: ["healthcheckv2", "sigv4auth", "jaeger_storage"],
    telemetry,
    pipelines: {
      traces: {
        receivers: ["otlp"],
        processors: ["memory_limiter", "filter/large", "attributes/tenant", "batch"],
        exporters: [EXPORTER],
      },
    },
  },
});

/** The YAML text that Jaeger reads: a line per component. */
export const renderJaegerConfig = (config: JaegerConfig): string =>
  yamlText(config, (path) => path.length === 1);
