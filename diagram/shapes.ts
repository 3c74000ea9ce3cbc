import { text } from "../lib/fields";
import { COLLECTOR_CONTAINER, JAEGER_CONTAINER, ROUTER_CONTAINER } from "../lib/names";
import { ownService } from "./destinations";
import { type Accounts, tenantOf } from "./graph";
import { groupBy } from "./group";
import { accountOf, idOf, isCross, type Link } from "./links";
import type { Place } from "./references";
import { containersOf } from "./settings";

/** Tenants that are drawn as one. */
export interface Shape {
  /** Of the first tenant; unique. */
  readonly id: string;
  readonly title: string;
  /** By name. */
  readonly tenants: readonly string[];
}

/** More shapes than this are drawn as one of them all, so that the picture stays readable. */
export const MAX_SHAPES = 5;

/** The part of a tenant that alerts come to. */
export const ALERTS = "alerts";

/** Services of AWS's that a tenant's tasks send to. */
export const OWN = "services of AWS";

/** Repositories of one account. */
export const REGISTRY = "registry";

/** The replicas of Loki, each a service of its own, with their roles. */
export const LOKI = "loki";

/** What is drawn as one in a tenant's frame: a task with its roles, a topic with its key, all endpoints. */
export function partOf(place: Place): string {
  if (!("block" in place)) {
    if (ownService(place) !== undefined) return OWN;
    const [, service = ""] = /^arn:[^:]+:([^:]+):/.exec(place.arn) ?? [];
    return place.arn.includes(":role/")
      ? "roles of attached services"
      : service === "ecr"
        ? REGISTRY
        : "account";
  }
  const { type, id } = place.block;
  if (id.startsWith("service-")) return "tasks";
  if (/^loki_(loki-\d|task-role|execution-role)/.test(id)) return LOKI;
  if (type === "aws_vpc_endpoint") return "endpoints";
  if (id.startsWith("alerts_")) return ALERTS;
  if (type === "aws_cloudformation_stack_set_instance") return "stack set";
  return id.replace(/_[0-9A-F]{8}$/, "");
}

/** Where a thing is, from its tenant's point of view. */
const sideOf = (place: Place, { central }: Accounts, tenant: string, accounts: Accounts): string =>
  accountOf(place) === central ? "central" : tenantOf(place, accounts) === tenant ? "own" : accountOf(place);

/** The tenants that differ in nothing that a picture of the fleet shows, those with most tenants first. */
export function shapesOf(names: readonly string[], links: readonly Link[], accounts: Accounts): Shape[] {
  const signatures = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  for (const link of links) {
    const owners = new Set([link.from, link.to].flatMap((place) => tenantOf(place, accounts) ?? []));
    for (const owner of owners) signatures.get(owner)?.add(signatureOf(link, owner, accounts));
  }
  const groups = groupBy(names, (name) => [...(signatures.get(name) ?? [])].sort().join("\n"));
  const sorted = [...groups.values()].sort(
    (one, other) => other.length - one.length || (one[0] ?? "").localeCompare(other[0] ?? "", "en"),
  );
  const kept = sorted.length <= MAX_SHAPES ? sorted : sorted.slice(0, MAX_SHAPES - 1);
  const rest = sorted.slice(kept.length);
  return [...kept.map(shape), ...(rest.length === 0 ? [] : [others(rest)])];
}

function signatureOf(link: Link, tenant: string, accounts: Accounts): string {
  const end = (place: Place): string => {
    const side = sideOf(place, accounts, tenant, accounts);
    const kinds =
      "block" in place && place.block.type === "aws_ecs_task_definition"
        ? sidecarsOf([place]).join("+")
        : (ownService(place) ?? "");
    return `${side}/${tenantOf(place, accounts) === undefined ? idOf(place) : partOf(place)} ${kinds}`;
  };
  return `${end(link.from)} > ${end(link.to)} ${isCross(link) ? "cross" : ""}`;
}

/** The containers for telemetry among those of some tasks. */
export function sidecarsOf(places: readonly Place[]): string[] {
  const names = places.flatMap((place) =>
    "block" in place ? containersOf(place.block).map(({ name }) => text(name)) : [],
  );
  return [COLLECTOR_CONTAINER, ROUTER_CONTAINER, JAEGER_CONTAINER].filter((name) => names.includes(name));
}

function shape(tenants: readonly string[]): Shape {
  const [first = ""] = tenants;
  const title = tenants.length === 1 ? `tenant ${first}` : `${String(tenants.length)} tenants like ${first}`;
  return { id: first, title, tenants };
}

function others(groups: readonly (readonly string[])[]): Shape {
  const tenants = groups.flat().sort();
  const title = `${String(tenants.length)} other tenants, of ${String(groups.length)} shapes: what any of them has`;
  return { id: tenants[0] ?? "", title, tenants };
}
