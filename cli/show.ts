import { explainTenant, type Explained } from "../fleet/explain";
import { toFleet } from "../fleet/load";
import { readFleet } from "../fleet/read";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { findTenant } from "./find-tenant";
import { jsonText } from "./json";
import { table } from "./table";

export const registerShow: Register = (program, run) => {
  addCommand(program, "show", "show a tenant's settings in effect, and where each comes from")
    .argument("<name>", "name of the tenant")
    .action((name: string, options: CommandOptions) =>
      run(options, (_, output) => show(name, options, output)),
    );
};

/** Prints every effective setting of a tenant with its origin. */
function show(name: string, { root, json }: CommandOptions, output: Output): number {
  const reading = readFleet(root);
  const { central, tenants } = toFleet(reading);
  const tenant = findTenant(tenants, name);
  const { document } = findTenant(reading.view.tenants, name);
  const settings = explainTenant(central, tenant, {
    central: reading.view.central.document,
    tenant: document,
  });
  output.out(json ? jsonText(settings) : table(["setting", "value", "from"], settings.map(row), output));
  return 0;
}

const row = ({ path, value, from }: Explained): string[] => [path, JSON.stringify(value), from];
