import type { Fleet, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { grown, type Need, needs } from "./capacity";
import { elsewhereOf } from "./elsewhere";
import type { Item, Signal } from "./item";
import { charge, type Prices } from "./prices";
import { resourceCount, type Resources, standingOf } from "./standing";
import { usageOf } from "./usage";

/** An item with what it costs in a month, in dollars. */
export interface Line extends Item {
  readonly usd: number;
}

export interface TenantEstimate {
  readonly name: string;
  /** What goes away with the tenant, in both accounts. */
  readonly lines: readonly Line[];
  readonly own: number;
  /** An equal part of the shared services. */
  readonly share: number;
  readonly total: number;
  /** The same load on CloudWatch and X-Ray alone. */
  readonly elsewhere: readonly Line[];
  readonly elsewhereTotal: number;
}

export interface Estimate {
  /** Those that are not offboarding, by name. */
  readonly tenants: readonly TenantEstimate[];
  readonly shared: readonly Line[];
  readonly sharedTotal: number;
  readonly total: number;
  readonly elsewhereTotal: number;
  /** Shared services that `central.json` has too small for the load. The estimate has them as large as needed. */
  readonly tooSmall: readonly Need[];
}

export interface EstimateInput {
  readonly fleet: Fleet;
  /** What the stacks hold; a tenant's is absent where only its use is wanted. */
  readonly stacks: {
    readonly shared: readonly Resources[];
    readonly tenants: ReadonlyMap<string, Resources>;
  };
  readonly assumptions: Assumptions;
  readonly prices: Prices;
}

/** An item, and who has it; undefined: all together. */
interface Owned {
  readonly owner: string | undefined;
  readonly item: Item;
}

export function estimate({ fleet, stacks, assumptions: a, prices }: EstimateInput): Estimate {
  const { central } = fleet;
  const tenants = fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");
  const all = needs(central, tenants, a);
  const remote = central.backend.type === "cloud";
  const shared: Owned[] = [
    ...stacks.shared.flatMap((resources) => [
      ...grown(standingOf(resources, "central", a), all),
      ...terraform(resources, remote),
    ]),
    ...platform(a, stacks.shared),
  ].map((item) => ({ owner: undefined, item }));
  const own = tenants.flatMap((tenant): Owned[] => {
    const resources = stacks.tenants.get(tenant.name) ?? {};
    return [
      ...standingOf(resources, "tenant", a),
      ...terraform(resources, remote),
      ...usageOf(central, tenant, a),
    ].map((item) => ({ owner: tenant.name, item }));
  });
  const priced = price([...shared, ...own], prices, a);
  const elsewhere = price(
    tenants.flatMap((tenant) =>
      [...elsewhereOf(central, tenant, a), ...collectors(tenant, stacks.tenants, a)].map((item) => ({
        owner: tenant.name,
        item,
      })),
    ),
    prices,
    a,
  );
  const sharedLines = priced.get(undefined) ?? [];
  const sharedTotal = sum(sharedLines);
  const share = tenants.length === 0 ? 0 : sharedTotal / tenants.length;
  const estimates = tenants.map(({ name }): TenantEstimate => {
    const [lines, there] = [priced.get(name) ?? [], elsewhere.get(name) ?? []];
    const total = sum(lines);
    return {
      name,
      lines,
      own: total,
      share,
      total: total + share,
      elsewhere: there,
      elsewhereTotal: sum(there),
    };
  });
  return {
    tenants: estimates,
    shared: sharedLines,
    sharedTotal,
    total: estimates.reduce((so, { own: each }) => so + each, sharedTotal),
    elsewhereTotal: estimates.reduce((so, each) => so + each.elsewhereTotal, 0),
    tooSmall: all.filter(({ needed, configured }) => needed > configured),
  };
}

export const sum = (lines: readonly Line[]): number => lines.reduce((total, { usd }) => total + usd, 0);

/** In dollars, by signal. */
export function bySignal(lines: readonly Line[]): ReadonlyMap<Signal, number> {
  const sums = new Map<Signal, number>();
  for (const { signal, usd } of lines) sums.set(signal, (sums.get(signal) ?? 0) + usd);
  return sums;
}

const terraform = (resources: Resources, remote: boolean): Item[] =>
  remote
    ? [
        {
          signal: "base",
          what: "resources in HCP Terraform",
          price: "hcp.resource",
          quantity: resourceCount(resources),
          account: "central",
        },
      ]
    : [];

/** The platform team's own use of Grafana and of the VPN. */
function platform(a: Assumptions, shared: readonly Resources[]): Item[] {
  const vpn = shared.some((resources) => resources["aws_ec2_client_vpn_endpoint"] !== undefined);
  const editors = a.platformEditors;
  const items: Item[] = [
    {
      signal: "people",
      what: "editors of Grafana",
      price: "grafana.editor",
      quantity: editors,
      account: "central",
    },
    {
      signal: "metrics",
      what: "queries of the platform team",
      price: "amp.query",
      quantity: editors * a.querySamplesPerUser,
      account: "central",
    },
    {
      signal: "people",
      what: "VPN connections",
      price: "vpn.connection",
      quantity: vpn ? a.vpnHoursPerMonth : 0,
      account: "central",
    },
  ];
  return items.filter(({ quantity }) => quantity > 0);
}

/** CloudWatch needs a collector in the task as well. */
const collectors = (tenant: Tenant, stacks: ReadonlyMap<string, Resources>, a: Assumptions): Item[] =>
  tenant.lifecycle === "active"
    ? standingOf(stacks.get(tenant.name) ?? {}, "tenant", a).filter(
        ({ what }) => what === "collector sidecars",
      )
    : [];

/**
 * Prices items account by account: the steps of a price, and what is free, are for an account's whole month, and each
 * item has its part of that. So the sum of the lines is the bill.
 */
function price(
  items: readonly Owned[],
  prices: Prices,
  { regionFactor }: Assumptions,
): Map<string | undefined, Line[]> {
  const payer = ({ owner, item }: Owned): string => (item.account === "central" ? "" : (owner ?? ""));
  const quantities = new Map<string, number>();
  const key = (owned: Owned): string => `${payer(owned)}/${owned.item.price}`;
  for (const owned of items)
    quantities.set(key(owned), (quantities.get(key(owned)) ?? 0) + owned.item.quantity);
  const rates = new Map<string, number>();
  const rate = (owned: Owned): number => {
    const known = rates.get(key(owned));
    if (known !== undefined) return known;
    const quantity = quantities.get(key(owned)) ?? 0;
    const usd = quantity === 0 ? 0 : charge(prices[owned.item.price], quantity) / quantity;
    rates.set(key(owned), usd);
    return usd;
  };
  const lines = new Map<string | undefined, Line[]>();
  for (const owned of items) {
    const { price: id, quantity } = owned.item;
    const factor = prices[id].region === "any" ? 1 : regionFactor;
    const line: Line = { ...owned.item, usd: rate(owned) * quantity * factor };
    lines.set(owned.owner, [...(lines.get(owned.owner) ?? []), line]);
  }
  return lines;
}
