import type { Fleet, Tenant } from "../fleet/types";
import type { Assumptions } from "./assumptions";
import { grown, type Need, needs } from "./capacity";
import { charged, type Line } from "./charges";
import { elsewhereOf, type Way } from "./elsewhere";
import type { Item, Signal } from "./item";
import { split, total } from "./money";
import type { PriceId, Prices } from "./prices";
import { resourceCount, type Resources, standingOf } from "./standing";
import { bulksOf, usageOf } from "./usage";

export interface TenantEstimate {
  readonly name: string;
  /** What goes away with the tenant, in both accounts. */
  readonly lines: readonly Line[];
  readonly own: number;
  /** An equal part of the shared services. */
  readonly share: number;
  readonly total: number;
  /** The same load on CloudWatch and X-Ray alone, as classic metrics and traces. */
  readonly elsewhere: readonly Line[];
  readonly elsewhereTotal: number;
  /** The same on CloudWatch alone, by OTLP and Transaction Search. */
  readonly otlp: readonly Line[];
  readonly otlpTotal: number;
}

export interface Estimate {
  /** Those that are not offboarding, by name. */
  readonly tenants: readonly TenantEstimate[];
  readonly shared: readonly Line[];
  readonly sharedTotal: number;
  readonly total: number;
  readonly elsewhereTotal: number;
  readonly otlpTotal: number;
  /** Shared services that `central.json` has too small for the load. The estimate has them as large as needed. */
  readonly tooSmall: readonly Need[];
  /** Ids of prices that nobody knows: what they are for is not in the sums. */
  readonly unpriced: readonly PriceId[];
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

export function estimate({ fleet, stacks, assumptions: a, prices }: EstimateInput): Estimate {
  const { central } = fleet;
  const tenants = fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");
  const bulks = bulksOf(central, tenants, a);
  const usage = new Map(tenants.map((tenant) => [tenant.name, usageOf(central, tenant, a, bulks)]));
  const all = needs(central, tenants, usage, a);
  const remote = central.backend.type === "cloud";
  const shared: Item[] = [
    ...stacks.shared.flatMap((resources) => [
      ...grown(standingOf(resources, "central", a), all),
      ...terraform(resources, remote),
    ]),
    ...platform(a, stacks.shared),
  ];
  const own = new Map(
    tenants.map(({ name }): [string, Item[]] => {
      const resources = stacks.tenants.get(name) ?? {};
      return [
        name,
        [...standingOf(resources, "tenant", a), ...terraform(resources, remote), ...(usage.get(name) ?? [])],
      ];
    }),
  );
  const other = (way: Way) =>
    charged({ shared: [], tenants: alternative(way, tenants, central, stacks.tenants, a) }, prices, a)
      .tenants;
  const { shared: sharedLines, tenants: priced } = charged({ shared, tenants: own }, prices, a);
  const [classic, otlp] = [other("classic"), other("otlp")];
  const sharedTotal = sum(sharedLines);
  const shares = split(
    sharedTotal,
    tenants.map(() => 1),
  );
  const estimates = tenants.map(({ name }, at): TenantEstimate => {
    const lines = priced.get(name) ?? [];
    const [there, newer] = [classic.get(name) ?? [], otlp.get(name) ?? []];
    const [ofItsOwn, share] = [sum(lines), shares[at] ?? 0];
    return {
      ...{ name, lines, own: ofItsOwn, share, total: total([ofItsOwn, share]) },
      ...{ elsewhere: there, elsewhereTotal: sum(there) },
      ...{ otlp: newer, otlpTotal: sum(newer) },
    };
  });
  return {
    tenants: estimates,
    shared: sharedLines,
    sharedTotal,
    total: total([sharedTotal, ...estimates.map(({ own: each }) => each)]),
    elsewhereTotal: total(estimates.map((each) => each.elsewhereTotal)),
    otlpTotal: total(estimates.map((each) => each.otlpTotal)),
    tooSmall: all.filter(({ needed, configured }) => needed > configured),
    unpriced: [
      ...new Set([shared, ...own.values()].flat().flatMap(({ price }) => (prices[price] ? [] : [price]))),
    ].sort(),
  };
}

const sum = (lines: readonly Line[]): number => total(lines.map(({ usd }) => usd));

/** In dollars, by signal. */
export function bySignal(lines: readonly Line[]): ReadonlyMap<Signal, number> {
  const sums = new Map<Signal, number>();
  for (const { signal, usd } of lines) sums.set(signal, total([sums.get(signal) ?? 0, usd]));
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

const alternative = (
  way: Way,
  tenants: readonly Tenant[],
  central: Fleet["central"],
  stacks: ReadonlyMap<string, Resources>,
  a: Assumptions,
): ReadonlyMap<string, readonly Item[]> =>
  new Map(
    tenants.map((tenant): [string, Item[]] => [
      tenant.name,
      [...elsewhereOf(way, central, tenant, a), ...collectors(tenant, stacks, a)],
    ]),
  );

/** CloudWatch needs a collector in the task as well. */
const collectors = (tenant: Tenant, stacks: ReadonlyMap<string, Resources>, a: Assumptions): Item[] =>
  tenant.lifecycle === "active"
    ? standingOf(stacks.get(tenant.name) ?? {}, "tenant", a).filter(
        ({ what }) => what === "collector sidecars",
      )
    : [];
