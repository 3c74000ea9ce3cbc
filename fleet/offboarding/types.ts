import type { Central, Tenant } from "../types";
import { count } from "../../lib/wording";

/** One kind of data of a tenant that leaves. */
export interface Remainder {
  readonly what: string;
  /** Account, Region and name of what holds it. */
  readonly where: string;
  /** What becomes of it; a sentence or two. */
  readonly fate: string;
  /**
   * The last day (`YYYY-MM-DD`) on which something of it can be there; the day of the deployment when that deletes it.
   * Null: until somebody deletes it.
   */
  readonly until: string | null;
}

/** Whoever leaves, from where, and when. */
export interface Leaving {
  readonly central: Central;
  readonly tenant: Tenant;
  /** Day of the deployment that empties the tenant's stack, `YYYY-MM-DD`. */
  readonly date: string;
}

const DAY = 24 * 60 * 60 * 1000;

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

export const days = (number: number): string => count(number, "day");

export const centralPlace = ({ central }: Leaving, name: string): string =>
  `central account ${central.accountId}, ${central.region}: ${name}`;

export const tenantPlace = ({ tenant }: Leaving, name: string): string =>
  `tenant's account ${tenant.accountId}, ${tenant.region}: ${name}`;
