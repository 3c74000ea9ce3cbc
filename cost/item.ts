import type { PriceId } from "./prices";

/** What an amount is spent on. `base` is what every signal needs: sidecars, keys, endpoints, Terraform's own bill. */
export type Signal = "metrics" | "logs" | "traces" | "alerts" | "people" | "base";

export const SIGNALS: readonly Signal[] = ["metrics", "logs", "traces", "alerts", "people", "base"];

/** A quantity of a month that has a price. */
export interface Item {
  readonly signal: Signal;
  /** What it is, in the words of the project: "series of checkout". */
  readonly what: string;
  readonly price: PriceId;
  /** In single things: requests, samples, GB, hours. */
  readonly quantity: number;
  /** The account that pays: free amounts and steps of a price count for all of it together. */
  readonly account: "central" | "tenant";
}

/** 1 GB on a bill. */
export const GB = 1e9;
