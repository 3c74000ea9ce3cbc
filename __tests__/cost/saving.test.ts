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
  test.each([
    ["30 tenants", 30, [2, 30], [3, 10, 20]],
    ["300 tenants", 300, [1, 30, 100], [3, 10, 20]],
    ["3 tenants", 3, [1, 3, 7, 10, 15, 30], []],
  ])(
    "with Jaeger alone %s: between three and twenty times the load, or not at all",
    (_, tenants, below, holds) => {
      for (const load of below) expect([load, savedAt(tenants, load).all < 0.7]).toEqual([load, true]);
      for (const load of holds) expect([load, savedAt(tenants, load).all >= 0.7]).toEqual([load, true]);
    },
  );

  test("it is metrics that save it: traces never do, logs only from some load on", () => {
    for (const load of [0.1, 1, 10, 100]) {
      const { metrics, traces, otlp } = savedAt(300, load);
      expect(metrics).toBeGreaterThan(0.97);
      expect(traces).toBeLessThan(0.37);
      expect(otlp.metrics).toBeGreaterThan(0.47);
      expect(otlp.metrics).toBeLessThan(0.92);
      expect(otlp.traces).toBeLessThan(0);
    }
    expect(savedAt(300, 1).logs).toBeLessThan(0);
    expect(savedAt(300, 3).logs).toBeGreaterThan(0.7);
    expect(savedAt(3, 10).logs).toBeLessThan(0.6);
  });

  test("by the gigabyte CloudWatch is cheaper at small loads, and about the same at large ones", () => {
    const all = (tenants: number, load: number, changes?: Partial<Assumptions>): number =>
      Math.floor(savedAt(tenants, load, changes).otlp.all * 100);
    expect([all(300, 1), all(3, 1)]).toEqual([-68, -232]);
    for (const load of [20, 50, 100]) expect(Math.abs(all(300, load))).toBeLessThanOrEqual(5);
    const large = { bytesPerOtlpPoint: 1000, bytesPerSpan: 2000 };
    expect([all(300, 1, large), all(300, 100, large)]).toEqual([12, 50]);
    expect(all(300, 1, { bytesPerOtlpPoint: 250, bytesPerSpan: 500 })).toBe(-206);
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
