import { join } from "node:path";
import { loadFleet } from "../../fleet/load";
import type { Fleet, Tenant } from "../../fleet/types";
import { attached, central, CLOUDWATCH, container, managed, tenant } from "./fleet-parts";

export { attached, central, container, managed, tenant };

/** The fleet that the repository ships. */
export const exampleFleet = (): Fleet => loadFleet(join(__dirname, "..", ".."));

/** A fleet with some tenants put in place of those of the same name, or added. */
export function fleetWith(fleet: Fleet, ...tenants: readonly Tenant[]): Fleet {
  const replaced = new Set(tenants.map(({ name }) => name));
  const kept = fleet.tenants.filter(({ name }) => !replaced.has(name));
  return { ...fleet, tenants: [...kept, ...tenants].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export const fleetWithout = (fleet: Fleet, name: string): Fleet => ({
  ...fleet,
  tenants: fleet.tenants.filter((tenant) => tenant.name !== name),
});

export function tenantOf(fleet: Fleet, name: string): Tenant {
  const tenant = fleet.tenants.find((each) => each.name === name);
  if (tenant === undefined) throw new Error(`no tenant ${name}`);
  return tenant;
}

/** The example's tenants, a suspended one and a second dedicated one: every kind of pair meets. */
export function mixedFleet(): Fleet {
  const example = exampleFleet();
  const regions = [...example.central.regions, "eu-central-1"];
  return fleetWith(
    { ...example, central: { ...example.central, regions } },
    tenant({
      name: "umbrella",
      accountId: "505050505050",
      lifecycle: "suspended",
      services: [managed("labs"), managed("hive")],
    }),
    tenant({
      name: "wonka",
      accountId: "666666666666",
      region: "eu-central-1",
      isolation: "dedicated",
      services: [
        managed("candy", CLOUDWATCH),
        attached("river", "arn:aws:iam::666666666666:role/teams/chocolate/river-task", CLOUDWATCH),
      ],
    }),
  );
}

export const S3_BACKEND = {
  type: "s3",
  bucket: "observability-state",
  region: "eu-west-1",
  keyPrefix: "tenantscope",
  kmsKeyArn: "arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555",
} as const;

export const CLOUD_BACKEND = {
  type: "cloud",
  organization: "example",
  project: "observability",
  executionMode: "remote",
  terraformVersion: "1.11.4",
  assessments: true,
  notifications: { emails: ["platform@tenantscope.example"] },
  manageOidcProvider: true,
  stackSet: { organizationalUnitIds: ["ou-ab12-0123abcd"] },
} as const;
