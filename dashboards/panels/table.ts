import { TableCellDisplayMode } from "@grafana/grafana-foundation-sdk/common";
import {
  ThresholdsMode,
  type DashboardLink,
  type DataTransformerConfig,
  type DynamicConfigValue,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { refId, type Query } from "../queries";
import { UNITS, type Unit } from "./units";

/** A column of numbers, from one query. */
export interface NumberColumn {
  readonly title: string;
  readonly unit: Unit;
  readonly query: Query;
  readonly decimals?: number;
  /** Its cells are yellow and red from here on. */
  readonly warn?: number;
  readonly bad?: number;
}

export interface MatrixPanel {
  readonly title: string;
  readonly description: string;
  /** Labels that name a row; every query keeps exactly these. The first may have a link. */
  readonly rows: readonly string[];
  readonly columns: readonly NumberColumn[];
  readonly rowLink?: DashboardLink;
  readonly width: number;
  readonly height: number;
  readonly empty?: string;
}

function cell({ unit, decimals, warn, bad }: NumberColumn): DynamicConfigValue[] {
  const coloured = warn !== undefined || bad !== undefined;
  const steps = [
    { value: null, color: "transparent" },
    ...(warn === undefined ? [] : [{ value: warn, color: "yellow" }]),
    ...(bad === undefined ? [] : [{ value: bad, color: "red" }]),
  ];
  return [
    { id: "unit", value: unit },
    { id: "decimals", value: decimals ?? 1 },
    ...(coloured
      ? [
          { id: "thresholds", value: { mode: ThresholdsMode.Absolute, steps } },
          { id: "custom.cellOptions", value: { type: TableCellDisplayMode.ColorBackground, mode: "basic" } },
        ]
      : []),
  ];
}

/** A row for each tenant (or service), a column for each query. */
export function matrixPanel(panel: MatrixPanel): PanelBuilder {
  const ids = panel.columns.map((_, index) => refId(index));
  // With one query Grafana calls the column `Value`, with several `Value #A` and so on.
  const valueName = (id: string): string => (ids.length === 1 ? "Value" : `Value #${id}`);
  const transformations: DataTransformerConfig[] = [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries([...panel.rows, ...ids.map(valueName)].map((name, at) => [name, at])),
        renameByName: Object.fromEntries(
          ids.map((id, at) => [valueName(id), panel.columns[at]?.title ?? ""]),
        ),
      },
    },
  ];
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .unit(UNITS.count)
    .height(panel.height)
    .span(panel.width)
    .targets(panel.columns.map(({ query }, index) => query(refId(index))))
    .transformations(transformations);
  for (const column of panel.columns) builder.overrideByName(column.title, cell(column));
  const [first] = panel.rows;
  if (panel.rowLink !== undefined && first !== undefined)
    builder.overrideByName(first, [{ id: "links", value: [panel.rowLink] }]);
  if (panel.empty !== undefined) builder.noValue(panel.empty);
  return builder;
}
