import fc from "fast-check";
import { dayOf, indexName, isTenant, parseIndex } from "../../lambda/storage-admin/indices";
import { isPastRetention, type Retention } from "../../lambda/storage-admin/retention-rules";
import { NOW } from "./admin-opensearch";

const TODAY = dayOf(NOW);
const retention = (over: Partial<Retention> = {}): Retention => ({
  centralDays: 7,
  tenants: new Map(),
  isComplete: true,
  ...over,
});

describe("names", () => {
  test("are taken apart only when they are to the letter Jaeger's", () => {
    expect(parseIndex("jaeger-span-2026-11-21")).toEqual({
      name: "jaeger-span-2026-11-21",
      owner: "central",
      kind: "span",
      day: TODAY,
    });
    expect(parseIndex("a-b1-jaeger-sampling-2024-02-29")).toMatchObject({ owner: "a-b1", kind: "sampling" });
  });

  test.each([
    "jaeger-span-2026-02-30",
    "jaeger-span-2025-02-29",
    "jaeger-span-2026-13-01",
    "jaeger-span-2026-00-10",
    "jaeger-span-2026-1-1",
    "jaeger-span-2026.11.21",
    "jaeger-span-2026-11-21-000001",
    "jaeger-span-archive",
    "jaeger-span-write",
    "jaeger-metrics-2026-11-21",
    "Jaeger-span-2026-11-21",
    "xjaeger-span-2026-11-21",
    "-jaeger-span-2026-11-21",
    "acme_jaeger-span-2026-11-21",
    // Copies out of a snapshot.
    "restored_acme-jaeger-span-2026-11-21",
    "restored_jaeger-span-2026-11-21",
    "central-jaeger-span-2026-11-21",
    "acme-jaeger-jaeger-span-2026-11-21",
    "jaeger-jaeger-span-2026-11-21",
    ".jaeger-span-2026-11-21",
    ".opendistro_security",
    "acme-jaeger-span-2026-11-21 ",
    "acme-jaeger-span-2026-11-21,jaeger-span-2026-11-21",
    "jaeger-span-*",
    "",
  ])("%j is nobody's", (name) => {
    expect(parseIndex(name)).toBeUndefined();
  });
});

const tenant = fc.stringMatching(/^[a-z][a-z0-9-]{1,20}$/).filter(isTenant);
const owner = fc.oneof(fc.constant("central"), tenant);
const kind = fc.constantFrom(
  "span" as const,
  "service" as const,
  "dependencies" as const,
  "sampling" as const,
);

describe("the decision", () => {
  test.each([
    [0, false],
    [1, false],
    [7, false],
    [8, true],
    [400, true],
    [-1, false],
    [-30, false],
  ])("7 days: an index of %i days ago is past retention: %s", (age, expected) => {
    const index = parseIndex(indexName("central", "span", TODAY - age));
    expect(index && isPastRetention(index, retention(), TODAY)).toBe(expected);
  });

  test("every name is read as what it was made of", () => {
    fc.assert(
      fc.property(owner, kind, fc.integer({ min: 0, max: 80_000 }), (who, what, day) => {
        const name = indexName(who, what, day);
        expect(parseIndex(name)).toEqual({ name, owner: who, kind: what, day });
      }),
    );
  });

  test("what is read as a name writes itself again, whatever the text", () => {
    const part = fc.constantFrom(
      "jaeger",
      "span",
      "service",
      "-",
      "acme",
      "2026",
      "02",
      "30",
      "11",
      "central",
      "*",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const name = parts.join("");
        const index = parseIndex(name);
        if (index) expect(indexName(index.owner, index.kind, index.day)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test("nothing that is younger than its owner's retention is ever past it, and nothing else is kept", () => {
    const days = fc.integer({ min: 1, max: 3650 });
    fc.assert(
      fc.property(
        owner,
        kind,
        fc.integer({ min: -400, max: 4000 }),
        days,
        fc.option(days, { nil: undefined }),
        fc.boolean(),
        fc.boolean(),
        (who, what, age, centralDays, ownDays, hasParameter, isComplete) => {
          const name = indexName(who, what, TODAY - age);
          const index = parseIndex(name);
          if (!index) throw new Error(name);
          const tenants = new Map(hasParameter ? [[who, ownDays]] : []);
          const isPast = isPastRetention(index, { centralDays, tenants, isComplete }, TODAY);
          const known =
            who === "central"
              ? centralDays
              : !isComplete
                ? Infinity
                : hasParameter
                  ? (ownDays ?? Infinity)
                  : centralDays;
          expect(isPast).toBe(age > known);
          if (age <= 0) expect(isPast).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("less knowledge never deletes more", () => {
    const days = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(tenant, fc.integer({ min: -5, max: 90 }), days, days, (who, age, centralDays, ownDays) => {
        const index = parseIndex(indexName(who, "span", TODAY - age));
        if (!index) throw new Error(who);
        const known = retention({ centralDays, tenants: new Map([[who, ownDays]]) });
        const bad = retention({ centralDays, tenants: new Map([[who, undefined]]) });
        for (const worse of [bad, { ...known, isComplete: false }]) {
          expect(isPastRetention(index, worse, TODAY)).toBe(false);
        }
      }),
    );
  });
});
