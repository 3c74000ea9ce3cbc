import type { Assumptions } from "./assumptions";
import { type Estimate, estimate, type EstimateInput } from "./estimate";
import type { Fleet, Tenant } from "../fleet/types";

/** What DNX's description of such a system says that it saves. */
export const CLAIM = 0.7;

/** Part of the other bill that is saved; negative: it costs more. */
export const saving = (here: number, elsewhere: number): number =>
  elsewhere === 0 ? 0 : 1 - here / elsewhere;

/** How much the applications send; people, prices and sizes stay. */
export function scaled(a: Assumptions, factor: number): Assumptions {
  const times = (...names: (keyof Assumptions)[]): Partial<Assumptions> =>
    Object.fromEntries(names.map((name) => [name, a[name] * factor]));
  return {
    ...a,
    ...times(
      "otlpSeriesPerTask",
      "statsdSeriesPerTask",
      "scrapedSeriesPerTask",
      "logLinesPerSecond",
      "requestsPerSecond",
    ),
  };
}

/** The fleet with each of its tenants so many times. Names and accounts are made up. */
export function repeated({ fleet, stacks, ...rest }: EstimateInput, times: number): EstimateInput {
  const tenants: Tenant[] = [];
  const resources = new Map(stacks.tenants);
  for (let copy = 0; copy < times; copy += 1) {
    for (const tenant of fleet.tenants) {
      const name = copy === 0 ? tenant.name : `${tenant.name} ${copy}`;
      tenants.push({ ...tenant, name });
      resources.set(name, stacks.tenants.get(tenant.name) ?? {});
    }
  }
  const larger: Fleet = { ...fleet, tenants };
  return { fleet: larger, stacks: { ...stacks, tenants: resources }, ...rest };
}

export const LOADS = [0.1, 1, 3, 10, 30, 100] as const;
export const SIZES = [1, 10, 100] as const;

/** The fleet with Jaeger in X-Ray's place and no copy of anything in CloudWatch: the system that the claim was made for. */
export function asClaimed(input: EstimateInput): EstimateInput {
  const tenants = input.fleet.tenants.map((tenant): Tenant => {
    const services = tenant.services.map((service) => {
      const direct = service.logs.destinations.includes("loki-direct");
      return {
        ...service,
        exports: { otlp: service.exports.otlp },
        logs: { destinations: [direct ? ("loki-direct" as const) : ("loki" as const)] },
        traces: { ...service.traces, destinations: ["jaeger" as const] },
      };
    });
    return { ...tenant, services };
  });
  return { ...input, fleet: { ...input.fleet, tenants } };
}

/** A cell of the table: the fleet so many times as large, every task with so many times the load. */
export interface Saving {
  readonly tenants: number;
  readonly load: number;
  /** Of classic metrics and X-Ray. */
  readonly saving: number;
  /** Of CloudWatch by OTLP and Transaction Search. */
  readonly savingOtlp: number;
}

/** Where the claim holds, and where it does not. Fleets past 2,000 tenants are left out: one account does not hold them. */
export function savings(input: EstimateInput, known?: Estimate): Saving[] {
  const { length } = input.fleet.tenants.filter(({ lifecycle }) => lifecycle !== "offboarding");
  if (length === 0) return [];
  return SIZES.filter((size) => size === 1 || length * size <= 2000).flatMap((size) => {
    const larger = repeated(input, size);
    return LOADS.map((load) => {
      const { total, elsewhereTotal, otlpTotal, tenants } =
        size === 1 && load === 1 && known !== undefined
          ? known
          : estimate({ ...larger, assumptions: scaled(input.assumptions, load) });
      return {
        ...{ tenants: tenants.length, load },
        ...{ saving: saving(total, elsewhereTotal), savingOtlp: saving(total, otlpTotal) },
      };
    });
  });
}

/** What only one of the signals saves, its part of the shared services included: which of them the claim is about. */
export function savingBySignal(
  { shared, tenants }: Pick<Estimate, "shared" | "tenants">,
  way: "elsewhere" | "otlp",
): ReadonlyMap<"metrics" | "logs" | "traces", number> {
  const of = (lines: readonly { signal: string; usd: number }[], signal: string): number =>
    lines.reduce((sum, line) => sum + (line.signal === signal ? line.usd : 0), 0);
  const here = [...shared, ...tenants.flatMap(({ lines }) => lines)];
  const there = tenants.flatMap((each) => each[way]);
  return new Map(
    (["metrics", "logs", "traces"] as const).map((signal) => [
      signal,
      saving(of(here, signal), of(there, signal)),
    ]),
  );
}
