import { createHash } from "node:crypto";
import { SHARED_STACKS, stackNames } from "../lib/names";
import { tenantCentral } from "./tenant-central";
import type { Fleet, Tenant } from "./types";

/**
 * A key for each stack of a fleet: equal keys, and the same program, make equal stacks. The other way round need not
 * hold. A key is made of effective values, so white space does not count, nor a
 * setting that only repeats its default.
 */
export function stackKeys(fleet: Fleet): Map<string, string> {
  const { central, tenants } = fleet;
  const ofWave = new Map<string | undefined, string>();
  const settings = (tenant: Tenant): string => {
    const key = ofWave.get(tenant.wave) ?? keyOf(tenantCentral(central, tenant));
    ofWave.set(tenant.wave, key);
    return key;
  };
  return new Map([
    ...SHARED_STACKS.map((stack) => [stack, sharedKey(stack, fleet)] as const),
    ...tenants.map((tenant) => [stackNames.tenant(tenant.name), keyOf([settings(tenant), tenant])] as const),
  ]);
}

function sharedKey(stack: string, { central, tenants }: Fleet): string {
  switch (stack) {
    case stackNames.central:
    case stackNames.grafana:
      return keyOf(central);
    case stackNames.limits:
      return keyOf([
        central,
        tenants.map(({ name, isolation, lifecycle, limits }) => ({ name, isolation, lifecycle, limits })),
      ]);
    default: // may be made of anything
      return keyOf([central, tenants]);
  }
}

/** The order of keys counts: that of environment variables is to be seen in a task definition. */
const keyOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");
