import { walkOffline } from "../doctor/offline";
import { walkOf } from "../doctor/walk";
import { loadFleet } from "../fleet/load";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { firstFailing, report, type Diagnosis } from "./doctor-report";
import { BROKEN } from "./exit-status";
import { findTenant } from "./find-tenant";
import { stackFiles } from "./stack-files";

export const registerDoctor: Register = (program, run) => {
  addCommand(program, "doctor", "find the first hop at which a tenant's telemetry stops, and why")
    .argument("<name>", "name of the tenant")
    .action((name: string, options: CommandOptions) =>
      run(options, (_, output) => doctor(name, options, output)),
    );
};

/** Walks a tenant's hops and prints what it found. */
async function doctor(name: string, options: CommandOptions, output: Output): Promise<number> {
  const fleet = loadFleet(options.root);
  const tenant = findTenant(fleet.tenants, name);
  const walk = walkOf(fleet.central, tenant, await stackFiles(fleet, [tenant.name]));
  const diagnosis: Diagnosis = { tenant: name, offline: walkOffline(walk) };
  output.out(report(diagnosis, options.json, output));
  return firstFailing(diagnosis) === undefined ? 0 : BROKEN;
}
