import { dayOf, indexName } from "../../lambda/storage-admin/indices";
import { adminBefore, FakeServer, metricsOf, NOW } from "./admin-opensearch";

const openSearch = new FakeServer();
const parameters = new FakeServer();
beforeAll(() => Promise.all([openSearch.start(), parameters.start()]));
afterAll(() => Promise.all([openSearch.stop(), parameters.stop()]));
beforeEach(() => {
  openSearch.reset();
  parameters.answer = () => ({ body: { Parameters: [] } });
});

const LIST = "GET /_cat/indices/jaeger-*,*-jaeger-*?format=json&h=index&expand_wildcards=open,closed";
const LIMIT = "GET /_cluster/settings?include_defaults=true&filter_path=*.cluster.max_shards_per_node";
const HEALTH = "GET /_cluster/health";
const OLD = indexName("central", "span", dayOf(NOW) - 9);
const COUNTS = {
  [LIMIT]: { defaults: { cluster: { max_shards_per_node: "125" } } },
  [HEALTH]: { number_of_data_nodes: 2, active_shards: 190, initializing_shards: 7, unassigned_shards: 4 },
};
const NONE = { active_shards: 1, initializing_shards: 0, unassigned_shards: 0 };

/** A domain that deletes nothing. */
function says(counts: Record<string, unknown>): void {
  openSearch.answer = ({ request }) => {
    if (request === LIST) return { body: [{ index: OLD }] };
    if (request in counts) return { body: counts[request] };
    return { status: 400, body: { error: { reason: "no" } } };
  };
}
const admin = () => adminBefore(openSearch.origin, parameters.origin);

test.each([
  ["the default", COUNTS[LIMIT], 250],
  ["a setting of the domain's own", { persistent: { cluster: { max_shards_per_node: "2000" } } }, 4000],
  [
    "one that holds until a restart",
    {
      transient: { cluster: { max_shards_per_node: "500" } },
      defaults: { cluster: { max_shards_per_node: "1000" } },
    },
    1000,
  ],
])("shards are counted against what the domain may have: %s", async (_name, body, allowed) => {
  says({ ...COUNTS, [LIMIT]: body });
  const run = admin();
  expect(await run.invoke({ task: "retention" })).toMatchObject({ shards: { used: 201, allowed } });
  expect(metricsOf(run.logged)).toMatchObject({
    ShardsUsed: 201,
    ShardsAllowed: allowed,
    ShardsUsedPercent: Math.round(20_100 / allowed),
  });
});

test.each([
  ["no setting", { ...COUNTS, [LIMIT]: {} }],
  ["no data node", { ...COUNTS, [HEALTH]: NONE }],
  ["no shards", { ...COUNTS, [HEALTH]: { number_of_data_nodes: 2 } }],
  ["an error", {}],
])(
  "shards that cannot be counted (%s) are a failure, and the rest of the run counts",
  async (_name, counts) => {
    says(counts);
    const run = admin();
    // The index could not be deleted either.
    expect(await run.invoke({ task: "retention" })).toMatchObject({ failures: 2, shards: null });
    expect(metricsOf(run.logged)).toMatchObject({ Failures: 2, OverdueDays: 2 });
    expect(metricsOf(run.logged)).not.toHaveProperty("ShardsUsedPercent");
    const errors = run.logged.filter(({ level }) => level === "error").map(({ message }) => String(message));
    expect(errors).toEqual([
      expect.stringContaining(`DELETE /${OLD}`),
      expect.stringContaining("shards cannot be counted"),
    ]);
  },
);
