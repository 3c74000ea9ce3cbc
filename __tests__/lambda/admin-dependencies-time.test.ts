import {
  writeDependencies,
  type DependenciesOptions,
  type DependenciesResult,
} from "../../lambda/storage-admin/dependencies";
import { type Domain } from "../../lambda/storage-admin/domain";
import { parseIndex } from "../../lambda/storage-admin/indices";

const HOUR = 3_600_000;
const START = Date.parse("2026-11-21T12:20:00Z");
const LIMIT = 300_000;
const OWNERS = Array.from({ length: 10 }, (_, id) => `tenant-${id}`);

/** As scheduled. */
const TWO = { hours: 2, repeatedHours: 1 };

interface Run {
  readonly result: DependenciesResult;
  /** `<hour> <owner>` in the order of the searches. */
  readonly done: readonly string[];
  /** Milliseconds after the start at which each search began. */
  readonly begun: readonly number[];
  readonly logged: readonly object[];
}

/** One run on a clock that only the domain moves: every owner's hour takes as long. */
async function run(
  now: number,
  taking: number,
  { hours, repeatedHours }: Pick<DependenciesOptions, "hours" | "repeatedHours"> = TWO,
): Promise<Run> {
  let clock = 0;
  const done: string[] = [];
  const begun: number[] = [];
  const logged: object[] = [];
  const domain: Domain = {
    remaining: () => LIMIT - clock,
    remove: () => Promise.reject(new Error("nothing is deleted")),
    call: ({ method, path, body }) => {
      if (method === "GET") {
        const date = (ago: number) => new Date(now - ago * HOUR).toISOString().slice(0, 10);
        const days = new Set([date(0), date(24)]);
        return Promise.resolve(
          OWNERS.flatMap((owner) => [...days].map((day) => ({ index: `${owner}-jaeger-span-${day}` }))),
        );
      }
      begun.push(clock);
      clock += taking;
      const { query } = body as {
        query: { bool: { filter: [{ range: { startTimeMillis: { lt: number } } }] } };
      };
      const hour = new Date(query.bool.filter[0].range.startTimeMillis.lt - HOUR).toISOString().slice(0, 13);
      done.push(`${hour} ${parseIndex(path[0]?.split(",")[0] ?? "")?.owner ?? "nobody"}`);
      return Promise.resolve({ timed_out: false, _shards: { failed: 0 }, hits: { hits: [] } });
    },
  };
  const result = await writeDependencies(domain, {
    ...{ hours, repeatedHours, maxSpans: 1000, now },
    log: (level, fields) => {
      if ("left" in fields) logged.push({ level, ...fields });
    },
  });
  return { result, done, begun, logged };
}

test("with time for all, each owner's hours are done once, the earlier hour first", async () => {
  const { result, done, logged } = await run(START, 1000);
  expect(result).toMatchObject({ left: 0, failures: 0 });
  const expected = (hour: string) => OWNERS.map((owner) => `${hour} ${owner}`);
  expect([...done.slice(0, 10)].sort()).toEqual(expected("2026-11-21T10"));
  expect([...done.slice(10)].sort()).toEqual(expected("2026-11-21T11"));
  expect(logged).toEqual([]);
});

test("nothing is begun in the last two fifths of the time, and what is left is counted", async () => {
  const { result, begun, logged } = await run(START, 30_000);
  expect(begun).toEqual([0, 30_000, 60_000, 90_000, 120_000, 150_000, 180_000]);
  // Of ten owners and two hours seven were done; the three of the earlier hour are nobody's any more.
  expect(result).toMatchObject({ left: 13, failures: 3 });
  expect(logged).toEqual([
    {
      level: "error",
      task: "dependencies",
      hour: "2026-11-21T10",
      left: 3,
      message: "no time: left to a run by hand",
    },
    {
      level: "warn",
      task: "dependencies",
      hour: "2026-11-21T11",
      left: 10,
      message: "no time: left to the next run",
    },
  ]);
});

test("by hand: of the hours that were not reached, the next run's own are no failures", async () => {
  const { result } = await run(START, 30_000, { hours: 4, repeatedHours: 1 });
  expect(result).toMatchObject({ left: 33, failures: 23 });
});

test("as long as there is time for as many as there are owners, no owner's hour is missed", async () => {
  const done: string[] = [];
  const runs = 60;
  for (let number = 0; number < runs; number += 1) {
    // 12 to 15 of 20.
    const { result, done: some } = await run(START + number * HOUR, number % 2 === 0 ? 15_000 : 13_000);
    expect(result.left).toBeGreaterThan(0);
    expect(result.failures).toBe(0);
    done.push(...some);
  }
  const hours = Array.from({ length: runs - 1 }, (_, number) =>
    new Date(START + (number - 1) * HOUR).toISOString().slice(0, 13),
  );
  const all = hours.flatMap((hour) => OWNERS.map((owner) => `${hour} ${owner}`));
  const seen = new Set(done);
  expect(all.filter((each) => !seen.has(each))).toEqual([]);
});

test("with time for half of the owners, each has its turn as often", async () => {
  const turns = new Map(OWNERS.map((owner) => [owner, 0]));
  const runs = 200;
  let last: readonly string[] = [];
  for (let number = 0; number < runs; number += 1) {
    const { done } = await run(START + number * HOUR, 40_000, { hours: 1, repeatedHours: 0 });
    expect(done).toHaveLength(5);
    const owners = done.map((each) => each.slice(14));
    expect(owners).not.toEqual(last);
    last = owners;
    for (const owner of owners) turns.set(owner, (turns.get(owner) ?? 0) + 1);
  }
  const counts = [...turns.values()];
  expect(Math.min(...counts)).toBeGreaterThan(runs / 2 - 5);
  expect(Math.max(...counts)).toBeLessThan(runs / 2 + 5);
});
