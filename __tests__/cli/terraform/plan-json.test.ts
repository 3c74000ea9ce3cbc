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

describe("what has changed outside of Terraform", () => {
  const drifted = resource({ actions: ["update"], before: { count: 1 }, after: { count: 5 } });
  const found = {
    address: "aws_ecs_service.orders",
    type: "aws_ecs_service",
    action: "update",
    attributes: [{ path: "count", before: "1", after: "5" }],
  };
  const judged = (more: PlanJson): unknown[] => {
    const { drift, seen } = read({ resource_drift: [drifted], ...more });
    return [drift, seen];
  };
  const other = resource({ actions: ["update"], before: {}, after: {} }, { address: "aws_lb.x" });

  test("is drift when the next deployment would change it, or something that refers to that very value", () => {
    const back = { ...drifted, change: { actions: ["update"], before: { count: 5 }, after: { count: 1 } } };
    expect(judged({ resource_changes: [back] })).toEqual([[found], []]);
    const relevant = (attribute: string[]) => [{ resource: "aws_ecs_service.orders", attribute }];
    expect(judged({ resource_changes: [other], relevant_attributes: relevant(["count"]) })).toEqual([
      [found],
      [],
    ]);
    expect(judged({ resource_changes: [other], relevant_attributes: relevant(["name"]) })).toEqual([
      [],
      [found],
    ]);
  });

  test("is only seen when nothing follows from it, for ever or until somebody decides otherwise", () => {
    expect(judged({})).toEqual([[], [found]]);
    expect(judged({ resource_changes: [resource({ actions: ["no-op"] })] })).toEqual([[], [found]]);
  });
});

test("whether anything is deployed is read, too", () => {
  const state = (mode: string) => ({ values: { root_module: { resources: [{ mode }] } } });
  expect(read({ prior_state: state("managed") })).toEqual({
    changes: [],
    applyable: false,
    drift: [],
    seen: [],
    deployed: true,
  });
  expect(read({ prior_state: state("data") }).deployed).toBe(false);
  expect(read({}).deployed).toBe(false);
});

describe("what changes nothing at AWS is a change all the same when Terraform would apply it", () => {
  const change = { actions: ["no-op"], before: {}, after: {} };
  const told = (more: Partial<ResourceChangeJson>): unknown => {
    const { changes, applyable } = read({ applyable: true, resource_changes: [resource(change, more)] });
    return [applyable, changes.map(({ action, note }) => [action, note])];
  };

  test("a move, an import, and both beside another change", () => {
    expect(told({ previous_address: "aws_ecs_service.a" })).toEqual([
      true,
      [["move", "moved from aws_ecs_service.a"]],
    ]);
    expect(told({ change: { ...change, importing: { id: "i-1" } } })).toEqual([
      true,
      [["import", "taken over: i-1"]],
    ]);
    expect(
      told({ change: { ...change, actions: ["update"] }, previous_address: "aws_ecs_service.a" }),
    ).toEqual([true, [["update", "moved from aws_ecs_service.a"]]]);
  });

  test("an output", () => {
    const found = read({ output_changes: { a: { actions: ["update"], before: "1", after: "2" } } });
    expect([found.applyable, found.changes.map(({ address }) => address)]).toEqual([true, ["output.a"]]);
  });

  test("Terraform's own word counts, whatever is listed", () => {
    expect(read({ applyable: true }).applyable).toBe(true);
    expect(read({ applyable: false }).applyable).toBe(false);
  });
});

test("a replacement says when an interrupted creation is the reason", () => {
  const { changes } = read({
    resource_changes: [
      resource(
        { actions: ["delete", "create"], before: {}, after: {} },
        { action_reason: "replace_because_tainted" },
      ),
      resource(
        { actions: ["delete", "create"], before: {}, after: {} },
        { action_reason: "replace_because_cannot_update" },
      ),
    ],
  });
  expect(changes.map(({ note }) => note)).toEqual(["its creation was interrupted or failed", undefined]);
});
