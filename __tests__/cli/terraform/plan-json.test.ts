import { readPlan, type PlanJson, type ResourceChangeJson } from "../../../cli/terraform/plan-json";

const resource = (
  change: ResourceChangeJson["change"],
  more: Partial<ResourceChangeJson> = {},
): ResourceChangeJson => ({
  address: "aws_ecs_service.orders",
  mode: "managed",
  type: "aws_ecs_service",
  change,
  ...more,
});

const read = (plan: PlanJson) => readPlan(JSON.stringify(plan));

/** `path: before -> after` of the only change. */
function attributes(change: ResourceChangeJson["change"]): string[] {
  const { changes } = read({ resource_changes: [resource(change)] });
  expect(changes).toHaveLength(1);
  return (changes[0]?.attributes ?? []).map(({ path, before, after }) => `${path}: ${before} -> ${after}`);
}

test.each([
  [["create"], "create"],
  [["update"], "update"],
  [["delete"], "destroy"],
  [["delete", "create"], "replace"],
  [["create", "delete"], "replace"],
  [["forget"], "forget"],
])("%j is called %s", (actions, action) => {
  const { changes } = read({ resource_changes: [resource({ actions, before: {}, after: {} })] });
  expect(changes).toEqual([
    { address: "aws_ecs_service.orders", type: "aws_ecs_service", action, attributes: [] },
  ]);
});

test("what stays, what is only read and data sources are no changes; an output is one", () => {
  const { changes } = read({
    resource_changes: [
      resource({ actions: ["no-op"] }),
      resource({ actions: ["read"] }),
      resource({ actions: ["update"] }, { mode: "data" }),
    ],
    output_changes: { url: { actions: ["create"], after: "https://x" }, id: { actions: ["no-op"] } },
  });
  expect(changes).toEqual([{ address: "output.url", type: "output", action: "create", attributes: [] }]);
});

test("values that differ are told each at its path, also inside of JSON text", () => {
  expect(
    attributes({
      actions: ["update"],
      before: { count: 1, name: "a", text: '[{"image":"adot:1","cpu":1},{"image":"app"}]', list: [1, 2] },
      after: { count: 2, name: "a", text: '[{"image":"adot:2","cpu":1},{"image":"app"}]', list: [1] },
      after_unknown: { arn: true },
    }),
  ).toEqual([
    "count: 1 -> 2",
    'text[0].image: "adot:1" -> "adot:2"',
    "list[1]: 2 -> (none)",
    "arn: (none) -> (known after apply)",
  ]);
});

test("tags are told once, the provider's own only where they are all", () => {
  const change = { actions: ["update"], after_unknown: {} };
  expect(
    attributes({
      ...change,
      before: { tags: { a: "1" }, tags_all: { a: "1", b: "1" } },
      after: { tags: { a: "2" }, tags_all: { a: "2", b: "2" } },
    }),
  ).toEqual(['tags.a: "1" -> "2"', 'tags_all.b: "1" -> "2"']);
});

test("no secret is shown: alone, in a list, in a value that is shown whole, or in one that is not known yet", () => {
  const found = attributes({
    actions: ["update"],
    before: {
      token: "hunter2",
      keys: ["hunter3"],
      gone: { inner: "hunter4" },
      next: "hunter5",
      json: '{"a":"hunter6"}',
    },
    after: { token: "hunter7", keys: ["hunter8"], gone: null, next: null, json: '{"a":"hunter9"}' },
    after_unknown: { next: true },
    before_sensitive: { token: true, keys: [true], gone: { inner: true }, next: true, json: true },
    after_sensitive: { token: true, keys: [true], json: true },
  });
  expect(found).toEqual([
    "token: (sensitive) -> (sensitive)",
    "keys[0]: (sensitive) -> (sensitive)",
    "gone: (sensitive) -> (sensitive)",
    "next: (sensitive) -> (known after apply)",
    "json: (sensitive) -> (sensitive)",
  ]);
});

test("drift and whether anything is deployed are read, too", () => {
  const drifted = resource({ actions: ["update"], before: { count: 1 }, after: { count: 5 } });
  const state = (mode: string) => ({ values: { root_module: { resources: [{ mode }] } } });
  expect(read({ resource_drift: [drifted], prior_state: state("managed") })).toEqual({
    changes: [],
    drift: [
      {
        address: "aws_ecs_service.orders",
        type: "aws_ecs_service",
        action: "update",
        attributes: [{ path: "count", before: "1", after: "5" }],
      },
    ],
    deployed: true,
  });
  expect(read({ prior_state: state("data") }).deployed).toBe(false);
  expect(read({}).deployed).toBe(false);
});
