import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { escaped } from "./html";

/** What a query asks, whichever kind it is. */
export function queryText(target: Readonly<Record<string, unknown>>): string {
  const { expr, expression, queryType, query, columns, service, tags } = target;
  if (typeof expr === "string") return expr;
  if (typeof expression === "string" && expression !== "") return expression;
  const words = [queryType, query, columns, service, tags]
    .flat()
    .filter((word) => word !== undefined && word !== "");
  return words.join(" ");
}

/** Simple pictures of the kinds of panels, 24 by 24. */
const PICTURES: Readonly<Record<string, string>> = {
  timeseries: '<path d="M3 18l5-7 4 4 4-9 5 6"/>',
  stat: '<path d="M7 9l4-3v12M7 18h8"/>',
  table: '<path d="M3 5h18v14H3zM3 10h18M3 15h18M9 5v14"/>',
  logs: '<path d="M4 6h16M4 10h11M4 14h14M4 18h8"/>',
  nodeGraph:
    '<circle cx="6" cy="12" r="3"/><circle cx="18" cy="6" r="3"/><circle cx="18" cy="18" r="3"/><path d="M9 11l6-4M9 13l6 4"/>',
  text: '<path d="M5 6h14M12 6v13"/>',
};

const picture = (type: string): string =>
  `<svg viewBox="0 0 24 24" aria-hidden="true">${PICTURES[type] ?? '<path d="M4 4h16v16H4z"/>'}</svg>`;

function place({ gridPos }: Pick<Panel, "gridPos">): string {
  const { x = 0, y = 0, w = 24, h = 1 } = gridPos ?? {};
  return `grid-area:${y + 1}/${x + 1}/span ${h}/span ${w}`;
}

/** Of a panel that is lower than this, the queries are shown rather than the description. */
const LOW = 6;

/** A panel in its place. */
export function panelHtml(panel: Panel): string {
  const targets = (panel.targets ?? []) as unknown as readonly Readonly<Record<string, unknown>>[];
  const source = panel.datasource?.uid ?? (targets[0]?.datasource as { uid?: string } | undefined)?.uid ?? "";
  const unit = panel.fieldConfig?.defaults.unit ?? "";
  const { w = 0, h = 0 } = panel.gridPos ?? {};
  const queries = targets.map(
    (target) => `<li><b>${escaped(String(target.refId))}</b><code>${escaped(queryText(target))}</code></li>`,
  );
  const facts = [panel.type, unit, source, `${w}×${h}`].filter((fact) => fact !== "");
  const about = escaped(panel.description ?? "");
  return `<article class="panel" style="${place(panel)}" title="${about}">
<h4>${picture(panel.type)}<span>${escaped(panel.title ?? "")}</span></h4>
<p class="facts">${facts.map((fact) => `<span>${escaped(fact)}</span>`).join("")}</p>
${h < LOW ? "" : `<p class="about">${about}</p>\n`}<ul>${queries.join("")}</ul></article>`;
}

/** The title of a part of a dashboard. */
export const rowHtml = (row: Pick<Panel, "gridPos" | "title">): string =>
  `<h3 class="row" style="${place(row)}">${escaped(row.title ?? "")}</h3>`;
