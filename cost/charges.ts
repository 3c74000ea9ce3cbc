import type { Assumptions } from "./assumptions";
import type { Item } from "./item";
import { amount } from "./money";
import { charge, type Price, type PriceId, type Prices } from "./prices";

/** An item with what it costs in a month, in dollars. */
export interface Line extends Item {
  readonly usd: number;
}

/** Items or lines of what all share, and of each tenant by its name. */
export interface Sides<T> {
  readonly shared: readonly T[];
  readonly tenants: ReadonlyMap<string, readonly T[]>;
}

type Quantities = Map<PriceId, number>;

/**
 * Prices items account by account: the steps of a price, and what is free, are for an account's whole month. What all
 * share takes the free amount and the first steps; the rest of the bill goes to the tenants by what each takes. So the
 * sum of the lines is the bill, and what stands for one tenant costs the same whatever stands for the others. An item
 * without a price has no line.
 */
export function charged(
  { shared, tenants }: Sides<Item>,
  prices: Prices,
  { regionFactor }: Assumptions,
): Sides<Line> {
  const ofAll = quantities(shared);
  const ofTenants = quantities([...tenants.values()].flatMap((items) => items.filter(isCentral)));
  const lines = (items: readonly Item[], rate: (item: Item, price: Price) => number): Line[] =>
    items.flatMap((item) => {
      const price = prices[item.price];
      if (price === undefined) return [];
      const factor = price.region === "any" ? 1 : regionFactor;
      return [{ ...item, usd: amount(rate(item, price) * item.quantity * factor) }];
    });
  const central = remembered((price: PriceId, of: Price) => {
    const before = ofAll.get(price) ?? 0;
    const more = ofTenants.get(price) ?? 0;
    return more === 0 ? 0 : (charge(of, before + more) - charge(of, before)) / more;
  });
  return {
    shared: lines(shared, ({ price }, of) => perThing(of, ofAll.get(price))),
    tenants: new Map(
      [...tenants].map(([name, items]) => {
        const own = quantities(items.filter((item) => !isCentral(item)));
        return [
          name,
          lines(items, (item, of) =>
            isCentral(item) ? central(item.price, of) : perThing(of, own.get(item.price)),
          ),
        ];
      }),
    ),
  };
}

const isCentral = ({ account }: Item): boolean => account === "central";

function quantities(items: readonly Item[]): Quantities {
  const sums: Quantities = new Map();
  for (const { price, quantity } of items) sums.set(price, (sums.get(price) ?? 0) + quantity);
  return sums;
}

/** Dollars for one of so many things. */
const perThing = (price: Price, quantity = 0): number =>
  quantity === 0 ? 0 : charge(price, quantity) / quantity;

/** Each rate is worked out once. */
function remembered(rate: (id: PriceId, price: Price) => number): typeof rate {
  const known = new Map<PriceId, number>();
  return (id, price) => {
    const usd = known.get(id) ?? rate(id, price);
    known.set(id, usd);
    return usd;
  };
}
