import type { Curve, Point, Rectangle } from "./layout";

/** Places on a curve at even distances, from its start to the tip. */
export interface Line {
  readonly points: readonly Point[];
  /** The smallest that has them all. */
  readonly around: Rectangle;
}

/** There is one place more than steps. */
export const STEPS = 60;
/** Places that are calculated on each Bézier curve. */
const FINE = 24;

export function sampled({ points, tip }: Curve): Line {
  const fine: Point[] = [];
  for (let start = 0; start + 3 < points.length; start += 3) {
    const [a, b, c, d] = points.slice(start, start + 4) as [Point, Point, Point, Point];
    for (let step = 0; step < FINE; step++) fine.push(bezier(a, b, c, d, step / FINE));
  }
  fine.push(tip);
  const lengths = [0];
  for (const [index, { x, y }] of fine.entries()) {
    const before = fine[index - 1];
    if (before !== undefined) lengths.push((lengths.at(-1) ?? 0) + Math.hypot(x - before.x, y - before.y));
  }
  const all = lengths.at(-1) ?? 0;
  const even = Array.from({ length: STEPS + 1 }, (_, step) => {
    const index = lengths.findIndex((length) => length >= (all * step) / STEPS);
    return fine[index] ?? tip;
  });
  const [left, top] = [Math.min(...even.map(({ x }) => x)), Math.min(...even.map(({ y }) => y))];
  return {
    points: even,
    around: {
      ...{ x: left, y: top },
      width: Math.max(...even.map(({ x }) => x)) - left,
      height: Math.max(...even.map(({ y }) => y)) - top,
    },
  };
}

function bezier(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const mix = (one: number, two: number, three: number, four: number): number =>
    (1 - t) ** 3 * one + 3 * (1 - t) ** 2 * t * two + 3 * (1 - t) * t ** 2 * three + t ** 3 * four;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}

/** Whether two have less than a gap between them. */
export const overlap = (one: Rectangle, other: Rectangle, gap = 0): boolean =>
  one.x - gap < other.x + other.width &&
  other.x < one.x + one.width + gap &&
  one.y - gap < other.y + other.height &&
  other.y < one.y + one.height + gap;

export const leadsThrough = ({ points, around }: Line, place: Rectangle): boolean =>
  overlap(around, place, 1) &&
  points.some(
    ({ x, y }) => x > place.x && x < place.x + place.width && y > place.y && y < place.y + place.height,
  );
