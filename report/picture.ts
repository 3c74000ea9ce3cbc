import { type Sample, SAMPLE } from "../diagram/legend";
import type { Picture } from "../diagram/svg";
import { Markup, markup } from "../lib/markup";

/** The fleet's picture with its legend, and its arrows as text. */
export const pictureSection = ({
  svg,
  legend,
  arrows,
}: Picture): Markup => markup`<h2 id="picture-title">Accounts, tasks, roles, paths</h2>
<div class="tools" id="zoom" hidden role="group" aria-label="size of the picture">
<button type="button" id="away" aria-label="smaller">−</button><button type="button" id="closer" aria-label="larger">+</button>
<button type="button" id="fit">whole width</button><button type="button" id="real">100 %</button>
<span id="size" role="status" class="quiet"></span>
<span class="quiet">drag or arrow keys move it; + − 0 1, or Ctrl and the wheel, enlarge it</span>
</div>
<div class="scroll picture" id="picture" tabindex="0" role="region" aria-labelledby="picture-title">
${new Markup(svg)}</div>
${legendBlock(
  "How it is drawn",
  legend.filter(({ isNumber }) => !isNumber),
)}
${legendBlock(
  "What the numbers on the arrows mean",
  legend.filter(({ isNumber }) => isNumber),
)}
<details><summary>Every arrow as text</summary>
<div class="scroll" tabindex="0" role="region" aria-label="arrows">
<table>
<thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">What</th><th scope="col">Account</th></tr></thead>
<tbody>
${arrows.map(
  ({ from, to, what, isCross }) =>
    markup`<tr><td>${from}</td><td>${to}</td><td>${what}</td><td>${isCross ? "into another" : "inside"}</td></tr>\n`,
)}</tbody>
</table>
</div>
</details>
`;

const legendBlock = (title: string, samples: readonly Sample[]): Markup =>
  samples.length === 0
    ? markup``
    : markup`<h3>${title}</h3>
<div class="legend">
${samples.map(
  ({ drawn, text }) =>
    markup`<div><svg class="drawing" width="${SAMPLE.width}" height="${SAMPLE.height}" aria-hidden="true">${drawn}</svg><span>${text}</span></div>\n`,
)}</div>`;
