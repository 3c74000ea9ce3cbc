import { dayOf, indexName } from "../../lambda/storage-admin/indices";
import { adminBefore, FakeServer, metricsOf, NOW, type Seen } from "./admin-opensearch";

const TODAY = dayOf(NOW);

describe("the task", () => {
  const openSearch = new FakeServer();
  const parameters = new FakeServer();
  beforeAll(() => Promise.all([openSearch.start(), parameters.start()]));
  afterAll(() => Promise.all([openSearch.stop(), parameters.stop()]));
  beforeEach(() => {
    openSearch.reset();
    parameters.reset();
  });

  const LIST = "GET /_cat/indices/jaeger-*,*-jaeger-*?format=json&h=index&expand_wildcards=open,closed";
  const PATH = "/tenantscope/traces/retention";
  const admin = () => adminBefore(openSearch.origin, parameters.origin);
  const ago = (who: string, days: number) => indexName(who, "span", TODAY - days);
  const LIMIT = "GET /_cluster/settings?include_defaults=true&filter_path=*.cluster.max_shards_per_node";
  const HEALTH = "GET /_cluster/health";
  /** Of two nodes, one of which has just lost a copy. */
  const COUNTS: Record<string, unknown> = {
    [LIMIT]: { defaults: { cluster: { max_shards_per_node: "125" } } },
    [HEALTH]: {
      number_of_nodes: 5,
      number_of_data_nodes: 2,
      active_shards: 190,
      relocating_shards: 4,
      initializing_shards: 7,
      unassigned_shards: 4,
    },
  };
  const holds = (names: readonly string[], others: (seen: Seen) => object = () => ({})) => {
    openSearch.answer = (seen) => {
      if (seen.request === LIST) return { body: names.map((index) => ({ index })) };
      return seen.request in COUNTS ? { body: COUNTS[seen.request] } : others(seen);
    };
  };
  const shards = { used: 201, allowed: 250 };
  const says = (values: Record<string, string>) => {
    parameters.answer = () => ({
      body: {
        Parameters: Object.entries(values).map(([name, Value]) => ({ Name: `${PATH}/${name}`, Value })),
      },
    });
  };
  const deletions = () => openSearch.requests.filter((request) => request.startsWith("DELETE"));

  test("deletes exactly what is past retention, oldest first, and counts the rest", async () => {
    holds([
      ...[ago("central", 7), ago("central", 8), ago("central", 30), ago("central", -1)],
      ...[ago("acme", 20), ago("acme", 21), ago("globex", 2), ago("globex", 3), ago("initech", 8)],
      ...[
        "jaeger-span-archive",
        "central-jaeger-span-2020-01-01",
        "jaeger-span-2020-02-30",
        "other-jaeger-thing",
      ],
    ]);
    says({ acme: '{"retentionDays": 20}', globex: '{"retentionDays":2}' });
    const run = admin();
    expect(await run.invoke({ task: "retention" })).toEqual({
      deleted: 5,
      kept: 4,
      postponed: 0,
      failures: 0,
      oldestIndexAgeDays: 20,
      overdueDays: 0,
      shards,
    });
    expect(openSearch.requests).toEqual([
      LIST,
      ...[ago("central", 30), ago("acme", 21), ago("initech", 8), ago("central", 8), ago("globex", 3)].map(
        (name) => `DELETE /${name}`,
      ),
      LIMIT,
      HEALTH,
    ]);
    expect(metricsOf(run.logged)).toEqual({
      namespace: "Tenantscope/StorageAdmin",
      task: "retention",
      IndicesDeleted: 5,
      IndicesKept: 4,
      IndicesPostponed: 0,
      Failures: 0,
      OldestIndexAgeDays: 20,
      OverdueDays: 0,
      ShardsUsed: 201,
      ShardsAllowed: 250,
      ShardsUsedPercent: 80,
    });
  });

  test("asks Systems Manager page by page, signed for it", async () => {
    holds([ago("acme", 9), ago("globex", 9)]);
    parameters.answer = ({ body }) =>
      (body as { NextToken?: string }).NextToken === undefined
        ? {
            body: { Parameters: [{ Name: `${PATH}/acme`, Value: '{"retentionDays":9}' }], NextToken: "more" },
          }
        : { body: { Parameters: [{ Name: `${PATH}/globex`, Value: '{"retentionDays":9}' }] } };
    expect(await admin().invoke({ task: "retention" })).toMatchObject({ deleted: 0, kept: 2, failures: 0 });
    const ask = { Path: PATH, Recursive: false, MaxResults: 10 };
    expect(parameters.seen.map(({ request, body, target }) => ({ request, body, target }))).toEqual([
      { request: "POST /", body: ask, target: "AmazonSSM.GetParametersByPath" },
      { request: "POST /", body: { ...ask, NextToken: "more" }, target: "AmazonSSM.GetParametersByPath" },
    ]);
    expect(parameters.seen[0]?.authorization).toMatch(/\/eu-west-1\/ssm\/aws4_request.*x-amz-target/);
  });

  test.each([
    "7",
    "{}",
    '{"retentionDays":"1"}',
    '{"retentionDays":0}',
    '{"retentionDays":-1}',
    '{"retentionDays":1.5}',
    '{"retentionDays":1e9}',
    '{"retentionDays":null}',
    '{"retentionDays":1,"x":1}',
    "null",
    "[1]",
    "",
  ])("the parameter %j keeps that tenant's indices, only those, and is a failure", async (value) => {
    holds([ago("acme", 400), ago("globex", 400), ago("central", 400)]);
    says({ acme: value });
    const run = admin();
    expect(await run.invoke({ task: "retention" })).toEqual({
      deleted: 2,
      kept: 1,
      postponed: 0,
      failures: 1,
      oldestIndexAgeDays: 400,
      // Nobody knows of which retention.
      overdueDays: 0,
      shards,
    });
    expect(deletions().sort()).toEqual([`DELETE /${ago("globex", 400)}`, `DELETE /${ago("central", 400)}`]);
    expect(run.logged.filter(({ level }) => level === "error")).toEqual([
      expect.objectContaining({ message: expect.stringContaining(`${PATH}/acme must be`) as string }),
    ]);
  });

  test("a parameter for the central indices changes nothing but the failures", async () => {
    holds([ago("central", 5), ago("central", 8)]);
    says({ central: '{"retentionDays":1}' });
    expect(await admin().invoke({ task: "retention" })).toMatchObject({ deleted: 1, kept: 1, failures: 1 });
  });

  test.each([
    ["an error", () => ({ status: 400, body: { __type: "AccessDeniedException" } })],
    ["no list", () => ({ body: { Parameters: "none" } })],
    [
      "a second page that is missing",
      ({ body }: Seen) =>
        "NextToken" in (body as object)
          ? { status: 500 }
          : {
              body: { Parameters: [{ Name: `${PATH}/acme`, Value: '{"retentionDays":1}' }], NextToken: "x" },
            },
    ],
  ])("when parameters cannot be read (%s), every tenant's indices stay", async (_name, answer) => {
    holds([ago("acme", 400), ago("globex", 400), ago("central", 400)]);
    parameters.answer = answer;
    const run = admin();
    expect(await run.invoke({ task: "retention" })).toMatchObject({ deleted: 1, kept: 2, failures: 1 });
    expect(deletions()).toEqual([`DELETE /${ago("central", 400)}`]);
  });

  const SNAPSHOT = {
    status: 400,
    body: {
      error: {
        type: "snapshot_in_progress_exception",
        reason: "Cannot delete indices that are being snapshotted",
      },
    },
  };

  test.each([
    ["a snapshot is made of it", 8, SNAPSHOT, 0],
    ["a snapshot is made of it, again and again for a day", 9, SNAPSHOT, 1],
    [
      "OpenSearch does not understand",
      8,
      { status: 400, body: { error: { type: "illegal_argument_exception" } } },
      1,
    ],
    ["nobody may delete it", 8, { status: 403, body: { error: { type: "security_exception" } } }, 1],
  ])("an index that stays because %s: the next run tries again", async (_name, days, refusal, failures) => {
    const name = ago("central", days);
    says({});
    holds([name], () => refusal);
    const first = admin();
    expect(await first.invoke({ task: "retention" })).toEqual({
      deleted: 0,
      kept: 1,
      postponed: 1 - failures,
      failures,
      oldestIndexAgeDays: days,
      overdueDays: days - 7,
      shards,
    });
    expect(metricsOf(first.logged)).toMatchObject({ IndicesPostponed: 1 - failures, Failures: failures });
    expect(first.logged.filter(({ index }) => index === name).map(({ level }) => level)).toEqual([
      failures === 1 ? "error" : "warn",
    ]);
    holds([name]);
    expect(await admin().invoke({ task: "retention" })).toMatchObject({
      deleted: 1,
      postponed: 0,
      failures: 0,
    });
    expect(deletions()).toEqual([`DELETE /${name}`, `DELETE /${name}`]);
  });

  test("a tenant's index has waited for a day by the tenant's own retention", async () => {
    says({ acme: '{"retentionDays": 20}' });
    holds([ago("acme", 21), ago("acme", 22)], () => SNAPSHOT);
    expect(await admin().invoke({ task: "retention" })).toMatchObject({
      postponed: 1,
      failures: 1,
      overdueDays: 2,
    });
  });

  test("an index that cannot be deleted keeps no other, and one that is gone is no failure", async () => {
    const [snapshot, gone, last] = [ago("central", 30), ago("central", 20), ago("central", 10)];
    says({});
    holds([snapshot, gone, last], ({ request }) => {
      if (request.endsWith(snapshot)) return SNAPSHOT;
      return request.endsWith(gone) ? { status: 404, body: { error: { reason: "no such index" } } } : {};
    });
    const run = admin();
    expect(await run.invoke({ task: "retention" })).toEqual({
      deleted: 2,
      kept: 1,
      postponed: 0,
      failures: 1,
      oldestIndexAgeDays: 30,
      overdueDays: 23,
      shards,
    });
    expect(deletions()).toHaveLength(3);
    expect(run.logged).toContainEqual({
      level: "error",
      task: "retention",
      message: `DomainError: DELETE /${snapshot}: Cannot delete indices that are being snapshotted (status 400)`,
      index: snapshot,
    });
  });

  test("without time nothing is deleted, and that is a failure where it has waited for a day", async () => {
    holds([ago("central", 30), ago("central", 20), ago("central", 8)]);
    says({});
    const run = admin();
    expect(await run.invoke({ task: "retention" }, 6000)).toMatchObject({
      deleted: 0,
      kept: 3,
      postponed: 1,
      failures: 2,
    });
    expect(deletions()).toEqual([]);
    expect(run.logged).toContainEqual({
      level: "error",
      task: "retention",
      message: "no time for the last 3 indices",
    });
  });

  test("a list that is none deletes nothing and fails the run", async () => {
    openSearch.answer = () => ({ body: { error: "x" } });
    says({});
    await expect(admin().invoke({ task: "retention" })).rejects.toThrow("the answer is no list");
    expect(openSearch.requests).toEqual([LIST]);
  });
});
