import { join } from "node:path";
import { withLifecycle } from "../fleet/edit";
import { toFleet } from "../fleet/load";
import { type FleetReading, readFleet } from "../fleet/read";
import type { Fleet, Lifecycle, Tenant } from "../fleet/types";
import { formatProblem, type Problem } from "../lib/errors";
import { findTenant } from "./find-tenant";
import { replaceFile } from "./write-file";

/** A change of a tenant's lifecycle that has been checked but not written. */
export interface LifecycleChange {
  readonly fleet: Fleet;
  /** As it is on the disk. */
  readonly tenant: Tenant;
  readonly wanted: Lifecycle;
  /** What only the change gives rise to; formatted. */
  readonly warnings: readonly string[];
  /** Writes the file; nothing when it says so already. */
  readonly write: () => void;
}

/** `edit` makes the new text of the file. Throws a `UserError` when there is no such tenant, or a `FleetError` when the fleet is not valid before and after. */
export function planLifecycle(
  root: string,
  name: string,
  wantedOf: (tenant: Tenant) => Lifecycle,
  edit = withLifecycle,
): LifecycleChange {
  const before = readFleet(root);
  const fleet = toFleet(before);
  const tenant = findTenant(fleet.tenants, name);
  const wanted = wantedOf(tenant);
  if (wanted === tenant.lifecycle) {
    return { fleet, tenant, wanted, warnings: [], write: () => undefined };
  }
  const { document } = findTenant(before.view.tenants, name);
  const text = edit(document.text, wanted);
  const after = readFleet(root, { [tenant.file]: text });
  toFleet(after);
  return {
    ...{ fleet, tenant, wanted, warnings: newWarnings(before, after) },
    write: () => {
      replaceFile(join(root, tenant.file), text);
    },
  };
}

/** A warning that counts tenants is not new because there is one fewer. */
const subject = ({ file, pointer, message }: Problem): string =>
  `${file}${pointer} ${message.replace(/\d+/g, "")}`;

function newWarnings(before: FleetReading, after: FleetReading): string[] {
  const known = new Set(before.warnings.map(subject));
  return after.warnings.filter((warning) => !known.has(subject(warning))).map(formatProblem);
}

/** What was done to the file, as a sentence. */
export const lifecycleText = ({ tenant: { file, name, lifecycle }, wanted }: LifecycleChange): string =>
  lifecycle === wanted
    ? `${name} is ${wanted} already; ${file} is as it was.`
    : `${file}: lifecycle was "${lifecycle}", is "${wanted}".`;

/** The same as a document. */
export const changeDocument = ({ tenant, wanted, warnings }: LifecycleChange): object => ({
  tenant: tenant.name,
  file: tenant.file,
  was: tenant.lifecycle,
  now: wanted,
  changed: tenant.lifecycle !== wanted,
  warnings,
});
