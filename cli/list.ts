import { loadFleet } from "../fleet/load";
import type { Fleet, Tenant } from "../fleet/types";
import { generationOf, waveOf } from "../fleet/waves";
import type { Generation } from "../modules/collector/generations";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { rejectUnknownWave } from "./find-tenant";
import { jsonText } from "./json";
import { table } from "./table";

interface ListOptions extends CommandOptions {
  /** Only the tenants of this wave. */
  readonly wave?: string;
}

/** A line of the list, and an item of its `--json`. */
interface Listed {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly lifecycle: Tenant["lifecycle"];
  readonly isolation: Tenant["isolation"];
  readonly wave: string;
  /** Of its collectors' configuration. */
  readonly configGeneration: Generation;
  /** Names. */
  readonly services: readonly string[];
}

export const registerList: Register = (program, run) => {
  addCommand(program, "list", "show the tenants, one on a line")
    .option("--wave <name>", "only those of this wave")
    .action((options: ListOptions) => run(options, list));
};

const HEAD = ["name", "account", "Region", "lifecycle", "isolation", "wave", "generation", "services"];

/** Prints the tenants by name. */
export function list({ root, json, wave }: ListOptions, output: Output): number {
  const fleet = loadFleet(root);
  if (wave !== undefined) rejectUnknownWave(fleet, wave);
  const tenants = fleet.tenants
    .map((tenant) => listed(fleet, tenant))
    .filter((tenant) => wave === undefined || tenant.wave === wave);
  if (json) output.out(jsonText(tenants));
  else if (tenants.length === 0)
    output.err(fleet.tenants.length === 0 ? "the fleet has no tenant yet\n" : "no tenant is in this wave\n");
  else output.out(table(HEAD, tenants.map(row), output));
  return 0;
}

const listed = ({ central }: Fleet, tenant: Tenant): Listed => {
  const { name, accountId, region, lifecycle, isolation, services } = tenant;
  const wave = waveOf(central.waves, tenant);
  return {
    ...{ name, accountId, region, lifecycle, isolation, wave: wave.name },
    configGeneration: generationOf(central, wave),
    services: services.map((service) => service.name),
  };
};

const row = (tenant: Listed): string[] => [
  ...[tenant.name, tenant.accountId, tenant.region, tenant.lifecycle, tenant.isolation, tenant.wave],
  String(tenant.configGeneration),
  tenant.services.join(", "),
];
