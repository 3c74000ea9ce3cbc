import type { Graph } from "./graph";
import { dotOf } from "./dot";

/** Colours by what a thing is; those of the dark half are for a dark page, or a reader's dark setting. */
const STYLE = `
svg { background: #ffffff; }
text { fill: #1b1f24; }
.node path, .node polygon { fill: #ffffff; stroke: #57606a; }
.node.task path { fill: #ddf4ff; stroke: #0969da; }
.node.role path { fill: #fff8c5; stroke: #9a6700; }
.node.api path { fill: #dafbe1; stroke: #1a7f37; }
.node.store path { fill: #fbefff; stroke: #8250df; }
.node.alert path { fill: #ffebe9; stroke: #cf222e; }
.node.outside path { stroke-dasharray: 4 3; }
.cluster path { fill: #f6f8fa; stroke: #8c959f; }
.cluster.central path { fill: #eef3f8; }
.cluster.part path { fill: none; stroke-dasharray: 5 3; }
.edge path { stroke: #6e7781; }
.edge polygon { fill: #6e7781; stroke: #6e7781; }
.edge.cross path { stroke: #bc4c00; }
.edge.cross polygon { fill: #bc4c00; stroke: #bc4c00; }
@media screen and (prefers-color-scheme: dark) {
  svg { background: #0d1117; }
  text { fill: #e6edf3; }
  .node path, .node polygon { fill: #161b22; stroke: #8b949e; }
  .node.task path { fill: #0c2d6b; stroke: #58a6ff; }
  .node.role path { fill: #4b2900; stroke: #d29922; }
  .node.api path { fill: #033a16; stroke: #3fb950; }
  .node.store path { fill: #3c1e70; stroke: #bc8cff; }
  .node.alert path { fill: #67060c; stroke: #ff7b72; }
  .cluster path { fill: #161b22; stroke: #6e7681; }
  .cluster.central path { fill: #1c2430; }
  .edge path { stroke: #8b949e; }
  .edge polygon { fill: #8b949e; stroke: #8b949e; }
  .edge.cross path { stroke: #ffa657; }
  .edge.cross polygon { fill: #ffa657; stroke: #ffa657; }
}
`;

/** The picture of a drawing: the same bytes for the same drawing. Graphviz is loaded by the first. */
export async function svgOf(graph: Graph): Promise<string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  return styled(graphviz.dot(dotOf(graph)), graph.title);
}

/** Without prologue and comments, hence fit for a page; with a name for those who cannot see it. */
function styled(svg: string, title: string): string {
  const name = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return svg
    .slice(svg.indexOf("<svg"))
    .replace(/<!--.*?-->\n?/gs, "")
    .replace(/^<svg width="(\d+)pt" height="(\d+)pt"/, '<svg width="$1" height="$2"')
    .replace(/^<svg([^>]*)>/, `<svg$1 role="img" aria-label="${name}">\n<style>${STYLE}</style>`);
}
