import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  DashboardCursorSync,
  RowBuilder,
  type DashboardLinkBuilder,
  type Panel,
  type RowPanel,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { classicDashboard, type Dashboard } from "./classic";

export type PanelOf = Builder<Panel>;

/** A titled part of a dashboard; one without panels is left out. */
export interface Section {
  readonly title: string;
  /** From left to right, then down; the widths of a line add up to 24. */
  readonly panels: readonly PanelOf[];
}

export interface DashboardParts {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly variables: readonly Builder<VariableModel>[];
  readonly links: readonly DashboardLinkBuilder[];
  readonly sections: readonly Section[];
  /** How far back it looks at first. */
  readonly from?: string;
}

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === "row";

/** Puts panels on Grafana's grid and numbers them in their order, so that the same parts give the same JSON. */
export function layout(parts: DashboardParts): Dashboard {
  const builder = classicDashboard(parts.title)
    .uid(parts.uid)
    .description(parts.description)
    .tags([...parts.tags])
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh("1m")
    .time({ from: parts.from ?? "now-3h", to: "now" })
    // What is changed by hand would be gone after the next apply.
    .readonly()
    .variables([...parts.variables])
    .links([...parts.links]);
  for (const { title, panels } of parts.sections.filter(({ panels }) => panels.length > 0)) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  const numbered = (dashboard.panels ?? []).map((panel, index) => {
    const id = index + 1;
    return isRow(panel) ? { ...panel, id } : { ...panel, id };
  });
  return { ...dashboard, panels: numbered };
}

/** The dashboard as the JSON text that Grafana takes. */
export const dashboardJson = (dashboard: Dashboard): string => JSON.stringify(dashboard);
