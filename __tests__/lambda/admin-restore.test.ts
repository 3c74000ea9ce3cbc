import { adminBefore, FakeServer, type Answer } from "./admin-opensearch";

const openSearch = new FakeServer();
beforeAll(() => openSearch.start());
afterAll(() => openSearch.stop());
beforeEach(() => {
  openSearch.reset();
});

const SNAPSHOT = "2026-11-21t03-20-11.5f2c1a";
const INDEX = "acme-jaeger-span-2026-11-20";
const READ = `GET /_snapshot/cs-automated-enc/${SNAPSHOT}`;
const LIST = "GET /_cat/indices?format=json&h=index,health,status&expand_wildcards=all";
const RESTORE = `POST /_snapshot/cs-automated-enc/${SNAPSHOT}/_restore?wait_for_completion=false`;
const restore = { task: "restore", snapshot: SNAPSHOT, indices: [INDEX] };

/** A domain with one snapshot; `health` are the indices that are there, by name. */
function domain(there: Readonly<Record<string, string>>, state = "SUCCESS"): void {
  const health = new Map(Object.entries(there));
  const kept = [".opendistro_security", "other", INDEX, "jaeger-span-2026-11-20"];
  openSearch.answer = ({ request, body }): Answer => {
    if (request === READ) return { body: { snapshots: [{ snapshot: SNAPSHOT, state, indices: kept }] } };
    if (request === LIST) {
      return {
        body: [...health].map(([index, value]) => ({ index, health: value, status: "open" })),
      };
    }
    if (request.startsWith("DELETE /")) health.delete(request.slice("DELETE /".length));
    if (request === RESTORE) {
      const { indices, rename_replacement: name = "$1" } = body as {
        indices: string;
        rename_replacement?: string;
      };
      for (const index of indices.split(",")) health.set(name.replace("$1", index), "yellow");
    }
    return {};
  };
}

const run = (event: object, ms?: number) => adminBefore(openSearch.origin).invoke(event, ms);
const changes = () => openSearch.requests.filter((request) => !request.startsWith("GET "));
const BODY = {
  indices: INDEX,
  ignore_unavailable: false,
  include_global_state: false,
  include_aliases: false,
  partial: false,
};

test("snapshots: the newest first", async () => {
  openSearch.answer = () => ({
    body: [
      { id: "older", status: "SUCCESS", end_epoch: "1794000000" },
      { id: "newer", status: "PARTIAL", end_epoch: "1794003600" },
    ],
  });
  expect(await run({ task: "snapshots" })).toEqual({
    snapshots: [
      { snapshot: "newer", status: "PARTIAL", end: new Date(1_794_003_600_000).toISOString() },
      { snapshot: "older", status: "SUCCESS", end: new Date(1_794_000_000_000).toISOString() },
    ],
  });
  expect(openSearch.requests).toEqual([
    "GET /_cat/snapshots/cs-automated-enc?format=json&h=id,status,end_epoch",
  ]);
});

test("snapshots: of one, Jaeger's indices and no others", async () => {
  domain({});
  expect(await run({ task: "snapshots", snapshot: SNAPSHOT })).toEqual({
    snapshot: SNAPSHOT,
    status: "SUCCESS",
    indices: [INDEX, "jaeger-span-2026-11-20"],
  });
  expect(openSearch.requests).toEqual([READ]);
});

test("an index that is gone comes back, and nothing else with it", async () => {
  domain({ "jaeger-span-2026-11-20": "green" });
  const admin = adminBefore(openSearch.origin);
  const done = { snapshot: SNAPSHOT, restored: [INDEX], complete: true };
  expect(await admin.invoke(restore)).toEqual(done);
  expect(openSearch.requests).toEqual([READ, LIST, RESTORE, LIST]);
  expect(openSearch.seen[2]?.body).toEqual(BODY);
  expect(admin.logged).toEqual([{ level: "info", task: "restore", ...done, message: "done" }]);
});

test("a copy has a name that is nobody's, and needs nothing to be gone", async () => {
  domain({ [INDEX]: "green" });
  expect(await run({ ...restore, copy: true })).toMatchObject({
    restored: [`restored_${INDEX}`],
    complete: true,
  });
  expect(openSearch.seen[2]?.body).toEqual({
    ...BODY,
    rename_pattern: "^(.+)$",
    rename_replacement: "restored_$1",
  });
  expect(changes()).toEqual([RESTORE]);
});

test("a red index is replaced when that is asked for, after the snapshot was looked at", async () => {
  domain({ [INDEX]: "red" });
  const admin = adminBefore(openSearch.origin);
  expect(await admin.invoke({ ...restore, replaceRed: true })).toMatchObject({ complete: true });
  expect(changes()).toEqual([`DELETE /${INDEX}`, RESTORE]);
  expect(admin.logged[0]).toMatchObject({ level: "warn", message: "deleted the red index", index: INDEX });
});

test.each<[string, Record<string, string>, object, string, string]>([
  ["there already", { [INDEX]: "green" }, {}, `There already: ${INDEX} (green)`, "SUCCESS"],
  ["there already, and not red", { [INDEX]: "yellow" }, { replaceRed: true }, `${INDEX} (yellow)`, "SUCCESS"],
  ["red, and nobody said to replace it", { [INDEX]: "red" }, {}, `${INDEX} (red)`, "SUCCESS"],
  [
    "there already as a copy",
    { [`restored_${INDEX}`]: "green" },
    { copy: true },
    "There already: restored_",
    "SUCCESS",
  ],
  [
    "not in it",
    {},
    { indices: ["acme-jaeger-span-2026-11-19"] },
    "has no acme-jaeger-span-2026-11-19",
    "SUCCESS",
  ],
  ["of a snapshot that is not complete", {}, {}, "is still being made", "IN_PROGRESS"],
  ["red, and the snapshot lacks parts", { [INDEX]: "red" }, { replaceRed: true }, "is PARTIAL", "PARTIAL"],
])("an index is refused and nothing changes: %s", async (_name, health, more, message, state) => {
  domain(health, state);
  await expect(run({ ...restore, ...more })).rejects.toThrow(message);
  expect(changes()).toEqual([]);
});

test("without time for all of it, it says that OpenSearch is still copying", async () => {
  domain({});
  const { answer } = openSearch;
  openSearch.answer = (seen) =>
    seen.request === LIST ? { body: [{ index: INDEX, health: "red" }] } : answer(seen);
  await expect(run(restore)).rejects.toThrow("(red)");
  let isStarted = false;
  openSearch.answer = (seen) => {
    if (seen.request === RESTORE) isStarted = true;
    if (seen.request === LIST) return { body: isStarted ? [{ index: INDEX, health: "red" }] : [] };
    return answer(seen);
  };
  expect(await run(restore, 12_100)).toEqual({ snapshot: SNAPSHOT, restored: [INDEX], complete: false });
});

test("what OpenSearch refuses is told as it is, once", async () => {
  domain({});
  const { answer } = openSearch;
  openSearch.answer = (seen) =>
    seen.request === RESTORE
      ? { status: 500, body: { error: { type: "snapshot_restore_exception", reason: "no space" } } }
      : answer(seen);
  await expect(run(restore)).rejects.toThrow("no space (status 500)");
  expect(changes()).toEqual([RESTORE]);
});

test("discard deletes copies, by name, and says which were there", async () => {
  const [copy, gone] = [`restored_${INDEX}`, "restored_jaeger-span-2026-11-01"];
  openSearch.answer = ({ request }) => (request.endsWith(gone) ? { status: 404 } : {});
  expect(await run({ task: "discard", indices: [copy, gone] })).toEqual({ deleted: [copy] });
  expect(openSearch.requests).toEqual([`DELETE /${copy}`, `DELETE /${gone}`]);
});
