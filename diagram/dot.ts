import type { Cluster, Graph, GraphEdge, GraphNode } from "./graph";

/** Helvetica's widths are among those that Graphviz knows without fonts. */
const FONT = "Helvetica,Arial,sans-serif";
/** Points for a character: a reader without Helvetica may have a font that is wider than Graphviz reckons. */
const WIDEST = 6;
const WIDEST_BOLD = 7;

/** What the kinds of lines mean. */
const LEGEND = "thick: from one account into another. thin: inside an account. dotted: runs with the role.";

/** The drawing in Graphviz's language. Ids of nodes are its names, so a picture can be read back. */
export function dotOf(graph: Graph): string {
  return [
    "digraph fleet {",
    `  graph [rankdir=LR, fontname="${FONT}", fontsize=12, labelloc=t, labeljust=l, nodesep=0.25, ranksep=1, pad=0.3, bgcolor=transparent, label=<${titleTable(graph.title, LEGEND)}>]`,
    `  node [shape=plain, fontname="${FONT}", fontsize=10]`,
    `  edge [fontname="${FONT}", fontsize=9, arrowsize=0.7]`,
    ...graph.clusters
      .filter(({ parent }) => parent === undefined)
      .flatMap((each) => clusterText(each, graph, "  ")),
    ...graph.edges.map(edgeText),
    "}",
    "",
  ].join("\n");
}

function clusterText(cluster: Cluster, graph: Graph, indent: string): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}subgraph ${quoted(`cluster ${cluster.id}`)} {`,
    `${inner}graph [class=${quoted(`account ${cluster.kind}`)}, style=rounded, label=<${titleTable(cluster.title)}>]`,
    ...graph.nodes.filter((node) => node.cluster === cluster.id).map((node) => `${inner}${nodeText(node)}`),
    ...graph.clusters
      .filter(({ parent }) => parent === cluster.id)
      .flatMap((each) => clusterText(each, graph, inner)),
    `${indent}}`,
  ];
}

const titleTable = (...lines: readonly string[]): string => {
  const row = (line: string): string =>
    `<TR><TD ALIGN="LEFT" WIDTH="${String(line.length * WIDEST)}">${escaped(line)}</TD></TR>`;
  return `<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">${lines.map(row).join("")}</TABLE>`;
};

function nodeText({ id, kind, lines }: GraphNode): string {
  const [what = "", name = "", ...details] = lines;
  const width = Math.max(name.length * WIDEST_BOLD, ...details.map(({ length }) => length * WIDEST));
  const cell = (line: string): string => `<TR><TD ALIGN="LEFT">${escaped(line)}</TD></TR>`;
  const head = `<TR><TD ALIGN="LEFT" WIDTH="${String(width)}"><FONT POINT-SIZE="8">${escaped(what)}</FONT><BR ALIGN="LEFT"/><B>${escaped(name)}</B><BR ALIGN="LEFT"/></TD></TR>`;
  const table = `<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" STYLE="ROUNDED">${head}${details.map(cell).join("")}</TABLE>`;
  return `${quoted(id)} [class=${kind}, label=<${table}>]`;
}

function edgeText({ from, to, lines, cross, quiet }: GraphEdge): string {
  const style = cross ? "penwidth=2" : quiet ? "style=dotted" : "penwidth=1";
  const label = lines.length === 0 ? "" : `, label=${quoted(lines.join("\n"))}`;
  return `  ${quoted(from)} -> ${quoted(to)} [class=${cross ? "cross" : "inside"}, ${style}${label}]`;
}

/** A quoted string of Graphviz's: only quotes and backslashes mean anything in it, and characters of HTML's entities. */
const quoted = (value: string): string =>
  `"${clean(value).replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

const escaped = (value: string): string =>
  clean(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** Without the control characters that XML does not have. */
// eslint-disable-next-line no-control-regex -- these are the ones
const clean = (value: string): string => value.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, " ");
