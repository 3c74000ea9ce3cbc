import { type Box, HEADING, textWidth } from "./box";
import type { Cluster, Graph, GraphEdge } from "./graph";
import { groupBy } from "./group";

/** Graphviz reckons in inches of 72 points; a point is drawn as a pixel. */
const inches = (pixels: number): string => (pixels / 72).toFixed(4);

/** Between rows: a label fits between a box and the title of the frame below it. */
const ROW_GAP = 0.75;

/** Things of a tenant that nothing of it leads to stand in columns of so many. */
const COLUMN = 3;

/**
 * What Graphviz is asked to lay out: sizes alone, by number (`n0`, `cluster_0`, `e0`), so that no name needs escaping.
 * Accounts of tenants are above the central one: an arrow from there is turned round for the layout.
 */
export function dotOf(graph: Graph, boxes: readonly Box[]): string {
  const place = new Map(graph.nodes.map(({ id }, index) => [id, index]));
  const name = (id: string): string => `n${String(place.get(id))}`;
  const clusterOf = topClusters(graph);
  const edgeText = ({ from, to }: GraphEdge, index: number): string => {
    const upward = clusterOf(from)?.kind === "central" && clusterOf(to)?.kind !== "central";
    return upward
      ? `  ${name(to)} -> ${name(from)} [id=e${String(index)}, dir=back]`
      : `  ${name(from)} -> ${name(to)} [id=e${String(index)}]`;
  };
  const clusterText = (cluster: Cluster, indent: string): string[] => [
    `${indent}subgraph cluster_${String(graph.clusters.indexOf(cluster))} {`,
    `${indent}  graph [label=<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="${textWidth(cluster.title, "frame").toFixed(0)}" HEIGHT="${String(HEADING)}"><TR><TD></TD></TR></TABLE>>]`,
    ...graph.nodes.flatMap((node, index) =>
      node.cluster === cluster.id ? [`${indent}  n${String(index)}`] : [],
    ),
    ...graph.clusters
      .filter(({ parent }) => parent === cluster.id)
      .flatMap((each) => clusterText(each, `${indent}  `)),
    `${indent}}`,
  ];
  return [
    "digraph fleet {",
    `  graph [rankdir=TB, labelloc=t, labeljust=l, margin=12, nodesep=0.15, ranksep=${String(ROW_GAP)}]`,
    `  node [shape=box, fixedsize=true, label=""]`,
    "  edge [arrowsize=0.8]",
    ...boxes.map(
      ({ width, height }, index) => `  n${String(index)} [width=${inches(width)}, height=${inches(height)}]`,
    ),
    ...graph.clusters.filter(({ parent }) => parent === undefined).flatMap((each) => clusterText(each, "  ")),
    ...graph.edges.map(edgeText),
    ...columns(graph).map(([upper, lower]) => `  ${name(upper)} -> ${name(lower)} [style=invis]`),
    ...border(graph, clusterOf, name),
    "}",
    "",
  ].join("\n");
}

/** The frame around everything that a node stands in. */
function topClusters({ nodes, clusters }: Graph): (id: string) => Cluster | undefined {
  const byId = new Map(clusters.map((cluster) => [cluster.id, cluster]));
  const clusterOf = new Map(nodes.map(({ id, cluster }) => [id, byId.get(cluster)]));
  return (id) => {
    let cluster = clusterOf.get(id);
    while (cluster?.parent !== undefined) cluster = byId.get(cluster.parent);
    return cluster;
  };
}

/** A point below all tenants and above everything central, so that no frame stands beside the other. */
function border(
  { nodes, edges }: Graph,
  clusterOf: (id: string) => Cluster | undefined,
  name: (id: string) => string,
): string[] {
  const isCentral = (id: string): boolean => clusterOf(id)?.kind === "central";
  const inside = edges.filter(({ from, to }) => clusterOf(from) === clusterOf(to));
  const [leaving, entered] = [new Set(inside.map(({ from }) => from)), new Set(inside.map(({ to }) => to))];
  const lowest = nodes.filter(({ id }) => clusterOf(id)?.kind === "tenant" && !leaving.has(id));
  const highest = nodes.filter(({ id }) => isCentral(id) && !entered.has(id));
  if (lowest.length === 0 || highest.length === 0) return [];
  return [
    "  border [width=0, height=0, style=invis]",
    ...lowest.map(({ id }) => `  ${name(id)} -> border [style=invis]`),
    ...highest.map(({ id }) => `  border -> ${name(id)} [style=invis]`),
  ];
}

/**
 * Pairs of nodes of which the first stands above the other although nothing leads there: beside each other they would
 * make a wide row. The roles of a task are a column, and so are things of a tenant that nothing of it leads to.
 */
function columns({ nodes, clusters, edges }: Graph): [string, string][] {
  const clusterOf = new Map(nodes.map(({ id, cluster }) => [id, cluster]));
  const inside = edges.filter(({ from, to }) => clusterOf.get(from) === clusterOf.get(to));
  const bound = new Set(inside.flatMap(({ from, to }) => [from, to]));
  return clusters
    .filter(({ kind }) => kind === "tenant")
    .flatMap(({ id }) => {
      const roles = groupBy(
        inside.filter(({ kind, from }) => kind === "role" && clusterOf.get(from) === id),
        ({ from }) => from,
      );
      const free = nodes.filter(({ id: node, cluster }) => cluster === id && !bound.has(node));
      const columns = groupBy(free.entries(), ([index]) => Math.floor(index / COLUMN));
      return [
        ...[...roles.values()].map((group) => group.map(({ to }) => to)),
        ...[...columns.values()].map((group) => group.map(([, node]) => node.id)),
      ].flatMap(pairs);
    });
}

const pairs = (column: readonly string[]): [string, string][] =>
  column.slice(1).map((lower, index) => [column[index] ?? "", lower]);
