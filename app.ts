import { App, TerraformStack } from "cdktf";
import { tenantCentral } from "./fleet/tenant-central";
import type { Fleet } from "./fleet/types";
import { waveOf } from "./fleet/waves";
import { stackNames } from "./lib/names";
import { CentralStack } from "./stacks/central";
import { GrafanaStack } from "./stacks/grafana";
import { LimitsStack } from "./stacks/limits";
import { TenantStack } from "./stacks/tenant";
import { WorkspacesStack } from "./stacks/workspaces";

export interface BuildOptions {
  /** @default CDKTF's own: `CDKTF_OUTDIR` or `cdktf.out` */
  readonly outdir?: string;
  /** Names of the tenants to build; the stacks that they depend on come along. @default all */
  readonly tenants?: ReadonlySet<string>;
  /**
   * Whether to build the stacks that all tenants share. If not, they are there without contents, for a caller that
   * takes the tenants' stacks alone; the fleet then need not be whole either.
   * @default true
   */
  readonly shared?: boolean;
}

/** Creates and wires the stacks of a fleet. Nothing is written before `app.synth()`. */
export function buildApp(fleet: Fleet, options: BuildOptions = {}): App {
  const app = new App({ outdir: options.outdir, stackTraces: false });
  const { shared = true } = options;
  const central = shared ? new CentralStack(app, fleet.central) : new TerraformStack(app, stackNames.central);
  if (shared) {
    const { backend, waves } = fleet.central;
    if (backend.type === "cloud") {
      new WorkspacesStack(app, fleet, backend, (tenant) => waveOf(waves, tenant).name);
    }
    new LimitsStack(app, fleet).addDependency(central);
    new GrafanaStack(app, fleet.central).addDependency(central);
  }
  for (const tenant of fleet.tenants) {
    if (options.tenants !== undefined && !options.tenants.has(tenant.name)) continue;
    new TenantStack(app, tenantCentral(fleet.central, tenant), tenant).addDependency(central);
  }
  return app;
}
