import { linksOf } from "./all-links";
import { groupBy } from "./group";
import {
  type Accounts,
  accountsOf,
  type Cluster,
  edgesOf,
  type Graph,
  type GraphNode,
  linksAround,
  tenantOf,
} from "./graph";
import { kindOf, linesOf, shortened, titleOf } from "./labels";
import { accountOf, idOf, type Link, placesOf } from "./links";
import { isVpn, vpnAndFronts, waysOfPeople } from "./people";
import type { Place } from "./references";
import { ALERTS, LOKI, OWN, partOf, REGISTRY, type Shape, shapesOf, sidecarsOf } from "./shapes";
import type { SynthesisedStack } from "./stack";
import { accountCluster, nothing } from "./tenant";

/** The names of the fleet's drawing: where a thing of the full one went. */
export interface FleetGraph extends Graph {
  readonly shapes: readonly Shape[];
  /** Id of the node that stands for a thing. */
  readonly nodeOf: (place: Place) => string;
}

/** The fleet: the shared services, and tenants of one shape drawn as one. */
export function fleetGraph(stacks: readonly SynthesisedStack[]): FleetGraph {
  const accounts = accountsOf(stacks);
  const names = stacks.flatMap(({ tenant }) => tenant ?? []);
  const all = linksOf(stacks);
  // Before the first tenant nothing is on anybody's way: what stands ready is drawn then.
  const links =
    names.length === 0
      ? all
      : [...new Set([...linksAround(all, accounts, () => true), ...waysOfPeople(all)])];
  const shapes = shapesOf(names, links, accounts);
  const shapeOf = new Map(shapes.flatMap((shape) => shape.tenants.map((tenant) => [tenant, shape] as const)));
  const ofTenant = (place: Place): Shape | undefined => shapeOf.get(tenantOf(place, accounts) ?? "");

  const strangers = strangersAmong(links, accounts);
  const clusters = new Map<string, Cluster>();
  const clusterOf = (place: Place): string => {
    const frames = strangers.has(accountOf(place))
      ? ([strangersFrame(strangers)] as const)
      : framesOf(place, ofTenant(place), accounts);
    for (const frame of frames) clusters.set(frame.id, frame);
    return frames[0].id;
  };
  const known = new Map<string, string>();
  const nodeOf = (place: Place): string => {
    const id = idOf(place);
    const node = known.get(id) ?? newNode(place);
    known.set(id, node);
    return node;
  };
  const vpn = vpnAndFronts(links);
  const partIn = (place: Place): string => (vpn.has(idOf(place)) ? VPN : partOf(place));
  const newNode = (place: Place): string => {
    const part = partIn(place);
    const isMerged = ofTenant(place) !== undefined || [LOKI, REGISTRY, VPN].includes(part);
    return `${clusterOf(place)}/${isMerged ? part : idOf(place)}`;
  };

  const places = groupBy(placesOf(links).values(), nodeOf);
  const nodes = [...places]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, group]): GraphNode => {
      const [first] = group as [Place, ...Place[]];
      return {
        id,
        kind: kindOf(lead(group)),
        lines: mergedLines(group, partIn(first), accounts),
        cluster: clusterOf(first),
      };
    });
  for (const shape of shapes.filter(({ id }) => !clusters.has(shapeCluster(id)))) {
    clusters.set(shapeCluster(shape.id), { id: shapeCluster(shape.id), title: shape.title, kind: "tenant" });
    nodes.push(nothing(shapeCluster(shape.id)));
  }
  return {
    title: `${String(names.length)} ${names.length === 1 ? "tenant" : "tenants"} and what they share`,
    shapes,
    nodeOf,
    clusters: [...clusters.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    nodes,
    edges: edgesOf(links, nodeOf, (link) => lineOf(link, accounts)).map((edge) => ({
      ...edge,
      lines: shortened(edge.lines),
    })),
  };
}

/** The accounts that are neither central nor a tenant's. */
const strangersAmong = (links: readonly Link[], { central, tenants }: Accounts): ReadonlySet<string> =>
  new Set(
    links
      .flatMap(({ from, to }) => [accountOf(from), accountOf(to)])
      .filter((account) => account !== central && !tenants.has(account)),
  );

/** One frame for all of them. */
const strangersFrame = (accounts: ReadonlySet<string>): Cluster => ({
  id: "strangers",
  title: `${accounts.size === 1 ? `account ${[...accounts].join("")}` : `${String(accounts.size)} accounts`}, not of this fleet`,
  kind: "outside",
});

/** The VPN with the load balancers and the endpoint behind which people find the services. */
const VPN = "vpn";

/** More names than this are not listed. */
const MAX_NAMES = 5;

const shapeCluster = (id: string): string => `shape ${id}`;

/** The frame of a thing, and those around that. */
function framesOf(
  place: Place,
  shape: Shape | undefined,
  accounts: Accounts,
): readonly [Cluster, ...Cluster[]] {
  const account = accountOf(place);
  if (shape === undefined) return [accountCluster(account, accounts)];
  if (account === accounts.central) {
    const frame = accountCluster(account, accounts);
    return [
      { id: `${account}/${shape.id}`, title: `for ${shape.title}`, parent: frame.id, kind: "part" },
      frame,
    ];
  }
  if (accounts.tenants.has(account))
    return [{ id: shapeCluster(shape.id), title: ownTitle(shape, account), kind: "tenant" }];
  return [accountCluster(account, accounts)];
}

const ownTitle = ({ title, tenants }: Shape, account: string): string =>
  tenants.length === 1 ? `${title}, account ${account}` : `${title}, each in its account`;

/** The one among things drawn as one that decides how they look. */
const lead = (group: readonly Place[]): Place => {
  const task = group.find(
    (place) =>
      isVpn(place) || ("block" in place && /^aws_(ecs_task_definition|sns_topic)$/.test(place.block.type)),
  );
  const [first] = group as [Place];
  return task ?? first;
};

function mergedLines(group: readonly Place[], part: string, accounts: Accounts): string[] {
  const lines = linesOf(lead(group));
  if (group.length === 1) return lines;
  const [what = "", name = "", ...details] = lines;
  if (part === VPN) return [`${what} and the addresses behind it`, name, ...details];
  if (part === OWN) return [what, [...new Set(group.map((place) => titleOf(place)[1]))].sort().join(", ")];
  const names = [...new Set(group.map((place) => generalName(place, accounts)))].sort();
  const tasks = group.filter(isTask);
  if (tasks.length === 1) return [`${what} and its roles`, name, ...details];
  if (part === LOKI) return ["tasks and their roles", `${String(tasks.length)} replicas of Loki`, ...details];
  if (tasks.length > 1)
    return [
      "tasks and their roles",
      `${String(tasks.length)} tasks`,
      ["application", ...sidecarsOf(tasks)].join(", "),
    ];
  if (part === ALERTS)
    return ["topic and its key", group.length > 2 ? `${String(group.length / 2)} alert topics` : name];
  const counted = `${String(group.length)} ${what === "registry" ? "registries" : `${what}s`}`;
  return [what, counted, ...names.slice(0, MAX_NAMES), ...(names.length > MAX_NAMES ? ["..."] : [])];
}

/** The name of a thing, but for the name of its tenant. */
function generalName(place: Place, accounts: Accounts): string {
  const [, name] = titleOf(place);
  const tenant = tenantOf(place, accounts);
  return tenant === undefined ? name : name.replace(new RegExp(`(^|-)${tenant}(?=-|$)`), "$1{tenant}");
}

const isTask = (place: Place): boolean => "block" in place && place.block.type === "aws_ecs_task_definition";

/** A link's label with the tenant's own name replaced, so that arrows of all tenants say the same. */
function lineOf({ label, from, to }: Link, accounts: Accounts): string {
  const tenant = tenantOf(from, accounts) ?? tenantOf(to, accounts);
  if (tenant === undefined) return label;
  return label.replaceAll(new RegExp(`(?<=/[ts]/)${tenant}(?=/|$)`, "gm"), "{tenant}");
}
