import { FONT, FONTS } from "./box";

/** Fills and lines of the kinds of boxes, arrows and frames: of the light setting, then of the dark one. */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  "{ background: * }": ["#ffffff", "#0d1117"],
  "text { fill: * }": ["#1b1f24", "#e6edf3"],
  ".quiet { fill: * }": ["#57606a", "#9da7b1"],
  ".frame rect { fill: * }": ["#f6f8fa", "#161b22"],
  ".frame rect { stroke: * }": ["#8c959f", "#6e7681"],
  ".frame.central rect { fill: * }": ["#eaf1f8", "#1b2533"],
  ".frame-title rect { fill: * }": ["#f6f8fa", "#161b22"],
  ".frame-title text { stroke: * }": ["#f6f8fa", "#161b22"],
  ".frame-title:is(.central, .part) rect { fill: * }": ["#eaf1f8", "#1b2533"],
  ".frame-title:is(.central, .part) text { stroke: * }": ["#eaf1f8", "#1b2533"],
  ".node rect { fill: * }": ["#ffffff", "#161b22"],
  ".node rect { stroke: * }": ["#57606a", "#8b949e"],
  ".node.task rect { fill: * }": ["#ddf4ff", "#0c2d6b"],
  ".node.task rect { stroke: * }": ["#0969da", "#58a6ff"],
  ".node.role rect { fill: * }": ["#fff8c5", "#4b2900"],
  ".node.role rect { stroke: * }": ["#9a6700", "#d29922"],
  ".node.api rect { fill: * }": ["#dafbe1", "#033a16"],
  ".node.api rect { stroke: * }": ["#1a7f37", "#3fb950"],
  ".node.store rect { fill: * }": ["#fbefff", "#3c1e70"],
  ".node.store rect { stroke: * }": ["#8250df", "#bc8cff"],
  ".node.alert rect { fill: * }": ["#ffebe9", "#67060c"],
  ".node.alert rect { stroke: * }": ["#cf222e", "#ff7b72"],
  ...arrow("trust", "#bc4c00", "#ffa657"),
  ...arrow("data", "#0550ae", "#79c0ff"),
  ...arrow("other", "#6e40c9", "#d2a8ff"),
  ...arrow("role", "#57606a", "#9da7b1"),
  ".badge rect { fill: * }": ["#ffffff", "#0d1117"],
};

function arrow(kind: string, light: string, dark: string): Record<string, readonly [string, string]> {
  return {
    [`.${kind} .line { stroke: * }`]: [light, dark],
    [`.${kind} .tip { fill: * }`]: [light, dark],
    [`.badge.${kind} rect { stroke: * }`]: [light, dark],
  };
}

const rules = (setting: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(([rule, colours]) => `.drawing ${rule.replace("*", colours[setting])}`)
    .join("\n");

const fonts = Object.entries(FONTS)
  .map(
    ([name, [size, bold]]) =>
      `.drawing text.${name} { font: ${bold ? "bold " : ""}${String(size)}px ${FONT}; }`,
  )
  .join("\n");

/** Without variables: programs that are no browsers draw the picture, too. Paper gets the light colours. */
export const STYLE = `
${fonts}
${rules(0)}
.drawing .frame-title rect { fill-opacity: 0.85; }
.drawing .frame-title text { stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.drawing .frame.part rect { fill: none; stroke-dasharray: 5 3; }
.drawing .node.outside rect { stroke-dasharray: 4 3; }
.drawing .line { fill: none; stroke-width: 1.1px; }
.drawing .cross .line { stroke-width: 2.4px; }
.drawing .edge.role:not(.cross) .line { stroke-dasharray: 2 3; }
.drawing text.badge { text-anchor: middle; }
@media screen and (prefers-color-scheme: dark) {
${rules(1)}
}
`;
