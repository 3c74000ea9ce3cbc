import { shardsOfDay, shardsOfNode } from "../../fleet/rules/trace-shards";
import { templates } from "../../lambda/storage-admin/desired";
import { spanShards } from "../../modules/opensearch/trace-storage";

test.each([
  ["m7g.medium.search", 125],
  ["m7g.large.search", 250],
  ["r7g.medium.search", 250],
  ["c7g.xlarge.search", 250],
  ["or1.large.search", 500],
  ["om2.2xlarge.search", 1000],
  ["r6g.xlarge.search", 1000],
  ["t3.small.search", 62],
  ["t3.medium.search", 125],
  ["m6g.4xlarge.search", 2000],
  ["r7g.16xlarge.search", 2000],
  ["x9.large.search", 1000],
  ["m7g.metal.search", 1000],
])("a node of type %s may have %d shards", (type, shards) => {
  expect(shardsOfNode(type)).toBe(shards);
});

test.each([
  [{ zones: 1, instances: 1 }, 3],
  [{ zones: 1, instances: 4 }, 6],
  [{ zones: 2, instances: 2 }, 6],
  [{ zones: 3, instances: 9 }, 14],
] as const)("%j: %d shards of one owner and day, as the templates say", (size, shards) => {
  const made = templates({
    zones: size.zones,
    spanShards: spanShards(size),
    refreshSeconds: 5,
  }) as unknown as Record<string, { settings: Record<string, number> }>;
  const common = made["tenantscope-jaeger"]?.settings ?? {};
  const primaries =
    (made["tenantscope-jaeger-span"]?.settings["index.number_of_shards"] ?? NaN) +
    // Services and dependencies.
    2 * (common["index.number_of_shards"] ?? NaN);
  expect(primaries * (1 + (common["index.number_of_replicas"] ?? NaN))).toBe(shards);
  expect(shardsOfDay(size)).toBe(shards);
});
