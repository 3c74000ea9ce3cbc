import { MAX_TENANT_NAME } from "../../lib/names";
import type { Problem } from "../../lib/errors";
import type { FleetView } from "../view";
import { forTenants } from "./rule";

/** A tenant's name is its file's name, so that one cannot change without the other and no two tenants share one. */
export const nameIsFileName = forTenants(({ document, name, stem }) => {
  if (name === undefined || name === stem) return [];
  const remedy = `write "${stem}" or rename the file to ${name}.json; the name of a deployed tenant never changes`;
  return [document.problem("/name", { message: "must be the name of its file", value: name, remedy })];
});

/**
 * A name that is too long and begins with another tenant's whole name: cut to the limit, the two would be one. Takes the
 * place of what the schema says about the name.
 */
export function replaceTruncatedNames(problems: readonly Problem[], fleet: FleetView): Problem[] {
  const files = new Map(fleet.tenants.map(({ name, document }) => [name, document.file]));
  return problems.map((problem) => {
    const { pointer, value } = problem;
    if (pointer !== "/name" || typeof value !== "string" || value.length <= MAX_TENANT_NAME) return problem;
    const cut = value.slice(0, MAX_TENANT_NAME);
    const other = files.get(cut);
    if (other === undefined) return problem;
    return {
      ...problem,
      message: `is longer than ${String(MAX_TENANT_NAME)} characters and would be cut to "${cut}", the tenant of ${other}`,
      remedy: "choose a shorter name that differs from every other",
    };
  });
}
