import table from "./prices.json";

/** A step of a price list: what each unit costs up to that quantity a month. */
export interface Tier {
  /** In single things, not in `unit`s; absent: without end. */
  readonly upTo?: number;
  readonly usd: number;
}

/** How a price is known, the best first. `given` is by `--prices`. */
export const CONFIDENCES = ["given", "official", "secondary", "memory"] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** What a confidence means, after "prices". */
export const MEANING: Readonly<Record<Confidence, string>> = {
  given: "given by --prices",
  official: "read on the seller's page or a copy of it",
  secondary: "read elsewhere",
  memory: "from memory",
};

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
  /** Day on which it was read, or, from memory, written down: `2026-11-20`. */
  readonly read: string;
  /** Where it was read; else the seller's page that has it. */
  readonly source: string;
  readonly confidence: Confidence;
  /** How it was read: "a copy of that page", or elsewhere, and where. */
  readonly evidence: string;
}

type BuiltIn = keyof typeof table.prices;
/** Nodes of a type that the built-in table does not have: `--prices` may. */
type Node = `opensearch.${string}.search`;
export type PriceId = BuiltIn | Node;
export type Prices = Readonly<Record<BuiltIn, Price>> & Readonly<Partial<Record<Node, Price>>>;

/** Every built-in price. The only place with a number of dollars. */
export const PRICES: Prices = table.prices as Record<BuiltIn, Price>;

export const isNode = (id: string): id is Node => /^opensearch\.[a-z][a-z0-9]+\.[a-z0-9]+\.search$/.test(id);

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
