import { type Box, boxOf } from "./box";
import { dotOf } from "./dot";
import type { Cluster, Graph, GraphEdge, GraphNode } from "./graph";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left upper corner and size, in pixels; y grows downwards. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** Bézier curves, one after the other (start, then three points for each), and where the tip of the arrow is. */
export interface Curve {
  readonly points: readonly Point[];
  readonly tip: Point;
}

/** Where everything of a drawing is. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly { readonly node: GraphNode; readonly box: Box; readonly at: Rectangle }[];
  /** A frame comes before those in it. */
  readonly frames: readonly { readonly cluster: Cluster; readonly at: Rectangle }[];
  readonly arrows: readonly { readonly edge: GraphEdge; readonly curve: Curve }[];
}

/** Lays out DOT, and returns Graphviz's `json`. */
export type Engine = (dot: string) => Promise<string>;

/** Graphviz as WebAssembly, loaded by the first who needs it. */
export const graphviz: Engine = async (dot) => {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  return (await Graphviz.load()).layout(dot, "json", "dot");
};

interface Placed {
  readonly name?: string;
  readonly id?: string;
  /** Of a cluster. */
  readonly bb?: string;
  /** Of a node or an edge. */
  readonly pos?: string;
}

/** The same for the same drawing. */
export async function layoutOf(graph: Graph, engine: Engine): Promise<Layout> {
  const boxes = graph.nodes.map((node) => ({ node, box: boxOf(node) }));
  const json = JSON.parse(
    await engine(
      dotOf(
        graph,
        boxes.map(({ box }) => box),
      ),
    ),
  ) as {
    readonly bb: string;
    readonly objects?: readonly Placed[];
    readonly edges?: readonly Placed[];
  };
  const [, , width = 0, height = 0] = numbers(json.bb);
  const placed = new Map(
    [...(json.objects ?? []), ...(json.edges ?? [])].map((each) => [each.id ?? each.name, each]),
  );
  const find = (id: string): Placed => {
    const found = placed.get(id);
    if (found === undefined) throw new Error(`Graphviz has left out ${id}`);
    return found;
  };
  const point = (text: string): Point => {
    const [x = 0, y = 0] = numbers(text);
    return { x, y: height - y };
  };
  return {
    ...{ width, height },
    boxes: boxes.map(({ node, box }, index) => {
      const { x, y } = point(find(`n${String(index)}`).pos ?? "");
      const corner = { x: x - box.width / 2, y: y - box.height / 2 };
      return { node, box, at: { ...corner, width: box.width, height: box.height } };
    }),
    frames: graph.clusters.map((cluster, index) => {
      const [left = 0, bottom = 0, right = 0, top = 0] = numbers(find(`cluster_${String(index)}`).bb);
      return { cluster, at: { x: left, y: height - top, width: right - left, height: top - bottom } };
    }),
    arrows: graph.edges.map((edge, index) => ({
      edge,
      curve: curveOf(find(`e${String(index)}`).pos, point),
    })),
  };
}

const numbers = (text = ""): number[] => text.split(",").map(Number);

/** `e,X,Y x,y x,y ...`: the tip, then the curves; with `s` they lead away from the tip. */
function curveOf(text = "", point: (text: string) => Point): Curve {
  const [tip = "", ...rest] = text.split(" ");
  const points = rest.map(point);
  return { tip: point(tip.slice(2)), points: tip.startsWith("s") ? points.reverse() : points };
}
