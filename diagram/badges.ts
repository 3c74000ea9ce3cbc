import { headingOf, textWidth } from "./box";
import type { Graph, GraphEdge } from "./graph";
import type { Layout, Point, Rectangle } from "./layout";
import { leadsThrough, type Line, overlap, sampled, STEPS } from "./line";

/** What a number beside an arrow means. */
export interface Meaning {
  readonly number: string;
  readonly text: string;
}

/** A label on an arrow: a number, or a port as `:443`. */
export interface Badge {
  readonly edge: GraphEdge;
  readonly text: string;
  readonly at: Rectangle;
}

/** A port speaks for itself, and so does the line of a role. */
const isPort = ({ lines }: GraphEdge): boolean => lines.every((line) => /^[\d-]+$/.test(line));

/** `VPC link`, or what stands for `80 to 8080`: the port of a listener, and that of the container behind it. */
const worded = (line: string): string => line.replace(/^(\d+) to (\d+)$/, "port $1, to port $2 behind it");

const meaningOf = ({ lines }: GraphEdge): string => lines.map(worded).join(", ");

/** The labels that need explaining, each once, in alphabetical order. */
export const meaningsOf = ({ edges }: Graph): Meaning[] =>
  [...new Set(edges.filter((edge) => edge.lines.length > 0 && !isPort(edge)).map(meaningOf))]
    .sort()
    .map((text, index) => ({ number: String(index + 1), text }));

/** What stands on an arrow; nothing on one that has no label. */
function badgeText(edge: GraphEdge, meanings: readonly Meaning[]): string {
  if (edge.lines.length === 0) return "";
  if (isPort(edge)) return edge.lines.map((line) => `:${line}`).join(" ");
  const text = meaningOf(edge);
  return meanings.find((each) => each.text === text)?.number ?? "";
}

const HEIGHT = 15;
/** Free room around a label. */
const GAP = 2;
/** About the size of an arrow's tip. */
const TIP = 12;

/**
 * A label for each arrow that has one, on its line: not on a box, a heading or another label, nor on the arrow's tip; of
 * the free places the one with the fewest other arrows in its way, nearest to the middle.
 */
export function badgesOf({ boxes, frames, arrows }: Layout, meanings: readonly Meaning[]): Badge[] {
  const lines = arrows.map(({ curve }) => sampled(curve));
  const taken = [...boxes.map(({ at }) => at), ...frames.map(headingOf)];
  return arrows.flatMap(({ edge }, index) => {
    const text = badgeText(edge, meanings);
    if (text === "") return [];
    const size = { width: Math.max(HEIGHT, Math.ceil(textWidth(text, "badge")) + 6), height: HEIGHT };
    const at = bestPlace(lines, index, size, taken);
    taken.push(at);
    return [{ edge, text, at }];
  });
}

function bestPlace(
  lines: readonly Line[],
  own: number,
  size: { readonly width: number; readonly height: number },
  taken: readonly Rectangle[],
): Rectangle {
  const points = lines[own]?.points ?? [];
  const around = (point: Point): Rectangle => ({
    ...size,
    x: Math.round(point.x - size.width / 2),
    y: Math.round(point.y - size.height / 2),
  });
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const tip = { x: end.x - TIP / 2, y: end.y - TIP / 2, width: TIP, height: TIP };
  const places = points.map((point, step) => {
    const place = around(point);
    const collisions = taken.filter((each) => overlap(place, each, GAP)).length;
    const crossings = lines.filter((other, index) => index !== own && leadsThrough(other, place)).length;
    const hides = overlap(place, tip, GAP) ? 100 : 0;
    return {
      place,
      cost: hides + collisions * 1000 + crossings * 10 + Math.abs(step / STEPS - 0.5) * 10,
    };
  });
  return places.reduce((best, each) => (each.cost < best.cost ? each : best)).place;
}
