import table from "./prices.json";

/** A step of a price list: what each unit costs up to that quantity a month. */
export interface Tier {
  /** In single things, not in `unit`s; absent: without end. */
  readonly upTo?: number;
  readonly usd: number;
}

/** A price, with where and when it was read. */
export interface Price {
  readonly what: string;
  /** What the price is for: "million requests". */
  readonly unit: string;
  /** How many things a unit is: 1000000. */
  readonly per: number;
  /** Cheapest last. The price is for what lies in the step, not for all. */
  readonly tiers: readonly Tier[];
  /** Things that an account gets free every month. */
  readonly free?: number;
  readonly region: string;
  /** Day, as `2026-11-20`. */
  readonly read: string;
  readonly source: string;
  /** `official`: read on the seller's page; `secondary`: somewhere else; `memory`: look it up before you rely on it. */
  readonly confidence: "official" | "secondary" | "memory";
}

export type PriceId = keyof typeof table.prices;
export type Prices = Readonly<Record<PriceId, Price>>;

/** Every price that the estimate uses. The only place with a number of dollars. */
export const PRICES: Prices = table.prices as Prices;

export const isPriceId = (id: string): id is PriceId => Object.hasOwn(table.prices, id);

/** What a month's quantity costs in one account, in dollars. Never falls when the quantity grows. */
export function charge({ tiers, per, free = 0 }: Price, quantity: number): number {
  let usd = 0;
  let from = free;
  for (const tier of tiers) {
    const upTo = Math.min(quantity, tier.upTo ?? Infinity);
    if (upTo > from) {
      usd += ((upTo - from) / per) * tier.usd;
      from = upTo;
    }
  }
  return usd;
}
