import { estimate, type EstimateInput } from "../../cost/estimate";
import { split, total } from "../../cost/money";
import { CONFIDENCES, type Price, PRICES } from "../../cost/prices";
import { fleetReliance, relianceOf, tenantReliance } from "../../cost/reliance";
import { repeated } from "../../cost/saving";
import { twins } from "../../cost/twins";
import { writeFleet } from "../../bench/generate";
import { loadFleet } from "../../fleet/load";
import { everyOptionFleet } from "../support/every-option-fleet";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleFleet, managed, tenant } from "../support/fleets";
import { inputOf } from "./input";

/** As whoever reads `--json` may add: digit by digit. */
const millionths = (usd: number): bigint => {
  const [, sign = "", whole = "", part = ""] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(String(usd)) ?? [];
  if (whole === "") throw new Error(`${usd} has more than six digits after the point`);
  return BigInt(`${sign}${whole}${part.padEnd(6, "0")}`);
};
const sum = (amounts: readonly number[]): bigint => amounts.reduce((all, usd) => all + millionths(usd), 0n);

const folder = mkdtempSync(join(tmpdir(), "tenantscope-cost-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  ["the example", inputOf(exampleFleet())],
  ["seven times the example", repeated(inputOf(exampleFleet()), 7)],
  ["every option", inputOf(everyOptionFleet({ type: "local" }))],
])("sums are exact to the last digit: %s", (_, input) => {
  const result = estimate(input);
  const { tenants, shared, sharedTotal } = result;

  test("tenants and what they share are the fleet", () => {
    expect(sum(tenants.map((each) => each.total))).toBe(millionths(result.total));
    expect(sum(tenants.map(({ share }) => share))).toBe(millionths(sharedTotal));
    expect(sum(shared.map(({ usd }) => usd))).toBe(millionths(sharedTotal));
    expect(sum(tenants.map(({ elsewhereTotal }) => elsewhereTotal))).toBe(millionths(result.elsewhereTotal));
    expect(sum(tenants.map(({ otlpTotal }) => otlpTotal))).toBe(millionths(result.otlpTotal));
    for (const { lines, own, share, total: all, elsewhere, elsewhereTotal, otlp, otlpTotal } of tenants) {
      expect(sum(lines.map(({ usd }) => usd))).toBe(millionths(own));
      expect(sum([own, share])).toBe(millionths(all));
      expect(sum(elsewhere.map(({ usd }) => usd))).toBe(millionths(elsewhereTotal));
      expect(sum(otlp.map(({ usd }) => usd))).toBe(millionths(otlpTotal));
    }
  });

  test("how the prices are known adds up to what it is said of", () => {
    const all = fleetReliance(result, input.prices);
    expect(sum(Object.values(all.total))).toBe(millionths(result.total));
    expect(sum(Object.values(all.elsewhere))).toBe(millionths(result.elsewhereTotal));
    expect(sum(Object.values(all.otlp))).toBe(millionths(result.otlpTotal));
    for (const each of tenants) {
      expect(sum(Object.values(tenantReliance(each, result, input.prices)))).toBe(millionths(each.total));
    }
  });

  test("a tenant's estimate is that of the fleet, whether the others' stacks are known or not", () => {
    for (const each of tenants) {
      const only = new Map([...input.stacks.tenants].filter(([name]) => name === each.name));
      const alone = estimate({ ...input, stacks: { ...input.stacks, tenants: only } });
      expect(alone.tenants.find(({ name }) => name === each.name)).toEqual(each);
    }
  });
});

test("an amount is split without a rest, nobody gets what has no weight", () => {
  expect(split(1, [1, 1, 1])).toEqual([0.333334, 0.333333, 0.333333]);
  expect(split(0.000002, [0, 1, 1, 1])).toEqual([0, 0.000001, 0.000001, 0]);
  expect(split(5, [])).toEqual([]);
  expect(split(5, [0])).toEqual([0]);
  expect(total([0.1, 0.2])).toBe(0.3);
});

test("each price counts for how it is known", () => {
  const prices = {
    ...PRICES,
    "kms.key": { ...PRICES["kms.key"], confidence: "memory" },
    secret: { ...PRICES.secret, confidence: "given" },
  } as Record<keyof typeof PRICES, Price> as typeof PRICES;
  const line = { signal: "base", what: "x", quantity: 1, account: "tenant" } as const;
  const lines = [
    { ...line, price: "kms.key", usd: 2 },
    { ...line, price: "secret", usd: 0.4 },
    { ...line, price: "xray.recorded", usd: 5 },
    { ...line, price: "nat.hour", usd: 7 },
  ] as const;
  expect(relianceOf(lines, prices)).toEqual({ given: 0.4, official: 5, secondary: 7, memory: 2 });
  expect(CONFIDENCES).toEqual(["given", "official", "secondary", "memory"]);
});

describe("one stack for all tenants that are alike", () => {
  const generated = (): EstimateInput => {
    writeFleet(folder, 60);
    const fleet = loadFleet(folder);
    // Limits of its own, as tenants have them.
    const tenants = fleet.tenants.map((each, at) => ({
      ...each,
      limits: { ...each.limits, activeSeries: 10_000 + at },
    }));
    return inputOf({ ...fleet, tenants });
  };

  test("costs what their own stacks cost", () => {
    const input = generated();
    const alike = twins(input.fleet.tenants);
    const shapes = new Set(alike.values());
    expect(shapes.size).toBeGreaterThan(4);
    expect(shapes.size).toBeLessThan(16);
    const tenants = new Map([...alike].map(([name, twin]) => [name, input.stacks.tenants.get(twin) ?? {}]));
    expect(estimate({ ...input, stacks: { ...input.stacks, tenants } })).toEqual(estimate(input));
  });

  const same = (...changes: readonly object[]): boolean => {
    const tenants = changes.map((change, at) => ({
      ...tenant({ name: `t${at}`, accountId: String(222_222_222_222 + at), services: [managed("shop")] }),
      ...change,
    }));
    return new Set(twins(tenants).values()).size === 1;
  };

  test("names, ids and texts of the same length make no difference; anything else does", () => {
    expect(same({}, {})).toBe(true);
    expect(same({ displayName: "One" }, { displayName: "Two" })).toBe(true);
    expect(same({ displayName: "One" }, { displayName: "Three" })).toBe(false);
    const groups = (id: string) => ({
      grafana: { ...tenant({ name: "x", accountId: "1", services: [] }).grafana, groupIds: [id] },
    });
    expect(
      same(groups("11111111-2222-3333-4444-555555555555"), groups("66666666-2222-3333-4444-555555555555")),
    ).toBe(true);
    const reports = (role: string) => ({ services: [{ ...managed("shop"), environment: { A: role } }] });
    expect(same(reports("one"), reports("two"))).toBe(true);
    const limited = (activeSeries: number) => ({ limits: { activeSeries } });
    expect(same(limited(1000), limited(2000))).toBe(true);
    expect(same(limited(1000), limited(20_000))).toBe(false);
    expect(same({ limits: {} }, limited(1000))).toBe(false);
    expect(same({}, { name: "longer" })).toBe(false);
    expect(same({}, { region: "us-east-2" })).toBe(false);
    expect(same({}, { isolation: "dedicated" })).toBe(false);
    expect(same({}, { services: [managed("shop", { count: 3 })] })).toBe(false);
    expect(same({}, { services: [managed("shop"), managed("shop")] })).toBe(false);
    expect(same({}, { lifecycle: "suspended" })).toBe(false);
  });
});
