import { FONTS, type TextClass, textWidth } from "../../diagram/box";
import type { Rectangle } from "../../diagram/layout";
import { unescaped } from "./drawing";

export interface Placed {
  readonly text: string;
  readonly at: Rectangle;
}

const numberOf = (tag: string, name: string): number =>
  Number(new RegExp(`\\s${name}="([-\\d.]+)"`).exec(tag)?.[1] ?? Number.NaN);

/** Every text of a picture with the room that it takes at most, and every box, where they are on the whole. */
export function placed(svg: string): {
  readonly texts: readonly Placed[];
  readonly boxes: readonly Rectangle[];
} {
  const texts: Placed[] = [];
  const boxes: Rectangle[] = [];
  const moves = [{ x: 0, y: 0 }];
  let isBox = false;
  for (const [tag, text] of svg.matchAll(/<\/?(?:g|text|rect)\b[^>]*>(?:([^<]*)<\/text>)?/g)) {
    const { x, y } = moves.at(-1) ?? { x: 0, y: 0 };
    if (tag === "</g>") moves.pop();
    else if (tag.startsWith("<g")) {
      const [, right = "0", down = "0"] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(tag) ?? [];
      moves.push({ x: x + Number(right), y: y + Number(down) });
      isBox = tag.includes('class="node') && tag.includes("data-id");
    } else if (tag.startsWith("<rect") && isBox) {
      const size = { width: numberOf(tag, "width"), height: numberOf(tag, "height") };
      boxes.push({ x: x + numberOf(tag, "x"), y: y + numberOf(tag, "y"), ...size });
    } else if (text !== undefined) {
      const style = (/class="(\w+)/.exec(tag)?.[1] ?? "note") as TextClass;
      const [height] = FONTS[style];
      const width = textWidth(unescaped(text), style);
      const left = numberOf(tag, "x") - (style === "badge" ? width / 2 : 0);
      // Four fifths of a letter are above its line.
      const at = { x: x + left, y: y + numberOf(tag, "y") - height * 0.8, width, height };
      texts.push({ text: unescaped(text), at });
    }
  }
  return { texts, boxes };
}
