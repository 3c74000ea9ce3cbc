import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RETENTION_PATH } from "../../modules/opensearch/names";
import { Identities } from "../standins/identities";
import { LambdaStandin } from "../standins/lambda";
import { SsmStandin } from "../standins/ssm";
import { installTools } from "../tools/tools";
import { type JaegerApi } from "./jaeger-server";
import { settles } from "./process";
import { securityPlugin } from "./security-plugin";
import { runCollector, runQuery, type RunningCollector } from "./storage-jaegers";
import { centralRole, renderedAdmin, renderedStorage } from "./storage-rendered";
import { callBatch, dayAgo, spanBatch, today } from "./storage-spans";
import { StorageWorld } from "./storage-world";
import { jaegers } from "./traces-fleet-under-test";

const tools = installTools();
const rendered = renderedStorage();
const { lambda: admin, input } = renderedAdmin();
/** As the stack says, but for what is found sooner. */
const INPUT = { ...input, spanShards: 2, refreshSeconds: 1 };
const SLOW = { warn: "5s", info: "2s" };

/** Jaeger's batch, its bulk and OpenSearch's refresh, on a slow machine. */
const ARRIVAL_SECONDS = 120;

const identities = new Identities();
const ssm = new SsmStandin(rendered.region, identities);
const { told: security, plugin } = securityPlugin();
let world: StorageWorld;
let lambda: LambdaStandin;

beforeAll(async () => {
  world = new StorageWorld(tools, rendered, identities, plugin, [rendered.proxy.roleArn, admin.roleArn]);
  await Promise.all([world.start(), ssm.start()]);
  const { credentials } = identities.issue(admin.roleArn, 3600);
  lambda = new LambdaStandin({
    bundle: admin.bundle,
    timeoutSeconds: admin.timeoutSeconds,
    concurrency: 1,
    environment: () => ({
      ...admin.environment,
      OPENSEARCH_URL: world.front.url,
      SSM_URL: ssm.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    }),
  });
});
afterAll(async () => {
  await Promise.allSettled([lambda.stop(), ssm.stop()]);
  await (world as StorageWorld | undefined)?.stop();
});

const templates = async (): Promise<string[]> =>
  Object.keys(await world.openSearch.request<object>("/_template"))
    .filter((name) => name.startsWith("tenantscope-"))
    .sort();

/** What OpenSearch Service would send to CloudWatch. */
async function slowLines(): Promise<string> {
  const { nodes } = await world.openSearch.request<{
    nodes: Record<string, { settings: { path: { logs: string } } }>;
  }>("/_nodes/settings?filter_path=nodes.*.settings.path.logs");
  const files = Object.values(nodes).map(({ settings }) =>
    join(settings.path.logs, "traces_index_indexing_slowlog.log"),
  );
  return files.map((file) => readFileSync(file, "utf8")).join("");
}

test("a deployment makes templates and rights, as often as it likes", async () => {
  const created = await lambda.call({ ...INPUT, tf: { action: "create", prev_input: null } });
  const updated = await lambda.call({ ...INPUT, tf: { action: "update", prev_input: INPUT } });
  expect(updated).toEqual(created);
  expect(await templates()).toEqual(["tenantscope-jaeger", "tenantscope-jaeger-span"]);
  expect([...security.keys()].sort()).toEqual([
    "audit/config",
    "roles/tenantscope_storage_proxy",
    "rolesmapping/tenantscope_storage_proxy",
  ]);
  expect(security.get("rolesmapping/tenantscope_storage_proxy")).toMatchObject({
    backend_roles: [centralRole("tenantscope-storage-proxy")],
  });
  expect(security.get("audit/config")).toMatchObject({
    enabled: true,
    audit: { log_request_body: false },
    compliance: { enabled: true, internal_config: true, write_metadata_only: true, write_log_diffs: false },
  });
});

describe("with the templates in place", () => {
  let collector: RunningCollector;
  let query: JaegerApi;

  beforeAll(async () => {
    collector = await runCollector(world, tools, "jaeger-admin", jaegers.collector);
    query = await runQuery(world, tools, "jaeger-query-admin", jaegers.query);
    const sidecar = await runCollector(world, tools, "jaeger-admin-globex", jaegers.sidecar("globex"));
    const batch = spanBatch(3, { service: "shop" });
    expect((await sidecar.send(batch.request, "globex")).status).toBe(200);
    expect((await collector.send(batch.request, "acme")).status).toBe(200);
    await query.untilTrace(batch.traceId, 3, ARRIVAL_SECONDS);
    // Services are documents in bulks of their own.
    await settles("all four indices", ARRIVAL_SECONDS, async () => {
      expect(await world.openSearch.count(`globex-jaeger-span-${today()}`)).toBe(3);
      for (const prefix of ["", "globex-"]) {
        expect(await world.openSearch.count(`${prefix}jaeger-service-${today()}`)).toBeGreaterThan(0);
      }
    });
  });

  test.each(["", "globex-"])(
    "an index has our settings and Jaeger's mappings: %sjaeger-span",
    async (prefix) => {
      for (const [kind, shards] of [
        ["span", INPUT.spanShards],
        ["service", 1],
      ] as const) {
        const name = `${prefix}jaeger-${kind}-${today()}`;
        const all = await world.openSearch.request<
          Record<string, { settings: { index: object }; mappings: { properties: object } }>
        >(`/${name}`);
        expect(all[name]?.settings.index).toMatchObject({
          number_of_shards: String(shards),
          number_of_replicas: "1",
          refresh_interval: "1s",
          codec: "best_compression",
          search: { slowlog: { threshold: { query: SLOW, fetch: SLOW } } },
          indexing: { slowlog: { threshold: { index: SLOW }, source: "false" } },
        });
        const keyword = { type: "keyword", ignore_above: 256 };
        expect(all[name]?.mappings.properties).toMatchObject({
          operationName: keyword,
          ...(kind === "span" && { traceID: keyword, tags: { type: "nested" } }),
        });
      }
    },
  );

  test("a slow line names the index and shows nothing of what was written", async () => {
    const { openSearch } = world;
    const name = `slow-jaeger-span-${dayAgo(1)}`;
    await openSearch.request(`/${name}`, "PUT", {
      settings: { "index.indexing.slowlog.threshold.index.warn": "0ms" },
    });
    await openSearch.request(`/${name}/_doc`, "POST", { traceID: "1", flags: "not for the log" });
    await settles("the slow line", ARRIVAL_SECONDS, async () => {
      expect(await slowLines()).toContain(`[${name}/`);
    });
    expect(await slowLines()).not.toContain("not for the log");
    await openSearch.request(`/${name}`, "DELETE");
  });

  test("writing makes no index with another name", async () => {
    const { openSearch } = world;
    const document = { traceID: "1" };
    await expect(openSearch.request("/jaegerspan-2026-01-01/_doc", "POST", document)).rejects.toThrow(
      "index_not_found_exception",
    );
  });

  test("who called whom is computed from the spans and shown by Jaeger", async () => {
    const HOUR = 3_600_000;
    // In the middle of the last full hour.
    const age = (Date.now() % HOUR) + HOUR / 2;
    const batch = callBatch("front", "back", 4, age);
    expect((await collector.send(batch.request, "acme")).status).toBe(200);
    await query.untilTrace(batch.traceId, 5, ARRIVAL_SECONDS);
    const result = await lambda.call({ task: "dependencies" });
    expect(result).toMatchObject({ failures: 0, truncated: 0 });
    // Once more counts nothing twice.
    await lambda.call({ task: "dependencies" });
    // Both documents, should there be two.
    await world.openSearch.request("/jaeger-dependencies-*/_refresh", "POST");
    expect(await query.dependencies()).toEqual([{ parent: "front", child: "back", callCount: 4 }]);
  });
});

/** As OpenSearch counts them, copies that no node has included. */
async function openShards(): Promise<number> {
  const rows = await world.openSearch.request<{ pri: string; rep: string }[]>(
    "/_cat/indices?format=json&h=pri,rep&expand_wildcards=all",
  );
  return rows.reduce((sum, { pri, rep }) => sum + Number(pri) * (1 + Number(rep)), 0);
}

describe("the service's snapshots", () => {
  const snapshot = "2026-11-21t03-20-11.5f2c1a";
  const index = `globex-jaeger-span-${today()}`;
  const copy = `restored_${index}`;
  let before: string[];

  beforeAll(async () => {
    const { openSearch } = world;
    await openSearch.request("/_snapshot/cs-automated-enc", "PUT", {
      type: "fs",
      settings: { location: openSearch.repository },
    });
    before = await openSearch.indices();
    expect(before).toContain(index);
    await openSearch.request(`/_snapshot/cs-automated-enc/${snapshot}?wait_for_completion=true`, "PUT", {});
  });

  test("are listed, and what is in one", async () => {
    const { snapshots } = (await lambda.call({ task: "snapshots" })) as { snapshots: object[] };
    expect(snapshots).toEqual([
      { snapshot, status: "SUCCESS", end: expect.stringMatching(/^20.+Z$/) as string },
    ]);
    expect(await lambda.call({ task: "snapshots", snapshot })).toEqual({
      snapshot,
      status: "SUCCESS",
      indices: before.filter((name) => /-(span|service|dependencies)-\d{4}-\d\d-\d\d$/.test(name)),
    });
    await expect(lambda.call({ task: "snapshots", snapshot: "another" })).rejects.toThrow("is missing");
  });

  test("write over nothing, and give a copy beside what is there, which can be taken away", async () => {
    const { openSearch } = world;
    const restore = { task: "restore", snapshot, indices: [index] };
    for (const more of [{}, { replaceRed: true }]) {
      await expect(lambda.call({ ...restore, ...more })).rejects.toThrow(`There already: ${index} (yellow)`);
    }
    const done = { snapshot, restored: [copy], complete: true };
    expect(await lambda.call({ ...restore, copy: true })).toEqual(done);
    expect(await openSearch.count(copy)).toBe(3);
    await expect(lambda.call({ ...restore, copy: true })).rejects.toThrow("There already");
    // No retention knows it.
    await lambda.call({ task: "retention" });
    expect(await openSearch.indices()).toContain(copy);
    expect(await lambda.call({ task: "discard", indices: [copy] })).toEqual({ deleted: [copy] });
    expect(await openSearch.indices()).toEqual(before);
  });

  test("bring back what is lost, and nothing else", async () => {
    const { openSearch } = world;
    const other = index.replace("-span-", "-service-");
    for (const name of [index, other]) await openSearch.request(`/${name}`, "DELETE");
    expect(await lambda.call({ task: "restore", snapshot, indices: [index] })).toEqual({
      snapshot,
      restored: [index],
      complete: true,
    });
    expect(await openSearch.count(index)).toBe(3);
    expect(await openSearch.indices()).toEqual(before.filter((name) => name !== other));
    expect(await lambda.call({ task: "restore", snapshot, indices: [other] })).toMatchObject({
      complete: true,
    });
  });

  test("nothing is restored or discarded by a pattern, or of two owners at once", async () => {
    for (const indices of [["globex-jaeger-span-*"], ["_all"], [index, `jaeger-span-${today()}`], []]) {
      await expect(lambda.call({ task: "restore", snapshot, indices })).rejects.toThrow("indices must be");
    }
    for (const name of [index, "restored_*"]) {
      await expect(lambda.call({ task: "discard", indices: [name] })).rejects.toThrow(
        "exact names of copies",
      );
    }
    expect(await world.openSearch.indices()).toEqual(before);
  });
});

test("retention deletes what is past it, each owner's by its own", async () => {
  ssm.parameters.set(`${RETENTION_PATH}/acme`, JSON.stringify({ retentionDays: 3 }));
  ssm.parameters.set(`${RETENTION_PATH}/globex`, JSON.stringify({ retentionDays: 30 }));
  ssm.parameters.set(`${RETENTION_PATH}/initech`, "not JSON");
  ssm.parameters.set("/tenantscope/contract/v1", "{}");
  const index = (prefix: string, days: number, kind = "span"): string =>
    `${prefix}jaeger-${kind}-${dayAgo(days)}`;
  const kept = [
    index("", 7),
    index("", 7, "dependencies"),
    index("acme-", 3),
    index("globex-", 8),
    index("globex-", 30, "service"),
    index("initech-", 400),
    index("hooli-", 7),
    `jaeger-span-archive`,
    `xjaeger-span-${dayAgo(100)}`,
    `jaeger-span-${dayAgo(100)}-copy`,
  ];
  const gone = [
    index("", 8),
    index("", 8, "service"),
    index("", 100, "dependencies"),
    index("acme-", 4),
    index("acme-", 20, "service"),
    index("globex-", 31),
    index("hooli-", 8),
  ];
  const before = await world.openSearch.indices();
  for (const name of [...kept, ...gone]) {
    if (!before.includes(name)) await world.openSearch.request(`/${name}`, "PUT");
  }
  // The parameter that nobody can read is counted, and nothing of that tenant's is deleted.
  expect(await lambda.call({ task: "retention" })).toMatchObject({
    deleted: gone.length,
    failures: 1,
    overdueDays: 0,
    shards: { used: await openShards(), allowed: 1000 },
  });
  expect(await world.openSearch.indices()).toEqual([...new Set([...before, ...kept])].sort());
  expect(await lambda.call({ task: "retention" })).toMatchObject({ deleted: 0 });
});

test("without the parameters it deletes nothing of any tenant's", async () => {
  const old = `acme-jaeger-span-${dayAgo(50)}`;
  await world.openSearch.request(`/${old}`, "PUT");
  await ssm.stop();
  await lambda.call({ task: "retention" });
  expect(await world.openSearch.indices()).toContain(old);
});

test("an event that it does not know changes nothing", async () => {
  await expect(lambda.call({ task: "drop" })).rejects.toThrow("The event must be");
  expect(await templates()).toHaveLength(2);
});

test("the end of a deployment takes away what it made, and no traces", async () => {
  const before = await world.openSearch.indices();
  await lambda.call({ ...INPUT, tf: { action: "delete", prev_input: INPUT } });
  expect(await templates()).toEqual([]);
  // Who did that, and what comes then, is still to be written down.
  expect([...security.keys()]).toEqual(["audit/config"]);
  expect(await world.openSearch.indices()).toEqual(before);
  await lambda.call({ ...INPUT, tf: { action: "delete", prev_input: INPUT } });
});
