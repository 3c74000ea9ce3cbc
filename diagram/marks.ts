import { markup, type Markup } from "../lib/markup";
import type { Badge } from "./badges";
import { HEADING, headingOf, LINE, PADDING, type TextClass } from "./box";
import type { Layout, Point } from "./layout";

type Item<Key extends "boxes" | "frames" | "arrows"> = Layout[Key][number];

/** At most two digits behind the point: the same in every place that calculates it. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

export const textAt = (x: number, y: number, style: TextClass, text: string): Markup =>
  markup`<text class="${style}" x="${number(x)}" y="${number(y)}">${text}</text>\n`;

export const frameMark = (frame: Item<"frames">): Markup => {
  const { at, cluster } = frame;
  return markup`<g class="frame ${cluster.kind}"><rect x="${number(at.x)}" y="${number(at.y)}" width="${number(at.width)}" height="${number(at.height)}" rx="6"/></g>\n`;
};

/** A frame's title on a plate: an arrow may lead below it, never through its letters. */
export const headingMark = (frame: Item<"frames">): Markup => {
  const { title, kind } = frame.cluster;
  const { x, y, width, height } = headingOf(frame);
  return markup`<g class="frame-title ${kind}"><rect x="${number(x - 2)}" y="${number(y)}" width="${number(width + 4)}" height="${number(height)}" rx="3"/>${textAt(x, y + HEADING - 5, "frame", title)}</g>\n`;
};

export const boxMark = ({ node, box, at }: Item<"boxes">): Markup =>
  markup`<g class="node ${node.kind}" data-id="${node.id}"><rect x="${number(at.x)}" y="${number(at.y)}" width="${number(at.width)}" height="${number(at.height)}" rx="4"/>
${box.lines.map(({ text, style, indent }, index) => textAt(at.x + PADDING + indent, at.y + (index + 1) * LINE - 1, style, text))}</g>\n`;

/** The title is what a pointer is shown, and a reader's program says. */
export const arrowMark = ({ edge, curve }: Item<"arrows">, title: string): Markup =>
  markup`<g class="edge ${edge.kind} ${edge.cross ? "cross" : "inside"}" data-from="${edge.from}" data-to="${edge.to}"><title>${title}</title><path class="line" d="${pathOf(curve.points)}"/><path class="tip" d="${tipOf(curve)}"/></g>\n`;

const pair = ({ x, y }: Point): string => `${number(x)},${number(y)}`;

const pathOf = ([start, ...rest]: readonly Point[]): string =>
  start === undefined ? "" : `M${pair(start)} C${rest.map(pair).join(" ")}`;

/** Half the width of an arrow's tip. */
const HALF = 4;

/** A triangle from where the line ends. */
function tipOf({ points, tip }: Item<"arrows">["curve"]): string {
  const base = points.at(-1) ?? tip;
  const length = Math.hypot(tip.x - base.x, tip.y - base.y) || 1;
  const aside = { x: (-(tip.y - base.y) / length) * HALF, y: ((tip.x - base.x) / length) * HALF };
  const corners = [
    { x: base.x + aside.x, y: base.y + aside.y },
    tip,
    { x: base.x - aside.x, y: base.y - aside.y },
  ];
  return `M${corners.map(pair).join(" L")} Z`;
}

export const badgeMark = ({ edge, text, at }: Badge): Markup =>
  markup`<g class="badge ${edge.kind}"><rect x="${number(at.x)}" y="${number(at.y)}" width="${number(at.width)}" height="${number(at.height)}" rx="7"/>${textAt(at.x + at.width / 2, at.y + 10.5, "badge", text)}</g>\n`;
