import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
} from "@grafana/grafana-foundation-sdk/common";
import {
  StackingConfigBuilder,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { type DashboardLinkBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { refId, type Query } from "../queries";
import type { Unit } from "./units";

export interface SeriesPanel {
  readonly title: string;
  /** What it shows and what to think of it, in a sentence. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Columns of 24. */
  readonly width: number;
  readonly height?: number;
  /** Bars on top of each other, for counts that add up. */
  readonly stacked?: boolean;
  readonly max?: number;
  readonly links?: readonly DashboardLinkBuilder[];
  /** Stands where there is no data. */
  readonly empty?: string;
}

/** Lines over time. */
export function seriesPanel(panel: SeriesPanel): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .unit(panel.unit)
    .min(0)
    .height(panel.height ?? 8)
    .span(panel.width)
    .targets(panel.queries.map((query, index) => query(refId(index))))
    .lineWidth(1)
    .fillOpacity(panel.stacked ? 60 : 8)
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.stacked)
    builder.drawStyle(GraphDrawStyle.Bars).stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.links !== undefined) builder.dataLinks([...panel.links]);
  if (panel.empty !== undefined) builder.noValue(panel.empty);
  return builder;
}
