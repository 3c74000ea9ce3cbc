import { groupBy } from "./group";
import { accountOf, idOf, isCross, type Link, type LinkKind } from "./links";
import type { Place } from "./references";
import type { SynthesisedStack } from "./stack";

/** What decides a node's colour. */
export type NodeKind = "task" | "role" | "api" | "store" | "alert" | "network" | "outside";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** What it is and what it is called, then details. */
  readonly lines: readonly string[];
  /** Id of its cluster. */
  readonly cluster: string;
}

/** What decides an arrow's colour; `role` only says with which role something runs. */
export type EdgeKind = "data" | "trust" | "other" | "role";

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly lines: readonly string[];
  /** Leads out of its account. */
  readonly cross: boolean;
  readonly kind: EdgeKind;
}

/** A frame around nodes: an account, or a part of one. */
export interface Cluster {
  readonly id: string;
  readonly title: string;
  readonly parent?: string;
  readonly kind: "central" | "tenant" | "outside" | "part";
}

/** A drawing before its layout. */
export interface Graph {
  readonly title: string;
  readonly clusters: readonly Cluster[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The accounts of a fleet. */
export interface Accounts {
  readonly central: string;
  /** Account -> tenant. */
  readonly tenants: ReadonlyMap<string, string>;
  /** Account -> Region, of the tenants' and the central stacks. */
  readonly regions: ReadonlyMap<string, string>;
}

export function accountsOf(stacks: readonly SynthesisedStack[]): Accounts {
  const own = stacks.flatMap((stack) => {
    const account = stack.accounts.get("");
    return account === undefined ? [] : [{ stack, ...account }];
  });
  const central = own.find(({ stack }) => stack.tenant === undefined);
  if (central === undefined) throw new Error("no stack of the central account");
  return {
    central: central.accountId,
    tenants: new Map(
      own.flatMap(({ stack, accountId }) => (stack.tenant ? [[accountId, stack.tenant]] : [])),
    ),
    regions: new Map(own.map(({ accountId, region }) => [accountId, region])),
  };
}

/** The tenant whose stack makes a thing, or in whose account it is. */
export const tenantOf = (place: Place, { tenants }: Accounts): string | undefined =>
  ("block" in place ? place.block.stack.tenant : undefined) ?? tenants.get(accountOf(place));

/**
 * The links that a drawing of some tenants needs: all of theirs, all of the central account that their requests come to
 * on the way, and what runs with a role that reaches into their accounts.
 */
export function linksAround(
  links: readonly Link[],
  accounts: Accounts,
  isWanted: (tenant: string) => boolean,
): Link[] {
  const wanted = (place: Place): boolean => {
    const tenant = tenantOf(place, accounts);
    return tenant !== undefined && isWanted(tenant);
  };
  const foreign = (place: Place): boolean => tenantOf(place, accounts) !== undefined && !wanted(place);
  const possible = links.filter(({ from, to }) => !foreign(from) && !foreign(to));
  const drawn = new Set(possible.filter(({ from, to }) => wanted(from) || wanted(to)));
  const reached = new Set([...drawn].flatMap(({ from, to }) => [idOf(from), idOf(to)]));
  const leads = new Set(possible.filter(({ kind }) => kind !== "as").map(({ from }) => idOf(from)));
  const holdsReached = ({ kind, to }: Link): boolean => kind === "as" && reached.has(idOf(to));
  const goesOn = ({ kind, from, to }: Link): boolean =>
    reached.has(idOf(from)) && (kind !== "as" || leads.has(idOf(to)));
  for (let before = -1; before !== drawn.size;) {
    before = drawn.size;
    for (const link of possible.filter((each) => holdsReached(each) || goesOn(each))) {
      drawn.add(link);
      reached.add(idOf(link.from)).add(idOf(link.to));
    }
  }
  return links.filter((link) => drawn.has(link));
}

/** An arrow that stands for several links has the first of their kinds. */
const EDGE_KINDS: readonly (readonly [EdgeKind, readonly LinkKind[]])[] = [
  ["data", ["flow", "invoke", "reach", "send"]],
  ["trust", ["assume", "grant"]],
  ["other", ["pull", "show"]],
  ["role", ["as"]],
];

const edgeKind = (kinds: readonly LinkKind[]): EdgeKind =>
  EDGE_KINDS.find(([, members]) => kinds.some((kind) => members.includes(kind)))?.[0] ?? "other";

/** One edge for each pair of nodes, in a fixed order. */
export const edgesOf = (
  links: readonly Link[],
  nodeOf: (place: Place) => string,
  line: (link: Link) => string,
): GraphEdge[] => {
  const groups = groupBy(links, ({ from, to }) => `${nodeOf(from)} ${nodeOf(to)}`);
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group as [Link];
      const [from, to] = [nodeOf(first.from), nodeOf(first.to)];
      if (from === to) return [];
      const lines = [...new Set(group.flatMap((link) => line(link).split("\n")))].filter(
        (each) => each !== "",
      );
      return [{ from, to, lines, cross: isCross(first), kind: edgeKind(group.map(({ kind }) => kind)) }];
    });
};
