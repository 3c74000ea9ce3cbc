import { ASSUMPTIONS, type AssumptionName } from "../cost/assumptions";
import type { Estimate, EstimateInput } from "../cost/estimate";
import { CONFIDENCES, MEANING, type PriceId } from "../cost/prices";
import type { Reliance } from "../cost/reliance";
import type { Output } from "./command";
import { percent, quantity, usd } from "./cost-tables";
import { table } from "./table";
import { wrapped } from "./wrap";

/** "Of it $12.00 (80 %) rest on prices read elsewhere, $3.00 (20 %) on prices from memory." */
export function relianceText(reliance: Reliance): string {
  const all = CONFIDENCES.reduce((sum, each) => sum + reliance[each], 0);
  const parts = CONFIDENCES.filter((each) => reliance[each] > 0).map(
    (each, at) =>
      `${usd(reliance[each])} (${percent(reliance[each] / all)}) ${at === 0 ? "rest on" : "on"} prices ${MEANING[each]}`,
  );
  return parts.length === 0 ? "" : `Of it ${parts.join(", ")}.`;
}

/** What is wrong with the estimate, before anything else: too small a service, a price that nobody knows. */
export function cautionText({ tooSmall, unpriced }: Estimate, { columns }: Output): string {
  const small = tooSmall.map(
    ({ what, configured, needed, most }) =>
      `central.json has ${String(configured)} ${what}; this load takes ${String(needed)}, and they are priced as such${most === undefined ? "" : `. It allows ${String(most)}: take a larger type of node`}`,
  );
  const unknown = unpriced.map(
    (id) => `no price is known for ${id}: it is not in the sums. Give one by --prices (docs/COST.md)`,
  );
  return [...small, ...unknown].map((line) => wrapped(`${line}\n`, columns)).join("\n");
}

/** What the numbers rest on. */
export function basisText(result: Estimate, { assumptions, prices }: EstimateInput, output: Output): string {
  const rows = (Object.keys(ASSUMPTIONS) as AssumptionName[]).map((name) => {
    const { unit, what, value } = ASSUMPTIONS[name];
    return [
      name,
      `${String(assumptions[name])} ${unit}`.trim(),
      assumptions[name] === value ? what : `${what} (given; ${String(value)} otherwise)`,
    ];
  });
  const used = usedPrices(result).flatMap((id) => {
    const price = prices[id];
    if (price === undefined) return [];
    const { tiers, per, unit, region, read, source, confidence, free } = price;
    const steps = tiers.map(({ usd: each }) => `$${String(each)}`).join(", then ");
    return [
      [
        id,
        `${steps} for a ${unit}`,
        free === undefined ? "" : quantity(free / per),
        region,
        read,
        confidence,
        source,
      ],
    ];
  });
  const say = (text: string): string => wrapped(text, output.columns);
  return [
    `${say("Assumptions (another value: --assume name=value):")}\n${table(["name", "value", "what"], rows, output)}`,
    `${say('Prices (others: --prices FILE; "read" is the day, "known" how: docs/COST.md):')}\n${table(["id", "price", "free", "Region", "read", "known", "source"], used, output, [2])}`,
    say(
      "Every amount is rounded to the cent by itself, so rows may differ from their sum by some cents; --json has all digits, and there the sums are exact.\n",
    ),
    say(
      "Not in it: the applications' own tasks, taxes, support, data between Regions and zones, discounts, requests to KMS, the shared services' own logs, and your own time. docs/COST.md has how much that is about.\n",
    ),
  ].join("\n");
}

const usedPrices = ({ shared, tenants }: Estimate): PriceId[] =>
  [
    ...new Set(
      [...shared, ...tenants.flatMap(({ lines, elsewhere, otlp }) => [...lines, ...elsewhere, ...otlp])].map(
        ({ price }) => price,
      ),
    ),
  ].sort();
