import { nearest } from "../fleet/nearest";
import type { Fleet } from "../fleet/types";
import { UserError } from "../lib/errors";
import { allStackNames, sharedStacks, stackNames } from "../lib/names";

interface Named {
  readonly name?: string | undefined;
}

/** The tenant of that name. Throws a `UserError` that guesses which one was meant. */
export function findTenant<T extends Named>(tenants: readonly T[], name: string): T {
  const found = tenants.find((tenant) => tenant.name === name);
  if (found === undefined) throw unknownTenants(tenants, [name]);
  return found;
}

/** Throws a `UserError` with a line for each name of a tenant that the fleet does not have. */
export function rejectUnknownTenants({ tenants }: Pick<Fleet, "tenants">, wanted: readonly string[]): void {
  const unknown = wanted.filter((name) => tenants.every((tenant) => tenant.name !== name));
  if (unknown.length > 0) throw unknownTenants(tenants, unknown);
}

/** Throws a `UserError` when the fleet has no wave of that name. */
export function rejectUnknownWave({ central: { waves } }: Pick<Fleet, "central">, wanted: string): void {
  const names = waves.map(({ name }) => name);
  if (!names.includes(wanted)) throw new UserError(unknown("wave", wanted, names, names.join(", ")));
}

/** Throws a `UserError` with a line for each name of a stack that the fleet does not have. */
export function rejectUnknownStacks(fleet: Fleet, wanted: readonly string[]): void {
  const names = allStackNames(fleet);
  const all = `${sharedStacks(fleet.central).join(", ")} and ${stackNames.tenant("<name>")}`;
  const missing = [...new Set(wanted)].filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    missing
      .map((name) =>
        name === stackNames.workspaces
          ? `there is no stack "${name}": central.json has it with "backend": { "type": "cloud" } only`
          : unknown("stack", name, names, all),
      )
      .join("\n"),
  );
}

const unknownTenants = (tenants: readonly Named[], wanted: readonly string[]): UserError => {
  const names = tenants.flatMap(({ name }) => name ?? []);
  if (tenants.length === 0) {
    const which = wanted.map((name) => `"${name}"`).join(", ");
    return new UserError(
      `there is no tenant ${which}: the fleet has no tenant yet, \`npx tenantscope add\` writes the first one`,
    );
  }
  return new UserError(
    wanted
      .map((name) => unknown("tenant", name, names, "those that `npx tenantscope list` shows"))
      .join("\n"),
  );
};

function unknown(kind: string, name: string, known: readonly string[], all: string): string {
  const near = nearest(name, known);
  const remedy = near === undefined ? `choose one of ${all}` : `did you mean "${near}"?`;
  return `there is no ${kind} "${name}", ${remedy}`;
}
