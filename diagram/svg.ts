import { markup, Markup } from "../lib/markup";
import { badgesOf, type Meaning, meaningsOf } from "./badges";
import type { Graph } from "./graph";
import { type Engine, layoutOf } from "./layout";
import { legendOf, LINES, type Sample, symbolsOf } from "./legend";
import { arrowMark, badgeMark, boxMark, frameMark, headingMark, number, textAt } from "./marks";
import { STYLE } from "./style";

/** A drawing without heading and legend, for a page that has its own. */
export interface Picture {
  /** An SVG element; the same for the same drawing. */
  readonly svg: string;
  readonly legend: readonly Sample[];
  readonly arrows: readonly ArrowText[];
}

/** An arrow in words. */
export interface ArrowText {
  /** What something is, its name, and the frame that it is in. */
  readonly from: string;
  readonly to: string;
  readonly what: string;
  readonly isCross: boolean;
}

/** Room around a drawing. */
const MARGIN = 12;
/** Height of the heading of a file. */
const HEADING = 50;
/** A legend needs so much; a narrower drawing stands in the middle. */
const LEAST_WIDTH = 900;

export async function pictureOf(graph: Graph, engine: Engine): Promise<Picture> {
  const { drawn, width, height, meanings } = await drawingOf(graph, engine);
  const svg = element(graph, width + 2 * MARGIN, height + 2 * MARGIN, [moved(MARGIN, MARGIN, drawn)]);
  return { svg, legend: symbolsOf(graph, meanings), arrows: arrowTexts(graph) };
}

/** A file by itself: heading, drawing, legend. */
export async function svgOf(graph: Graph, engine: Engine): Promise<string> {
  const { drawn, height, meanings, ...drawing } = await drawingOf(graph, engine);
  const width = Math.max(drawing.width, LEAST_WIDTH);
  const legend = legendOf(symbolsOf(graph, meanings), width);
  const below = HEADING + height + 2 * MARGIN;
  return element(graph, width + 2 * MARGIN, below + legend.height + MARGIN, [
    textAt(MARGIN, 26, "title", graph.title),
    textAt(MARGIN, 44, "note", "drawn from the synthesised stacks: what would be deployed"),
    moved(MARGIN + (width - drawing.width) / 2, HEADING + MARGIN, drawn),
    moved(MARGIN, below, [legend.drawn]),
  ]);
}

async function drawingOf(
  graph: Graph,
  engine: Engine,
): Promise<{
  readonly drawn: readonly Markup[];
  readonly meanings: readonly Meaning[];
  readonly width: number;
  readonly height: number;
}> {
  const layout = await layoutOf(graph, engine);
  const meanings = meaningsOf(graph);
  const texts = arrowTexts(graph);
  const titleOf = (index: number): string => {
    const { from = "", to = "", what = "" } = texts[index] ?? {};
    return `${from} → ${to}: ${what}`;
  };
  return {
    drawn: [
      ...layout.frames.map(frameMark),
      ...layout.arrows.map((arrow, index) => arrowMark(arrow, titleOf(index))),
      ...layout.frames.map(headingMark),
      ...layout.boxes.map(boxMark),
      ...badgesOf(layout, meanings).map(badgeMark),
    ],
    meanings,
    width: layout.width,
    height: layout.height,
  };
}

function arrowTexts({ nodes, edges, clusters }: Graph): ArrowText[] {
  const frames = new Map(clusters.map(({ id, title }) => [id, title]));
  const names = new Map(
    nodes.map(({ id, lines: [what = "", name = ""], cluster }) => [
      id,
      `${what} ${name} (${frames.get(cluster) ?? ""})`,
    ]),
  );
  return edges.map(({ from, to, lines, cross, kind }) => ({
    ...{ from: names.get(from) ?? "", to: names.get(to) ?? "", isCross: cross },
    what: lines.join(", ") || LINES[kind],
  }));
}

const moved = (x: number, y: number, drawn: readonly Markup[]): Markup =>
  markup`<g transform="translate(${number(x)},${number(y)})">\n${drawn}</g>\n`;

/** With a name for those who cannot see it. */
const element = ({ title }: Graph, width: number, height: number, content: readonly Markup[]): string =>
  markup`<svg class="drawing" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}">
<style>${new Markup(STYLE)}</style>
${content}</svg>
`.text;
