import { createHash } from "node:crypto";
import { sharedStacks, stackNames } from "../lib/names";
import { tenantCentral } from "./tenant-central";
import type { Fleet, Tenant } from "./types";

/**
 * The stacks of both versions of a fleet whose keys differ. Equal keys, and the same program, make equal stacks; the
 * other way round need not hold. A key is made of effective values, so white space does not count, nor a setting that
 * only repeats its default. Of the shared stacks and the tenants' in the order of `now`.
 */
export function differingStacks(now: Fleet, then: Fleet): string[] {
  const shared = sharedStacks(now.central).filter(
    (stack) => sharedKey(stack, now) !== sharedKey(stack, then),
  );
  const before = new Map(then.tenants.map((tenant) => [tenant.name, tenant]));
  const settingsNow = settingsKeys(now);
  const settingsThen = settingsKeys(then);
  const tenants = now.tenants.filter((tenant) => {
    const other = before.get(tenant.name);
    if (other === undefined) return false;
    // One that was read once is the same object; only the others need be looked into.
    const same = tenant === other || keyOf(tenant) === keyOf(other);
    return !(same && settingsNow(tenant) === settingsThen(other));
  });
  return [...shared, ...tenants.map(({ name }) => stackNames.tenant(name))];
}

/** Key of the central settings that a tenant has; a wave's tenants have the same. */
function settingsKeys({ central }: Fleet): (tenant: Tenant) => string {
  const ofWave = new Map<string | undefined, string>();
  return (tenant) => {
    const key = ofWave.get(tenant.wave) ?? keyOf(tenantCentral(central, tenant));
    ofWave.set(tenant.wave, key);
    return key;
  };
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
