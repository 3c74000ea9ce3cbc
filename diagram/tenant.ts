import { linksOf } from "./all-links";
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
import { kindOf, linesOf, shortened } from "./labels";
import { accountOf, idOf, placesOf } from "./links";
import type { Place } from "./references";
import type { SynthesisedStack } from "./stack";

/** One tenant: everything of its own, and what of the central account its telemetry passes. */
export function tenantGraph(stacks: readonly SynthesisedStack[], tenant: string): Graph {
  const accounts = accountsOf(stacks);
  const links = linksAround(linksOf(stacks), accounts, (each) => each === tenant);
  const places = placesOf(links);
  const clusters = new Map<string, Cluster>();
  const nodes = [...places]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, place]) => {
      const cluster = clusterOf(place, accounts);
      for (const each of cluster) clusters.set(each.id, each);
      return { id, kind: kindOf(place), lines: linesOf(place), cluster: cluster[0].id };
    });
  if (nodes.length === 0) return emptyGraph(stacks, tenant);
  return {
    title: `tenant ${tenant}`,
    clusters: [...clusters.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    nodes,
    edges: edgesOf(links, idOf, ({ label }) => shortened(label.split("\n")).join("\n")),
  };
}

/** An offboarding tenant's: its stack is there, and takes everything away. */
function emptyGraph(stacks: readonly SynthesisedStack[], tenant: string): Graph {
  const account = stacks.find((stack) => stack.tenant === tenant)?.accounts.get("")?.accountId ?? "";
  const cluster = accountCluster(account, accountsOf(stacks));
  return { title: `tenant ${tenant}`, clusters: [cluster], nodes: [nothing(cluster.id)], edges: [] };
}

/** Stands in the frame of a tenant whose stack makes nothing. */
export const nothing = (cluster: string): GraphNode => ({
  ...{ id: `${cluster}/nothing`, kind: "outside", lines: ["stack", "holds nothing"], cluster },
});

/** The frame of a thing, and those around that. */
function clusterOf(place: Place, accounts: Accounts): readonly [Cluster, ...Cluster[]] {
  const account = accountOf(place);
  const frame = accountCluster(account, accounts);
  const tenant = tenantOf(place, accounts);
  if (account !== accounts.central || tenant === undefined) return [frame];
  return [
    { id: `${account}/${tenant}`, title: `made by the stack of ${tenant}`, parent: frame.id, kind: "part" },
    frame,
  ];
}

export function accountCluster(account: string, { central, tenants, regions }: Accounts): Cluster {
  const tenant = tenants.get(account);
  const region = regions.get(account);
  const where = [account, ...(region === undefined ? [] : [region])].join(", ");
  if (account === central) return { id: account, title: `central account ${where}`, kind: "central" };
  if (tenant !== undefined)
    return { id: account, title: `tenant ${tenant}, account ${where}`, kind: "tenant" };
  return { id: account, title: `account ${where}, not of this fleet`, kind: "outside" };
}
