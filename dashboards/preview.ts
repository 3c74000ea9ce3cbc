import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadFleet } from "../fleet/load";
import { fleetGrafanaNames, tenantGrafanaNames } from "../lib/grafana-names";
import { fleetDashboards, tenantDashboards } from "./dashboards";
import { fleetDashboardInput } from "./fleet-input";
import { previewPage, type Folder } from "./preview/page";
import { tenantDashboardInput, tenantSources } from "./tenant-input";

/** `npm run preview [folder of a fleet]`: every dashboard's layout on one page that opens without a server. */
const root = process.argv[2] ?? process.cwd();
const FILE = join("build", "preview.html");

const fleet = loadFleet(root);
const folders: Folder[] = [
  { name: fleetGrafanaNames.folder, dashboards: fleetDashboards(fleetDashboardInput(fleet)) },
  ...fleet.tenants
    .filter(({ lifecycle }) => lifecycle !== "offboarding")
    .map((tenant) => ({
      name: tenantGrafanaNames(tenant.name).folder,
      dashboards: tenantDashboards(tenantDashboardInput(tenant, tenantSources(tenant))),
    })),
];
mkdirSync(dirname(FILE), { recursive: true });
writeFileSync(FILE, previewPage(folders));
console.log(`${FILE}: ${folders.flatMap(({ dashboards }) => dashboards).length} dashboards`);
