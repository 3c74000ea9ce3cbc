import { gzipSync } from "node:zlib";
import { installTools } from "../tools/tools";
import { callApi } from "../standins/api-gateway-client";
import { renderedStorage } from "./storage-rendered";
import { type JaegerApi } from "./jaeger-server";
import { runCollector, runQuery } from "./storage-jaegers";
import { settles } from "./process";
import { bulkOf, spanBatch, today } from "./storage-spans";
import { StorageWorld } from "./storage-world";
import { jaegers } from "./traces-fleet-under-test";

const tools = installTools();
const rendered = renderedStorage();
const NDJSON = ["Content-Type", "application/x-ndjson"] as const;
const GZIP = ["Content-Encoding", "gzip"] as const;
/** What the rendered configuration lets a bulk grow to. */
const MAX_BULK_BYTES = 3_000_000;
/** Jaeger's batch, its bulk and OpenSearch's refresh, on a slow machine. */
const ARRIVAL_SECONDS = 120;

let world: StorageWorld;

/** Calls that reached OpenSearch's front since the call of that number, but for the health checks of the Jaegers that run. */
const reached = (since: number) =>
  world.front.calls.slice(since).filter(({ method, path }) => !(method === "HEAD" && path === "/"));

beforeAll(async () => {
  world = await new StorageWorld(tools, rendered).start();
});
afterAll(async () => {
  await (world as StorageWorld | undefined)?.stop();
});

/** A call that is signed with a role, below the stage. */
const call = (
  roleArn: string,
  path: string,
  { method = "POST", body = "", headers = [] as readonly (readonly [string, string])[] } = {},
) =>
  callApi({
    port: Number(new URL(world.api.url).port),
    region: rendered.region,
    apiId: rendered.apiId,
    credentials: world.identities.issue(roleArn, 60).credentials,
    target: `/${rendered.stage}${path}`,
    method,
    body,
    headers,
  });

const { roleArn: collector } = jaegers.collector;

describe("the largest bulk", () => {
  const index = `jaeger-span-${today()}`;

  test.each([
    ["plain", [NDJSON], (body: Buffer) => body],
    ["gzip", [NDJSON, GZIP], (body: Buffer) => gzipSync(body)],
  ])("that Jaeger's configuration allows passes, %s", async (_name, headers, encode) => {
    const { body, documents } = bulkOf(MAX_BULK_BYTES, index);
    const before = await world.openSearch.count(index);
    const answer = await call(collector, "/s/central/_bulk", { body: encode(body) as never, headers });
    expect(answer.status).toBe(200);
    const { errors, items } = answer.json as { errors: boolean; items: unknown[] };
    expect([errors, items.length]).toEqual([false, documents]);
    expect(await world.openSearch.count(index)).toBe(before + documents);
  });

  test.each([
    ["than Lambda's event holds", 5_000_000, [NDJSON], (body: Buffer) => body],
    ["than the API takes", 11_000_000, [NDJSON], (body: Buffer) => body],
    ["than the proxy unpacks", 11_000_000, [NDJSON, GZIP], (body: Buffer) => gzipSync(body)],
  ])("is answered 413 when it is longer %s", async (_name, bytes, headers, encode) => {
    const before = await world.openSearch.count(index);
    const { body } = bulkOf(bytes, index);
    const answer = await call(collector, "/s/central/_bulk", { body: encode(body) as never, headers });
    expect(answer.status).toBe(413);
    // In OpenSearch's shape, whoever answered.
    expect(answer.json).toMatchObject({ status: 413, error: { type: expect.any(String) as string } });
    expect(await world.openSearch.count(index)).toBe(before);
  });

  test("is split towards OpenSearch where the API's limit is larger than OpenSearch's", async () => {
    const since = world.front.calls.length;
    const { body, documents } = bulkOf(9_500_000, index);
    const answer = await call(collector, "/s/central/_bulk", {
      body: gzipSync(body) as never,
      headers: [NDJSON, GZIP],
    });
    expect(answer.status).toBe(200);
    expect((answer.json as { items: unknown[] }).items.length).toBe(documents);
    const parts = world.front.calls.slice(since).filter(({ path }) => path === "/_bulk");
    expect(parts.length).toBe(4);
    expect(parts.every(({ bytes, status }) => bytes <= MAX_BULK_BYTES && status === 200)).toBe(true);
  });
});

describe("two tenants with a Jaeger of their own", () => {
  const [initech, globex] = ["initech", "globex"].map((tenant) => jaegers.sidecar(tenant).roleArn) as [
    string,
    string,
  ];

  test("write their own indices and see nothing else", async () => {
    const traces = new Map<string, string>();
    for (const tenant of ["initech", "globex"]) {
      const sidecar = await runCollector(world, tools, `jaeger-${tenant}`, jaegers.sidecar(tenant));
      const batch = spanBatch(3, { service: `${tenant}-api` });
      expect((await sidecar.send(batch.request, tenant)).status).toBe(200);
      traces.set(tenant, batch.traceId);
    }
    const queries = new Map<string, JaegerApi>();
    for (const tenant of traces.keys()) {
      const query = await runQuery(world, tools, `jaeger-query-${tenant}`, jaegers.tenantQuery(tenant));
      queries.set(tenant, query);
      await query.untilTrace(traces.get(tenant) ?? "", 3, ARRIVAL_SECONDS);
      await settles(`the service of ${tenant}`, ARRIVAL_SECONDS, async () => {
        expect(await query.services()).toEqual([`${tenant}-api`]);
        expect(await query.operations(`${tenant}-api`)).toEqual(["work"]);
      });
    }
    // Only now is everything of both there to be seen.
    for (const [tenant, query] of queries) {
      const other = tenant === "initech" ? "globex" : "initech";
      expect(await query.services()).toEqual([`${tenant}-api`]);
      expect(await query.find(`${other}-api`)).toEqual([]);
      expect(await query.trace(traces.get(other) ?? "")).toBeUndefined();
    }
    const own = (tenant: string) => ["service", "span"].map((kind) => `${tenant}-jaeger-${kind}-${today()}`);
    const prefixed = (await world.openSearch.indices()).filter((name) => !name.startsWith("jaeger-"));
    expect(prefixed).toEqual([...own("initech"), ...own("globex")].sort());
  });

  test("reach no other's path, however it is spelled", async () => {
    const since = world.front.calls.length;
    const spellings = [
      "/s/globex",
      "/s/globex/",
      "/s/globex/_bulk",
      "/s/central/_bulk",
      "/s/initech%2F..%2Fglobex/_bulk",
      "/s/initech/../globex/_bulk",
      "/s/initech/..%2Fglobex/_bulk",
      "/s/initech/%2e%2e/globex/_bulk",
      "/s//globex/_bulk",
      "/s/Globex/_bulk",
      "/s/globex%00/_bulk",
    ];
    const { body } = bulkOf(2000, `globex-jaeger-span-${today()}`);
    for (const path of spellings) {
      for (const method of path.endsWith("_bulk") ? ["POST"] : ["GET", "HEAD"]) {
        const { status } = await call(initech, path, {
          method,
          body: path.endsWith("_bulk") ? (body as never) : "",
        });
        expect([method, path, [400, 403].includes(status)]).toEqual([method, path, true]);
      }
    }
    expect(reached(since)).toEqual([]);
  });

  test("reach no other's index, whatever they put into path or body", async () => {
    const since = world.front.calls.length;
    const day = today();
    const theirs = `globex-jaeger-span-${day}`;
    const own = `initech-jaeger-span-${day}`;
    const search = JSON.stringify({ query: { bool: { must: { term: { traceID: "1" } } } }, size: 1 });
    const lines = (...values: object[]): string =>
      values.map((value) => `${JSON.stringify(value)}\n`).join("");
    const attempts: readonly (readonly [string, string, string])[] = [
      ["POST", `/${theirs}/_search`, search],
      ["POST", `/${own},${theirs}/_search`, search],
      ["POST", `/${own}%2C${theirs}/_search`, search],
      ["POST", "/*/_search", search],
      ["POST", "/_all/_search", search],
      ["POST", "/_search", search],
      ["POST", `/*-jaeger-span-${day}/_search`, search],
      ["POST", `/${own},-x/_search`, search],
      ["POST", `/%3Cglobex-jaeger-span-%7Bnow%2Fd%7D%3E/_search`, search],
      ["POST", `/jaeger-span-${day}/_search`, search],
      ["POST", "/_msearch", lines({ index: theirs }, JSON.parse(search) as object)],
      ["POST", "/_msearch", lines({ index: [own, theirs] }, JSON.parse(search) as object)],
      ["POST", "/_msearch", lines({ indices: [theirs] }, JSON.parse(search) as object)],
      ["POST", "/_msearch", `{"index":"${own}","index":"${theirs}"}\n${search}\n`],
      ["GET", "/_msearch", lines({}, JSON.parse(search) as object)],
      ["POST", "/_bulk", lines({ index: { _index: theirs } }, { traceID: "1" })],
      [
        "POST",
        "/_bulk",
        lines({ index: { _index: own } }, { traceID: "1" }, { index: { _index: theirs } }, {}),
      ],
      ["POST", "/_bulk", `{"index":{"_index":"${own}","_index":"${theirs}"}}\n{}\n`],
      ["POST", "/_bulk", lines({ index: {} }, { traceID: "1" })],
      ["POST", "/_bulk", lines({ delete: { _index: theirs, _id: "1" } })],
      ["POST", "/_bulk", lines({ update: { _index: theirs, _id: "1" } }, { doc: {} })],
      ["POST", `/${theirs}/_bulk`, lines({ index: {} }, {})],
      ["PUT", "/_template/globex-jaeger-span", JSON.stringify({ index_patterns: "globex-jaeger-span-*" })],
      ["PUT", "/_template/jaeger-span", JSON.stringify({ index_patterns: "*" })],
      ["PUT", `/${theirs}`, "{}"],
      ["PUT", `/${theirs}/_settings`, JSON.stringify({ "index.blocks.read": true })],
      ["POST", `/${theirs}/_delete_by_query`, search],
      ["POST", "/_reindex", JSON.stringify({ source: { index: theirs }, dest: { index: own } })],
      ["POST", "/_aliases", JSON.stringify({ actions: [{ add: { index: theirs, alias: own } }] })],
      ["GET", "/_cat/indices", ""],
      ["GET", `/${theirs}/_mapping`, ""],
      ["HEAD", `/${theirs}`, ""],
      [
        "POST",
        `/${own}/_search`,
        JSON.stringify({ query: { terms: { traceID: { index: theirs, id: "1", path: "traceID" } } } }),
      ],
      [
        "POST",
        `/${own}/_search`,
        JSON.stringify({ query: { more_like_this: { like: [{ _index: theirs, _id: "1" }] } } }),
      ],
    ];
    for (const [method, path, body] of attempts) {
      const headers = [["Content-Type", "application/json"]] as const;
      const { status } = await call(initech, `/s/initech${path}`, { method, body, headers });
      expect([method, path, body, [400, 403].includes(status)]).toEqual([method, path, body, true]);
    }
    expect(reached(since)).toEqual([]);
    expect(await world.openSearch.count(theirs)).toBe(3);
  });

  test("a Jaeger of A's with B's name in its configuration does not start", async () => {
    const asOther = { ...jaegers.sidecar("globex"), roleArn: initech };
    const ended = "ended at its start";
    await expect(runCollector(world, tools, "jaeger-forged-path", asOther)).rejects.toThrow(ended);
    // The path is its own, the prefix is not.
    const change = (config: string): string =>
      config.replaceAll("index_prefix: initech", "index_prefix: globex");
    const forged = runCollector(world, tools, "jaeger-forged-prefix", jaegers.sidecar("initech"), { change });
    await expect(forged).rejects.toThrow(ended);
    expect(await world.openSearch.count(`globex-jaeger-span-${today()}`)).toBe(3);
  });

  test("B's role has as little to do with A", async () => {
    expect((await call(globex, "/s/initech", { method: "GET" })).status).toBe(403);
    expect((await call(globex, "/s/globex", { method: "GET" })).status).toBe(200);
  });
});

test("OpenSearch's front takes nothing unsigned", async () => {
  expect((await fetch(`${world.front.url}/_cat/indices`)).status).toBe(403);
});
