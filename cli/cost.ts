import { readAssumptions } from "../cost/assumptions";
import { type EstimateInput } from "../cost/estimate";
import { PRICES } from "../cost/prices";
import { readPrices } from "../cost/read-prices";
import type { Resources } from "../cost/standing";
import type { SynthesisedStack } from "../diagram/stack";
import { twins } from "../cost/twins";
import { loadFleet } from "../fleet/load";
import type { Fleet, Tenant } from "../fleet/types";
import { several } from "./add-flags";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { fleetCost, tenantCost } from "./cost-report";
import { USAGE } from "./exit-status";
import { findTenant } from "./find-tenant";
import { synthesisedStacks } from "./synthesised-stacks";
import { fromWords } from "./words";

interface CostOptions extends CommandOptions {
  readonly fleet?: true;
  /** `name=value` words. */
  readonly assume?: readonly string[];
  readonly prices?: string;
}

export const registerCost: Register = (program, run) => {
  addCommand(program, "cost", "estimate what a tenant, or the fleet, costs in a month")
    .argument("[name]", "name of the tenant")
    .option("--fleet", "all tenants, and where CloudWatch and X-Ray alone would cost less")
    .option(
      "--assume <name=value>",
      "another value of an assumption, such as logLinesPerSecond=50; may be given several times. docs/COST.md has all",
      several,
    )
    .option(
      "--prices <file>",
      "JSON file of prices that take the place of the built-in ones: docs/COST.md has their ids",
    )
    .action((name: string | undefined, options: CostOptions) =>
      run(options, (_, output) => cost(name, options, output)),
    );
};

/** Prints the estimate of one tenant or of all. */
async function cost(name: string | undefined, options: CostOptions, output: Output): Promise<number> {
  if ((name === undefined) === (options.fleet === undefined)) {
    output.err(
      "say whose costs: `tenantscope cost NAME` for one tenant, `tenantscope cost --fleet` for all\n",
    );
    return USAGE;
  }
  const assumptions = fromWords(() => readAssumptions(options.assume ?? []), output.err);
  if (assumptions === undefined) return USAGE;
  const prices = options.prices === undefined ? PRICES : readPrices(options.prices);
  const fleet = loadFleet(options.root);
  const tenant = name === undefined ? undefined : findTenant(fleet.tenants, name);
  const wanted = tenant === undefined ? fleet.tenants : [tenant];
  const input: EstimateInput = { fleet, stacks: await stacksOf(fleet, wanted), assumptions, prices };
  output.out(
    tenant === undefined
      ? fleetCost(input, options.json, output)
      : tenantCost(input, tenant, options.json, output),
  );
  return 0;
}

/** What the shared stacks hold, and those of the named tenants; of several that are alike one is synthesised. */
export async function stacksOf(fleet: Fleet, wanted: readonly Tenant[]): Promise<EstimateInput["stacks"]> {
  const alike = twins(wanted);
  const { shared, tenants } = forEstimate(await synthesisedStacks(fleet, [...new Set(alike.values())]));
  return {
    shared,
    tenants: new Map([...alike].map(([name, twin]): [string, Resources] => [name, tenants.get(twin) ?? {}])),
  };
}

/** The stacks as the estimate takes them. */
export const forEstimate = (stacks: readonly SynthesisedStack[]): EstimateInput["stacks"] => ({
  shared: stacks.filter(({ tenant }) => tenant === undefined).map(({ resources }) => resources),
  tenants: new Map(
    stacks.flatMap(({ tenant, resources }): [string, Resources][] =>
      tenant === undefined ? [] : [[tenant, resources]],
    ),
  ),
});
