import { generatedNames } from "../../lib/names";
import type { Problem } from "../../lib/errors";
import type { Service } from "../types";
import type { TenantView } from "../view";
import type { Rule } from "./rule";

/** Names that this program makes from names of the manifests fit AWS's limits and differ, whatever their case. */
export const generatedNamesWork: Rule = ({ central, tenants }) => {
  const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  const named = tenants.flatMap(({ name, accountId, isolation, whole }) =>
    name !== undefined && accountId !== undefined && isolation !== undefined
      ? [
          {
            name,
            accountId,
            isolation,
            cluster: whole?.cluster,
            alerts: whole?.alerts,
            services: differing(whole?.services ?? []),
          },
        ]
      : [],
  );
  const makers = new Map<string, Map<string, string>>();
  const problems: Problem[] = [];
  for (const generated of generatedNames({ accountId: central.accountId ?? "" }, named)) {
    const { accountId, kind, name, limit, tenant } = generated;
    const ofAccount = makers.get(accountId) ?? new Map<string, string>();
    makers.set(accountId, ofAccount);
    const key = `${kind} ${name.toLowerCase()}`;
    const other = ofAccount.get(key);
    if (other === undefined) ofAccount.set(key, tenant ?? "");
    if (name.length > limit) {
      const message = `makes the ${kind} name "${name}" of ${String(name.length)} characters; AWS allows ${String(limit)}`;
      problems.push(...problem(byName.get(tenant), message));
    } else if (other !== undefined && tenant !== undefined) {
      const maker = other === "" ? "the central stack" : `tenant "${other}"`;
      problems.push(
        ...problem(byName.get(tenant), `makes the ${kind} name "${name}", which ${maker} makes too`),
      );
    }
  }
  return problems;
};

function problem(tenant: TenantView | undefined, message: string): Problem[] {
  if (!tenant) return [];
  const remedy = "choose another name for the tenant or the service";
  return [tenant.document.problem("/name", { message, value: tenant.name, remedy })];
}

/** Two services of one name are told by their own rule. */
const differing = (services: readonly Service[]): Service[] => [
  ...new Map(services.map((service) => [service.name, service])).values(),
];
