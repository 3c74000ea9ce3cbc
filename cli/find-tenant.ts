import { nearest } from "../fleet/nearest";
import { UserError } from "../lib/errors";

/** The tenant of that name. Throws a `UserError` that guesses which one was meant. */
export function findTenant<T extends { readonly name?: string | undefined }>(
  tenants: readonly T[],
  name: string,
): T {
  const found = tenants.find((tenant) => tenant.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    tenants.flatMap((tenant) => tenant.name ?? []),
  );
  const remedy = near === undefined ? "`tenantscope list` shows all" : `did you mean "${near}"?`;
  throw new UserError(`there is no tenant "${name}", ${remedy}`);
}
