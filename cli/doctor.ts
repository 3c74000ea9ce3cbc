import { credentialsOf, ENDPOINTS, readContractFile, readEndpoints } from "../doctor/live/settings";
import { walkLive } from "../doctor/live/walk";
import { walkOffline } from "../doctor/offline";
import { walkOf } from "../doctor/walk";
import { loadFleet } from "../fleet/load";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { firstFailing, report, type Diagnosis } from "./doctor-report";
import { BROKEN } from "./exit-status";
import { findTenant } from "./find-tenant";
import { stackFiles } from "./stack-files";

interface DoctorOptions extends CommandOptions {
  readonly live?: true;
  readonly contract?: string;
  /** `name=URL` words. */
  readonly endpoint: readonly string[];
}

export const registerDoctor: Register = (program, run) => {
  addCommand(program, "doctor", "find the first hop at which a tenant's telemetry stops, and why")
    .argument("<name>", "name of the tenant")
    .option("--live", "also call each hop, with the credentials in AWS_ACCESS_KEY_ID and its companions")
    .option("--contract <file>", "JSON file of the contract, where the credentials cannot read it")
    .option(
      "--endpoint <name=URL>",
      `another address of ${ENDPOINTS.join(", ")}; may be given several times`,
      (word: string, before: readonly string[]) => [...before, word],
      [],
    )
    .action((name: string, options: DoctorOptions) =>
      run(options, (_, output) => doctor(name, options, output)),
    );
};

/** Walks a tenant's hops and prints what it found. */
async function doctor(name: string, options: DoctorOptions, output: Output): Promise<number> {
  const endpoints = readEndpoints(options.endpoint);
  const contract = options.contract === undefined ? undefined : readContractFile(options.contract);
  const fleet = loadFleet(options.root);
  const tenant = findTenant(fleet.tenants, name);
  const walk = walkOf(fleet.central, tenant, await stackFiles(fleet, [tenant.name]));
  const offline = walkOffline(walk);
  const credentials = options.live ? credentialsOf(process.env) : undefined;
  if (options.live && credentials === undefined) {
    output.err(
      "nothing was called: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set (docs/DOCTOR.md says whose credentials)\n",
    );
  }
  const grafanaToken = process.env["GRAFANA_AUTH"];
  const diagnosis: Diagnosis = {
    ...{ tenant: name, offline },
    ...(credentials && {
      live: await walkLive(walk, {
        ...{ credentials, endpoints },
        ...(contract && { contract }),
        ...(grafanaToken && { grafanaToken }),
      }),
    }),
  };
  output.out(report(diagnosis, options.json, output));
  return firstFailing(diagnosis) === undefined ? 0 : BROKEN;
}
