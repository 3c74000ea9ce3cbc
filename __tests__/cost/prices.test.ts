import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { charge, PRICES, type Price } from "../../cost/prices";

const all = Object.entries(PRICES) as [string, Price][];

test("every price has a source, a day, a Region and how it is known", () => {
  const lacking = all.filter(
    ([, { source, read, region, confidence, evidence, what, unit, per }]) =>
      !(
        /^https:\/\/[\w.]+\/\S+$/.test(source) &&
        /^20\d\d-\d\d-\d\d$/.test(read) &&
        /^(us-east-1|any)$/.test(region) &&
        ["official", "secondary", "memory"].includes(confidence) &&
        evidence !== "" &&
        what !== "" &&
        unit !== "" &&
        per > 0
      ),
  );
  expect(lacking).toEqual([]);
});

test("every price is one that something costs: a file of --prices that has it changes an estimate", () => {
  const folder = join(__dirname, "..", "..", "cost");
  const code = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("");
  const unused = all.filter(
    ([id]) => !/^(fargate|opensearch\.\w+\.\w+\.search)/.test(id) && !code.includes(`"${id}"`),
  );
  expect(unused.map(([id]) => id)).toEqual([]);
});

test("the steps of a price rise in quantity and fall in dollars; only the last has no end", () => {
  const wrong = all.filter(([, { tiers, free = 0 }]) => {
    const ends = tiers.map(({ upTo = Infinity }) => upTo);
    const dollars = tiers.map(({ usd }) => usd);
    return !(
      ends.at(-1) === Infinity &&
      ends.every((end, at) => end > (ends[at - 1] ?? free)) &&
      dollars.every((usd, at) => usd > 0 && usd < (dollars[at - 1] ?? Infinity))
    );
  });
  expect(wrong).toEqual([]);
});

// By hand from FACTS: $0.90 per 10 million up to 2 billion, $0.35 up to 252 billion, $0.16 above; 40 million are free.
test.each([
  ["amp.samples", 40e6, 0],
  ["amp.samples", 50e6, 0.9],
  ["amp.samples", 2e9, 176.4],
  ["amp.samples", 12e9, 176.4 + 350],
  ["amp.samples", 262e9, 176.4 + 8750 + 160],
  ["cloudwatch.metric", 10, 0],
  ["cloudwatch.metric", 1010, 300],
  ["cloudwatch.metric", 20_000, 2997 + 1000],
  ["xray.recorded", 1_100_000, 5],
  ["api.requests", 2_000_000, 7],
  ["kms.key", 3, 3],
] as const)("%s of %d cost %d dollars", (id, quantity, usd) => {
  expect(charge(PRICES[id], quantity)).toBeCloseTo(usd, 6);
});

test("more never costs less", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.double({ min: 0, max: 1e13, noNaN: true }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      ([, price], quantity, factor) => {
        expect(charge(price, quantity * factor)).toBeGreaterThanOrEqual(
          charge(price, quantity) * (1 - 1e-12),
        );
      },
    ),
    { seed: 9 },
  );
});
