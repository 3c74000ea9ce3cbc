import { gzipSync } from "node:zlib";
import { TODAY, type Sent } from "./opensearch";

const range = { range: { startTimeMillis: { gte: 1795180000000, lte: 1795190000000 } } };
const endOfSpan = "doc['startTime'].value + doc['duration'].value";

/** A tag as Jaeger looks for it: elevated, or among the nested ones. */
const tag = (key: string, value: string) => ({
  bool: {
    should: [
      { bool: { must: { regexp: { [`tag.${key}`]: { value } } } } },
      { bool: { must: { regexp: { [`process.tag.${key}`]: { value } } } } },
      ...["tags", "process.tags", "logs.fields"].map((path) => ({
        nested: {
          path,
          query: {
            bool: {
              must: [
                { match: { [`${path}.key`]: { query: key } } },
                { regexp: { [`${path}.value`]: { value } } },
              ],
            },
          },
        },
      })),
    ],
  },
});

/** The searches of Jaeger 2.13 to 2.21, by what they are for. */
export const SEARCHES: Readonly<Record<string, object>> = {
  services: {
    aggregations: { distinct_services: { terms: { field: "serviceName", size: 10000 } } },
    size: 0,
  },
  operations: {
    aggregations: { distinct_operations: { terms: { field: "operationName", size: 10000 } } },
    query: { term: { serviceName: "demo" } },
    size: 0,
  },
  "trace ids": {
    aggregations: {
      traceIDs: {
        aggregations: { startTime: { max: { field: "startTime" } } },
        terms: { field: "traceID", order: [{ startTime: "desc" }], size: 20 },
      },
    },
    query: {
      bool: {
        must: [
          { range: { duration: { gte: 1000, lte: 86400000000 } } },
          range,
          { match: { "process.serviceName": { query: "demo" } } },
          { match: { operationName: { query: "GET /items" } } },
          tag("http@status_code", "404"),
        ],
        must_not: tag("error", "true"),
      },
    },
    size: 0,
  },
  "trace summaries": {
    aggregations: {
      trace_summaries: {
        aggregations: {
          min_start: { min: { field: "startTime" } },
          max_start: { max: { field: "startTime" } },
          max_end: { max: { script: { source: endOfSpan } } },
          error_count: { filter: tag("error", "true") },
          services: {
            aggregations: { service_errors: { filter: tag("error", "true") } },
            terms: { field: "process.serviceName", size: 1000 },
          },
          root_span: {
            aggregations: {
              root_hit: {
                top_hits: {
                  _source: { includes: ["process.serviceName", "operationName"] },
                  size: 1,
                  sort: [{ startTime: { order: "asc" } }],
                },
              },
            },
            filter: { bool: { must_not: { exists: { field: "parentSpanID" } } } },
          },
        },
        terms: { field: "traceID", order: [{ max_start: "desc" }], size: 2 },
      },
    },
    query: { bool: { must: [{ terms: { traceID: ["0af7", "1bc8"] } }, range] } },
    size: 0,
  },
  dependencies: {
    query: {
      range: { timestamp: { gte: "2026-11-20T00:00:00.123456789Z", lte: "2026-11-21T00:00:00+02:00" } },
    },
    size: 10000,
  },
  "the Monitor page": {
    aggregations: {
      results_buckets: {
        aggregations: {
          date_histogram: {
            aggregations: { percentiles_of_bucket: { percentiles: { field: "duration", percents: [95] } } },
            date_histogram: {
              field: "startTimeMillis",
              fixed_interval: "60000ms",
              min_doc_count: 0,
              extended_bounds: { min: 1795180000000, max: 1795190000000 },
            },
          },
        },
        terms: { field: "operationName", size: 10 },
      },
    },
    query: {
      bool: {
        filter: [
          { terms: { "process.serviceName": ["demo"] } },
          { term: { "tag.error": true } },
          { range: { startTimeMillis: { gte: 1, lte: 2, format: "epoch_millis" } } },
        ],
      },
    },
    size: 0,
  },
  "a structured filter": {
    query: {
      bool: {
        must: [
          { regexp: { operationName: { value: ".*(a|b).*", flags: "NONE" } } },
          { exists: { field: "duration" } },
        ],
      },
    },
    size: 0,
  },
};

/** The spans of one trace: a search of `_msearch`. */
export const TRACE = {
  query: { bool: { must: { term: { traceID: "0af7651916cd43dd8448eb211c80319c" } } } },
  search_after: [1795180000000000],
  size: 10000,
  sort: [{ startTime: { order: "asc" } }],
  track_total_hits: true,
};

export const ndjson = (...values: readonly unknown[]) =>
  `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;

export const SEARCH_QUERY = [
  ["ignore_unavailable", "true"],
  ["rest_total_hits_as_int", "true"],
] as const;

/** The template of an index kind, as short as it can be with everything in it. */
export const template = (pattern: string | readonly string[]) => ({
  index_patterns: pattern,
  settings: {
    "index.number_of_shards": 1,
    "index.number_of_replicas": 1,
    "index.mapping.nested_fields.limit": 50,
    "index.requests.cache.enable": true,
  },
  mappings: {
    dynamic_templates: [
      { span_tags_map: { mapping: { type: "keyword", ignore_above: 256 }, path_match: "process.tag.*" } },
    ],
    properties: {
      startTimeMillis: { type: "date", format: "epoch_millis" },
      logs: { type: "nested", dynamic: false, properties: { timestamp: { type: "long" } } },
    },
  },
});

/** Everything that Jaeger asks for an owner. `prefix` is that of its indices. */
export function jaegerAsks(owner: string, prefix: string): Readonly<Record<string, Sent>> {
  const json = { "content-type": "application/json" };
  const gzip = { ...json, "content-encoding": "gzip" };
  const spans = `${prefix}jaeger-span-${TODAY}`;
  const days = [spans, `${prefix}jaeger-span-2026-11-19`];
  const services = `${prefix}jaeger-service-${TODAY}`;
  const headers = { "content-type": "application/x-ndjson" };
  const find = ndjson(
    { ignore_unavailable: true, index: days },
    TRACE,
    { ignore_unavailable: true, index: spans },
    TRACE,
    // As 2.13 spells several.
    { ignore_unavailable: true, indices: days },
    TRACE,
  );
  return {
    version: { owner, method: "GET", path: "" },
    "health check": { owner, method: "HEAD", path: "" },
    template: {
      owner,
      method: "PUT",
      path: `_template/${prefix}jaeger-span`,
      headers: gzip,
      body: gzipSync(JSON.stringify(template(`*${prefix}jaeger-span-*`))),
    },
    bulk: {
      owner,
      method: "POST",
      path: "_bulk",
      headers,
      body: ndjson(
        { index: { _index: spans } },
        { traceID: "a" },
        { index: { _index: services, _id: "f00" } },
        { serviceName: "demo" },
      ),
    },
    "search, raw commas": {
      owner,
      method: "POST",
      path: `${days.join(",")}/_search`,
      query: SEARCH_QUERY,
      headers: json,
      body: SEARCHES["trace ids"] ?? {},
    },
    "search, encoded commas, gzip": {
      owner,
      method: "POST",
      path: `${days.join("%2C")}/_search`,
      query: SEARCH_QUERY,
      headers: gzip,
      body: gzipSync(JSON.stringify(SEARCHES["services"])),
    },
    "several searches by GET": { owner, method: "GET", path: "_msearch", headers, body: find },
    "several searches by POST": { owner, method: "POST", path: "_msearch", headers, body: find },
    "existence of an index": { owner, method: "HEAD", path: `${prefix}jaeger-sampling-${TODAY}` },
  };
}
