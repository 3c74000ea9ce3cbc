import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readAssumptions } from "../cost/assumptions";
import { type EstimateInput } from "../cost/estimate";
import { PRICES } from "../cost/prices";
import { readPrices } from "../cost/read-prices";
import type { Resources } from "../cost/standing";
import { loadFleet } from "../fleet/load";
import type { Fleet } from "../fleet/types";
import { stackNames } from "../lib/names";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { fleetCost, tenantCost } from "./cost-report";
import { USAGE } from "./exit-status";
import { findTenant } from "./find-tenant";
import { synthesiseFleet } from "./synth-fleet";
import { inTemporaryFolder } from "./temporary-folder";

interface CostOptions extends CommandOptions {
  readonly fleet?: true;
  /** `name=value` words. */
  readonly assume: readonly string[];
  readonly prices?: string;
}

export const registerCost: Register = (program, run) => {
  addCommand(program, "cost", "estimate what a tenant, or the fleet, costs in a month")
    .argument("[name]", "name of the tenant")
    .option("--fleet", "all tenants, and where CloudWatch and X-Ray alone would cost less")
    .option(
      "--assume <name=value>",
      "another value of an assumption; may be given several times",
      (word: string, before: readonly string[]) => [...before, word],
      [],
    )
    .option("--prices <file>", "JSON file of prices that take the place of the built-in ones")
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
  const assumptions = readAssumptions(options.assume);
  const prices = options.prices === undefined ? PRICES : readPrices(options.prices);
  const fleet = loadFleet(options.root);
  const tenant = name === undefined ? undefined : findTenant(fleet.tenants, name);
  const stacks = await stacksOf(fleet, tenant === undefined ? [] : [tenant.name]);
  const input: EstimateInput = { fleet, stacks, assumptions, prices };
  output.out(
    tenant === undefined
      ? fleetCost(input, options.json, output)
      : tenantCost(input, tenant, options.json, output),
  );
  return 0;
}

/** What the stacks would hold: the shared ones, and those of the named tenants (none: of all). */
async function stacksOf(fleet: Fleet, tenants: readonly string[]): Promise<EstimateInput["stacks"]> {
  return inTemporaryFolder(async (outdir, signal) => {
    const written = await synthesiseFleet(fleet, {
      ...{ outdir, tenants, signal, withShared: true },
      workerFile: join(__dirname, "synth-worker.js"),
    });
    const resources = written.map(({ manifest }): [string, Resources] => {
      const { resource = {} } = JSON.parse(
        readFileSync(join(outdir, manifest.synthesizedStackPath), "utf8"),
      ) as { resource?: Resources };
      return [manifest.name, resource];
    });
    const ofTenants = fleet.tenants.flatMap(({ name }): [string, Resources][] => {
      const found = resources.find(([stack]) => stack === stackNames.tenant(name));
      return found === undefined ? [] : [[name, found[1]]];
    });
    const names = new Set(ofTenants.map(([name]) => stackNames.tenant(name)));
    return {
      shared: resources.filter(([stack]) => !names.has(stack)).map(([, each]) => each),
      tenants: new Map(ofTenants),
    };
  });
}
