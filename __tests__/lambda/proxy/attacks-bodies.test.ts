import fc from "fast-check";
import { ndjson, SEARCHES, template, TRACE } from "./jaeger-asks";
import { ACME, refusals } from "./refusals";

const refusal = refusals();

describe("bulk requests that are not Jaeger's", () => {
  const good = { _index: ACME };
  const attempts: [string, string | Buffer][] = [
    ["an empty one", ""],
    ["an action without its document", ndjson({ index: good })],
    ["an action after the last document", ndjson({ index: good }, {}, { index: good })],
    ["a delete, which has no document", ndjson({ delete: { ...good, _id: "1" } }, { index: good }, {}, {})],
    ["an update", ndjson({ update: { ...good, _id: "1" } }, { doc: {} })],
    ["two actions in one", ndjson({ index: good, create: good }, {})],
    ["an action without an index", ndjson({ index: {} }, {})],
    ["an action that is no object", ndjson([], {})],
    ["no action", ndjson({}, {})],
    ...[
      "routing",
      "pipeline",
      "require_alias",
      "version",
      "op_type",
      "_type",
      "if_seq_no",
      "dynamic_templates",
      "__proto__",
    ].map(
      (key) => [`the key ${key}`, `{"index":{"_index":"${ACME}","${key}":"x"}}\n{}\n`] as [string, string],
    ),
    ["an index that is a list", ndjson({ index: { _index: [ACME] } }, {})],
    ["an empty line", `\n${ndjson({ index: good }, {})}`],
    ["a carriage return as the separator", ndjson({ index: good }, {}).replaceAll("\n", "\r")],
    ["a document that is no object", ndjson({ index: good }, [])],
    [
      "bytes that are no UTF-8 in an action",
      Buffer.concat([Buffer.from([0xff]), Buffer.from(ndjson({ index: good }, {}))]),
    ],
    ["a byte order mark", Buffer.from(`\ufeff${ndjson({ index: good }, {})}`)],
    ["UTF-16", Buffer.from(ndjson({ index: good }, {}), "utf16le")],
    ["a long action", ndjson({ index: { ...good, _id: "x".repeat(4000) } }, {})],
  ];
  test.each(attempts)("%s", async (_what, body) => {
    await refusal({ owner: "acme", method: "POST", path: "_bulk", body });
  });
});

describe("searches that are not Jaeger's", () => {
  const attempts: Readonly<Record<string, object>> = {
    "terms of another index": { query: { terms: { traceID: { index: "globex", id: "1", path: "x" } } } },
    "terms of an index in a list": { query: { terms: { traceID: [{ index: "globex" }] } } },
    "a script query": { query: { script: { script: "true" } } },
    "another script in an aggregation": { aggs: { a: { max: { script: { source: "1" } } } } },
    "the script with parameters": {
      aggs: {
        a: { max: { script: { source: "doc['startTime'].value + doc['duration'].value", params: {} } } },
      },
    },
    "a scripted metric": { aggs: { a: { scripted_metric: {} } } },
    "fields by script": { script_fields: { a: { script: "1" } } },
    "a point in time": { pit: { id: "x" } },
    "runtime fields": { runtime_mappings: {} },
    "more like this": { query: { more_like_this: { like: [{ _index: "globex", _id: "1" }] } } },
    percolate: { query: { percolate: { field: "q", index: "globex", id: "1" } } },
    "a shape of another index": {
      query: { geo_shape: { f: { indexed_shape: { index: "globex", id: "1" } } } },
    },
    wrapper: { query: { wrapper: { query: "e30=" } } },
    "a query string": { query: { query_string: { query: "_index:globex" } } },
    "the field _index": { query: { term: { _index: "globex" } } },
    "an index boost": { indices_boost: [{ globex: 2 }] },
    "a parent join": { query: { has_child: { type: "x", query: {} } } },
    "inner hits": { query: { nested: { path: "tags", query: { exists: { field: "a" } }, inner_hits: {} } } },
    "two clauses in one": { query: { term: { a: "b" }, exists: { field: "a" } } },
    "two fields in one": { query: { term: { a: "b", c: "d" } } },
    "global aggregation": { aggs: { a: { global: {} } } },
    "an aggregation of two kinds": { aggs: { a: { min: { field: "a" }, max: { field: "a" } } } },
    "an aggregation of no kind": { aggs: { a: { aggs: {} } } },
    "a suggester": { suggest: { text: "x" } },
    "stored fields": { stored_fields: ["*"] },
    rescore: { rescore: {} },
    collapse: { collapse: { field: "a" } },
    "too many": { size: 10_001 },
    "a size as a text": { size: "1" },
    "a regular expression with flags": { query: { regexp: { a: { value: "x", flags: "ALL" } } } },
    "an extension": { ext: {} },
    "a prototype": JSON.parse('{"__proto__":{"a":1}}') as object,
    "a constructor": { constructor: {} },
  };
  test.each(Object.keys(attempts))("%s", async (what) => {
    const body = attempts[what] ?? {};
    await refusal({ owner: "acme", method: "POST", path: `${ACME}/_search`, body });
    await refusal({ owner: "acme", path: "_msearch", body: ndjson({ index: ACME }, body) });
  });

  /** Every object in a value, with how to put a changed one in its place. */
  function places(
    value: unknown,
    put: (changed: unknown) => unknown = (changed) => changed,
  ): ((key: string, inner: unknown) => unknown)[] {
    if (typeof value !== "object" || value === null) return [];
    const own = Array.isArray(value)
      ? []
      : [(key: string, inner: unknown) => put({ ...value, [key]: inner })];
    const copy = (key: string, changed: unknown): unknown =>
      Array.isArray(value)
        ? value.map((old: unknown, index) => (String(index) === key ? changed : old))
        : { ...value, [key]: changed };
    return [
      ...own,
      ...Object.entries(value).flatMap(([key, inner]) => places(inner, (changed) => put(copy(key, changed)))),
    ];
  }

  test("a key more, anywhere in any search of Jaeger's", async () => {
    const keys = [
      "index",
      "_index",
      "script",
      "indexed_shape",
      "like",
      "id",
      "path",
      "pit",
      "runtime_mappings",
      "inner_hits",
      "include",
      "missing",
    ];
    const all = Object.entries(SEARCHES).flatMap(([what, search]) =>
      places(search).map((put, number) => ({ what, number, put })),
    );
    expect(all.length).toBeGreaterThan(150);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), fc.constantFrom(...keys), async ({ put }, key) => {
        const changed = put(key, { index: "globex", id: "1", path: "x" });
        const text = JSON.stringify(changed);
        // Where Jaeger names its aggregations one may be called anything; it must still be one.
        await refusal({ owner: "acme", method: "POST", path: `${ACME}/_search`, body: text });
      }),
      { numRuns: 600 },
    );
  });

  test("headers of searches: no index, unknown keys, pairs", async () => {
    const bodies = [
      ndjson({}, TRACE),
      ndjson({ index: [] }, TRACE),
      ndjson({ index: null }, TRACE),
      ndjson({ index: { a: ACME } }, TRACE),
      ndjson({ index: [[ACME]] }, TRACE),
      ndjson({ index: ACME, routing: "x" }, TRACE),
      ndjson({ index: ACME, indices: ACME }, TRACE),
      ndjson({ indices: [ACME, "x"] }, TRACE),
      ndjson({ indices: [] }, TRACE),
      ndjson({ _index: ACME }, TRACE),
      ndjson({ index: ACME, search_type: "x" }, TRACE),
      ndjson({ index: ACME }),
      ndjson({ index: ACME }, TRACE, { index: ACME }),
      `\n${ndjson(TRACE)}`,
      "",
    ];
    for (const body of bodies) await refusal({ owner: "acme", path: "_msearch", body });
  });

  test("nested without end, or not JSON", async () => {
    const deep = `{"query":${'{"bool":{"must":'.repeat(20_000)}{}${"}}".repeat(20_000)}}`;
    expect(await refusal({ owner: "acme", method: "POST", path: `${ACME}/_search`, body: deep })).toBe(403);
    for (const body of ["", "{", "[]", "null", "1", "{'a':1}", "{}{}", "{}\n{}"]) {
      await refusal({ owner: "acme", method: "POST", path: `${ACME}/_search`, body });
    }
  });
});

test.each([
  ["an alias", { aliases: { "globex-jaeger-span-read": {} } }],
  ["an order over others", { order: 1000 }],
  ["composed of others", { composed_of: ["x"] }],
  ["a pipeline", { settings: { "index.default_pipeline": "x" } }],
  ["too many shards", { settings: { "index.number_of_shards": 100 } }],
  ["settings in another spelling", { settings: { index: { number_of_shards: 100 } } }],
  ["a field by script", { mappings: { properties: { a: { type: "keyword", script: "1" } } } }],
  ["an alias of a field", { mappings: { properties: { a: { type: "alias", path: "b" } } } }],
  ["runtime fields", { mappings: { runtime: {} } }],
  ["metadata", { mappings: { _meta: {} } }],
  ["no pattern", { index_patterns: undefined }],
  ["patterns under another name", { template: "*" }],
])("a template with %s", async (_what, change) => {
  const body = { ...template("acme-jaeger-span-*"), ...change };
  expect(await refusal({ owner: "acme", method: "PUT", path: "_template/acme-jaeger-span", body })).toBe(403);
});
