import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dashboard } from "../classic";
import { dashboardJson } from "../layout";
import { escaped } from "./html";
import { panelHtml, rowHtml } from "./panel";
import { STYLE } from "./style";

export interface Folder {
  /** Uid of the folder. */
  readonly name: string;
  readonly dashboards: readonly Dashboard[];
}

function dashboardHtml(folder: string, dashboard: Dashboard): string {
  const panels = dashboard.panels ?? [];
  const shown = panels.filter(({ type }) => type !== "row").length;
  const kilobytes = (Buffer.byteLength(dashboardJson(dashboard)) / 1024).toFixed(0);
  const facts = [
    folder,
    dashboard.uid ?? "",
    `${shown} panels`,
    `${kilobytes} KiB`,
    dashboard.time?.from ?? "",
  ];
  const variables = (dashboard.templating.list ?? []).map(
    ({ name, label, type }) =>
      `<span class="chip"><b>$${escaped(name)}</b> ${escaped(label ?? "")} (${type})</span>`,
  );
  const links = (dashboard.links ?? []).map(({ title }) => `<span class="chip">→ ${escaped(title)}</span>`);
  const body = panels.map((panel) => (panel.type === "row" ? rowHtml(panel) : panelHtml(panel as Panel)));
  return `<section id="${escaped(dashboard.uid ?? "")}">
<header><h2>${escaped(dashboard.title ?? "")}</h2>${facts.map((fact) => `<span class="chip">${escaped(fact)}</span>`).join("")}
<p>${escaped(dashboard.description ?? "")}</p>${variables.join("")}${links.join("")}</header>
<div class="grid">
${body.join("\n")}
</div></section>`;
}

const entry = ({ uid, title }: Dashboard): string =>
  `<a href="#${escaped(uid ?? "")}">${escaped(title ?? "")}</a>`;

const CHOICE = `<fieldset><label><input type="radio" name="scheme" checked>system</label>
<label><input type="radio" name="scheme" id="light">light</label>
<label><input type="radio" name="scheme" id="dark">dark</label></fieldset>`;

/** One page with the layout of every dashboard, complete in itself: no scripts, no other files. */
export function previewPage(folders: readonly Folder[]): string {
  const menu = folders.map(
    ({ name, dashboards }) => `<h2>${escaped(name)}</h2>${dashboards.map(entry).join("")}`,
  );
  const sections = folders.flatMap(({ name, dashboards }) =>
    dashboards.map((dashboard) => dashboardHtml(name, dashboard)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Dashboards</title><style>${STYLE}</style></head>
<body><nav><h1>Dashboards</h1>${CHOICE}${menu.join("")}</nav>
<main>
${sections.join("\n")}
</main></body></html>
`;
}
