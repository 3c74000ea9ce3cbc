import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  ReduceDataOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DashboardLinkBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { refId, type Query } from "../queries";
import type { Unit } from "./units";

export interface StatPanel {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly query: Query;
  readonly width: number;
  readonly decimals?: number;
  /** From here on it is yellow, and red. */
  readonly warn?: number;
  readonly bad?: number;
  readonly links?: readonly DashboardLinkBuilder[];
}

/** Green, and yellow and red from the given values on; without any, only the text's own colour. */
export function thresholds({ warn, bad }: { readonly warn?: number; readonly bad?: number }) {
  const steps = [
    { value: null, color: warn === undefined && bad === undefined ? "text" : "green" },
    ...(warn === undefined ? [] : [{ value: warn, color: "yellow" }]),
    ...(bad === undefined ? [] : [{ value: bad, color: "red" }]),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** One number. */
export function statPanel(panel: StatPanel): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .unit(panel.unit)
    .height(4)
    .span(panel.width)
    .withTarget(panel.query(refId(0)))
    .thresholds(thresholds(panel))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Center)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.links !== undefined) builder.dataLinks([...panel.links]);
  return builder;
}
