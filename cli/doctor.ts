import { credentialsOf, ENDPOINTS, readContractFile, readEndpoints } from "../doctor/live/settings";
import { walkLive } from "../doctor/live/walk";
import { walkOffline } from "../doctor/offline";
import { walkOf } from "../doctor/walk";
import { loadFleet } from "../fleet/load";
import { several } from "./add-flags";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { type Diagnosis, firstFailing, notChecked, report } from "./doctor-report";
import { BROKEN, INCOMPLETE, USAGE } from "./exit-status";
import { findTenant } from "./find-tenant";
import { stackFiles } from "./stack-files";
import { fromWords } from "./words";

interface DoctorOptions extends CommandOptions {
  readonly live?: true;
  readonly contract?: string;
  /** `name=URL` words. */
  readonly endpoint?: readonly string[];
}

export const registerDoctor: Register = (program, run) => {
  addCommand(program, "doctor", "find the first hop at which a tenant's telemetry stops, and why")
    .argument("<name>", "name of the tenant")
    .option("--live", "also call each hop, with the credentials in AWS_ACCESS_KEY_ID and its companions")
    .option("--contract <file>", "JSON file of the contract, where the credentials cannot read it")
    .option(
      "--endpoint <name=URL>",
      `another address of ${ENDPOINTS.join(", ")}; may be given several times`,
      several,
    )
    .action((name: string, options: DoctorOptions) =>
      run(options, (_, output) => doctor(name, options, output)),
    );
};

const HOW =
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, so --live asks Grafana at most. Export the credentials of a task of the tenant, of jaeger-query or of the deploy role (docs/DOCTOR.md says how, and who may ask what)\n";

/** Walks a tenant's hops and prints what it found. */
async function doctor(name: string, options: DoctorOptions, output: Output): Promise<number> {
  if (options.live === undefined && (options.contract !== undefined || options.endpoint !== undefined)) {
    output.err("--contract and --endpoint say what --live calls: give --live, too\n");
    return USAGE;
  }
  const endpoints = fromWords(() => readEndpoints(options.endpoint ?? []), output.err);
  if (endpoints === undefined) return USAGE;
  const contract = options.contract === undefined ? undefined : readContractFile(options.contract);
  const fleet = loadFleet(options.root);
  const tenant = findTenant(fleet.tenants, name);
  const walk = walkOf(fleet.central, tenant, await stackFiles(fleet, [tenant.name]));
  const offline = walkOffline(walk);
  const credentials = credentialsOf(process.env);
  const grafanaToken = process.env["GRAFANA_AUTH"];
  const diagnosis: Diagnosis = {
    ...{ tenant: name, offline },
    ...(options.live && {
      live: await walkLive(walk, {
        endpoints,
        ...(credentials && { credentials }),
        ...(contract && { contract }),
        ...(grafanaToken && { grafanaToken }),
      }),
    }),
  };
  const unknown = notChecked(diagnosis);
  if (options.live && credentials === undefined && unknown.length > 0) {
    output.err(HOW);
  }
  output.out(report(diagnosis, options.json, output));
  if (firstFailing(diagnosis) !== undefined) return BROKEN;
  return unknown.length > 0 ? INCOMPLETE : 0;
}
