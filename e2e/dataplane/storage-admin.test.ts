import { RETENTION_PATH } from "../../modules/opensearch/names";
import { Identities } from "../standins/identities";
import { LambdaStandin } from "../standins/lambda";
import { type ReceivedRequest } from "../standins/sigv4";
import { SsmStandin } from "../standins/ssm";
import { installTools } from "../tools/tools";
import { type JaegerApi } from "./jaeger-server";
import { eventually } from "./process";
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

const identities = new Identities();
const ssm = new SsmStandin(rendered.region, identities);
/** What the security plugin was told: path -> body. The OpenSearch here has none. */
const security = new Map<string, object>();
let world: StorageWorld;
let lambda: LambdaStandin;

/** OpenSearch's security plugin as far as its REST API goes. */
function plugin({ method, rawUrl, body }: ReceivedRequest) {
  const [, path] = /^\/_plugins\/_security\/api\/(.+)$/.exec(rawUrl) ?? [];
  if (path === undefined) return undefined;
  if (method === "PUT") security.set(path, JSON.parse(body.toString()) as object);
  else if (method !== "DELETE") return { status: 405, body: { message: "not here" } };
  else if (!security.delete(path)) return { status: 404, body: { status: "NOT_FOUND", message: path } };
  return { status: 200, body: { status: "OK", message: path } };
}

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

test("a deployment makes templates and rights, as often as it likes", async () => {
  const created = await lambda.call({ ...INPUT, tf: { action: "create", prev_input: null } });
  const updated = await lambda.call({ ...INPUT, tf: { action: "update", prev_input: INPUT } });
  expect(updated).toEqual(created);
  expect(await templates()).toEqual(["tenantscope-jaeger", "tenantscope-jaeger-span"]);
  expect([...security.keys()].sort()).toEqual([
    "roles/tenantscope_storage_proxy",
    "rolesmapping/tenantscope_storage_proxy",
  ]);
  expect(security.get("rolesmapping/tenantscope_storage_proxy")).toMatchObject({
    backend_roles: [centralRole("tenantscope-storage-proxy")],
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
    await query.untilTrace(batch.traceId, 3, 30);
    await eventually("globex's index", 30, async () =>
      (await world.openSearch.count(`globex-jaeger-span-${today()}`)) === 3 ? true : undefined,
    );
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
        });
        const keyword = { type: "keyword", ignore_above: 256 };
        expect(all[name]?.mappings.properties).toMatchObject({
          operationName: keyword,
          ...(kind === "span" && { traceID: keyword, tags: { type: "nested" } }),
        });
      }
    },
  );

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
    await query.untilTrace(batch.traceId, 5, 30);
    const result = await lambda.call({ task: "dependencies" });
    expect(result).toMatchObject({ failures: 0, truncated: 0 });
    // Once more counts nothing twice.
    await lambda.call({ task: "dependencies" });
    const found = await eventually("dependencies", 20, async () => {
      const all = await query.dependencies();
      return all.length > 0 ? all : undefined;
    });
    expect(found).toEqual([{ parent: "front", child: "back", callCount: 4 }]);
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
  expect(await lambda.call({ task: "retention" })).toMatchObject({ deleted: gone.length, failures: 1 });
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
  expect([...security.keys()]).toEqual([]);
  expect(await world.openSearch.indices()).toEqual(before);
  await lambda.call({ ...INPUT, tf: { action: "delete", prev_input: INPUT } });
});
