import { type Cidr, formatCidr, isMistake, overlaps, parseCidr } from "../../lib/cidr";
import type { Problem } from "../../lib/errors";
import type { Rule } from "./rule";
import { sizeMistake } from "./task-size";

export const lokiSize: Rule = ({ central: { document, loki } }) =>
  loki ? sizeMistake(document, "/loki", loki) : [];

const entryPointer = (index: number): string => `/loki/direct/${String(index)}`;

/** The source address decides whose lines they are, so no address may be two tenants', nor the central services' own. */
export const directNetworksDiffer: Rule = ({ central: { document, network, loki } }) => {
  const central = network && parseCidr(network.cidr);
  const taken: { readonly cidr: Cidr; readonly whose: string }[] =
    central && !isMistake(central) ? [{ cidr: central, whose: "the central network" }] : [];
  return (loki?.direct ?? []).flatMap((entry, index): Problem[] => {
    const pointer = `${entryPointer(index)}/cidr`;
    const cidr = parseCidr(entry.cidr);
    if (isMistake(cidr)) return [document.problem(pointer, { ...cidr, value: entry.cidr })];
    const other = taken.find((each) => overlaps(each.cidr, cidr));
    taken.push({ cidr, whose: entryPointer(index) });
    if (!other) return [];
    const message = `has addresses of ${other.whose} (${formatCidr(other.cidr)})`;
    const remedy = "give every network addresses of its own";
    return [document.problem(pointer, { message, value: entry.cidr, remedy })];
  });
};

/** Warning: the entry may be older or younger than the tenant, and opens nothing that anybody could read. */
export const directTenantsExist: Rule = ({ central: { document, loki }, tenants }) => {
  const names = new Set(tenants.map(({ name, stem }) => name ?? stem));
  return (loki?.direct ?? []).flatMap(({ tenant }, index): Problem[] => {
    if (names.has(tenant)) return [];
    const remedy = "remove the entry or write the tenant's file";
    const message = "is no tenant of the fleet";
    return [document.problem(`${entryPointer(index)}/tenant`, { message, value: tenant, remedy })];
  });
};

/** Warning: a network needs no role, so denying the role's actions does not stop it. */
export const directTenantsMayWrite: Rule = ({ central: { document, loki }, tenants }) => {
  const stopped = new Map(
    tenants.flatMap(({ name, stem, lifecycle }) =>
      lifecycle === undefined || lifecycle === "active" ? [] : [[name ?? stem, lifecycle] as const],
    ),
  );
  return (loki?.direct ?? []).flatMap(({ tenant }, index): Problem[] => {
    const lifecycle = stopped.get(tenant);
    if (lifecycle === undefined) return [];
    const message = `is ${lifecycle}, and its network may still write`;
    const remedy = "remove the entry";
    return [document.problem(`${entryPointer(index)}/tenant`, { message, value: tenant, remedy })];
  });
};
