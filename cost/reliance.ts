import type { Line } from "./charges";
import type { Estimate, TenantEstimate } from "./estimate";
import { split, total } from "./money";
import { CONFIDENCES, type Confidence, type Prices } from "./prices";

/** How much of a sum rests on prices of each confidence, in dollars; together they are the sum. */
export type Reliance = Readonly<Record<Confidence, number>>;

export function relianceOf(lines: readonly Line[], prices: Prices): Reliance {
  const of = (confidence: Confidence): number =>
    total(lines.map(({ price, usd }) => (prices[price]?.confidence === confidence ? usd : 0)));
  return Object.fromEntries(CONFIDENCES.map((each) => [each, of(each)])) as Reliance;
}

const added = (one: Reliance, other: Reliance): Reliance =>
  Object.fromEntries(CONFIDENCES.map((each) => [each, total([one[each], other[each]])])) as Reliance;

/** Of a tenant's total: its own lines, and its part of the shared ones. */
export function tenantReliance(
  { lines, share }: Pick<TenantEstimate, "lines" | "share">,
  { shared }: Pick<Estimate, "shared">,
  prices: Prices,
): Reliance {
  const whole = relianceOf(shared, prices);
  const parts = split(
    share,
    CONFIDENCES.map((each) => whole[each]),
  );
  const part = Object.fromEntries(CONFIDENCES.map((each, at) => [each, parts[at] ?? 0])) as Reliance;
  return added(relianceOf(lines, prices), part);
}

/** Of the fleet's total, and of what the other ways would cost. */
export const fleetReliance = (
  { shared, tenants }: Pick<Estimate, "shared" | "tenants">,
  prices: Prices,
): Readonly<Record<"total" | "elsewhere" | "otlp", Reliance>> => ({
  total: relianceOf([...shared, ...tenants.flatMap(({ lines }) => lines)], prices),
  elsewhere: relianceOf(
    tenants.flatMap(({ elsewhere }) => elsewhere),
    prices,
  ),
  otlp: relianceOf(
    tenants.flatMap(({ otlp }) => otlp),
    prices,
  ),
});
