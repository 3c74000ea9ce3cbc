import { type Assumptions, DEFAULT_ASSUMPTIONS } from "../../cost/assumptions";
import { estimate } from "../../cost/estimate";
import { asClaimed, repeated, saving, savingBySignal, savings, scaled } from "../../cost/saving";
import { exampleFleet } from "../support/fleets";
import { inputOf } from "./input";

const example = inputOf(exampleFleet());

describe("70 % below CloudWatch and X-Ray", () => {
  const at = (cells: ReturnType<typeof savings>): Record<string, number> =>
    Object.fromEntries(
      cells.map(({ tenants, load, saving: share }) => [`${tenants} x ${load}`, Math.round(share * 100)]),
    );

  test("holds nowhere for the example as it is: it pays X-Ray, too", () => {
    const cells = savings(example);
    expect(Object.keys(at(cells))).toHaveLength(18);
    expect(Math.max(...cells.map(({ saving: share }) => share))).toBeLessThan(0.7);
  });

  type Shares = Record<"all" | "metrics" | "logs" | "traces", number>;
  /** Part that a fleet of so many tenants saves with every task at so many times the load, in whole and by signal. */
  function savedAt(tenants: number, load: number, changes: Partial<Assumptions> = {}) {
    const larger = repeated(asClaimed(example), tenants / 3);
    const assumptions = scaled({ ...DEFAULT_ASSUMPTIONS, ...changes }, load);
    const result = estimate({ ...larger, assumptions });
    const of = (way: "elsewhere" | "otlp", there: number): Shares => ({
      all: saving(result.total, there),
      ...(Object.fromEntries(savingBySignal(result, way)) as Omit<Shares, "all">),
    });
    return { ...of("elsewhere", result.elsewhereTotal), otlp: of("otlp", result.otlpTotal) };
  }

  // The sentences of docs/COST.md below its table.
  const SMALL_VOLUMES = { opensearchVolumeShare: 0.1 };

  test.each<[string, number, Partial<Assumptions>, number[], number[]]>([
    ["30 tenants", 30, {}, [0.1, 0.3], [1, 3, 10, 100]],
    ["300 tenants", 300, {}, [0.1, 0.3], [1, 3, 100]],
    ["3 tenants", 3, {}, [0.1, 1, 2], [3, 10, 100]],
    ["30 tenants with small volumes", 30, SMALL_VOLUMES, [1, 2, 30], [3, 10]],
    ["300 tenants with small volumes", 300, SMALL_VOLUMES, [1, 30, 100], [3, 10]],
    ["3 tenants with small volumes", 3, SMALL_VOLUMES, [1, 3, 10, 15, 30], []],
  ])("with Jaeger alone %s", (_, tenants, changes, below, holds) => {
    for (const load of below) expect([load, savedAt(tenants, load, changes).all < 0.7]).toEqual([load, true]);
    for (const load of holds)
      expect([load, savedAt(tenants, load, changes).all >= 0.7]).toEqual([load, true]);
  });

  test("it is metrics that save it: traces and logs only from some load on", () => {
    for (const load of [0.1, 1, 10, 100]) {
      const { metrics, traces, otlp } = savedAt(300, load);
      expect(metrics).toBeGreaterThan(0.97);
      expect(traces).toBeLessThan(0.845);
      expect(otlp.metrics).toBeGreaterThan(0.47);
      expect(otlp.metrics).toBeLessThan(0.92);
      expect(otlp.traces).toBeLessThan(0.725);
      const small = savedAt(300, load, SMALL_VOLUMES);
      expect(small.traces).toBeLessThan(0.365);
      expect(small.otlp.traces).toBeLessThan(0);
    }
    expect(savedAt(300, 1).logs).toBeLessThan(0);
    expect(savedAt(300, 3).logs).toBeGreaterThan(0.69);
    expect(savedAt(300, 3.1).logs).toBeGreaterThan(0.7);
    expect(savedAt(3, 10).logs).toBeLessThan(0.6);
  });

  test("by the gigabyte CloudWatch is cheaper at small loads; 70 % is saved of it at the largest alone", () => {
    const all = (tenants: number, load: number, changes?: Partial<Assumptions>): number =>
      Math.floor(savedAt(tenants, load, changes).otlp.all * 100);
    expect([all(300, 1), all(3, 1)]).toEqual([-2, -199]);
    expect([all(300, 10), all(3, 30)].every((share) => share < 70)).toBe(true);
    expect([all(300, 30), all(3, 100)].every((share) => share >= 70)).toBe(true);
    expect(all(300, 100, SMALL_VOLUMES)).toBe(4);
    const large = { bytesPerOtlpPoint: 1000, bytesPerSpan: 2000 };
    expect([all(300, 1, large), all(300, 100, large)]).toEqual([46, 86]);
    const small = { bytesPerOtlpPoint: 250, bytesPerSpan: 500 };
    expect([all(300, 1, small), all(300, 100, small)]).toEqual([-85, 52]);
  });

  test("a larger fleet shares what stands", () => {
    const [few, many] = [1, 10].map((times) => estimate(repeated(example, times)));
    expect(many?.tenants).toHaveLength(30);
    expect(many?.tenants[0]?.share ?? NaN).toBeLessThan((few?.tenants[0]?.share ?? NaN) / 2);
  });

  test("of nothing, nothing is saved", () => {
    expect([saving(0, 0), saving(50, 100), saving(150, 100)]).toEqual([0, 0.5, -0.5]);
  });
});
