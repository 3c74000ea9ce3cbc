import { RECORDED } from "../rules/names";
import type { Section } from "../layout";
import { LEAVING, maxBy, sumBy, type Matchers, type Select } from "../promql";
import { promRange } from "../queries";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

export interface CollectorInput {
  readonly uid: string;
  /** A selector of the chosen series. */
  readonly select: Select;
  /** A line for each value of this label. */
  readonly by: "service" | "tenant";
}

/** Whether telemetry comes through. */
export function collectorSection({ uid, select, by }: CollectorInput): Section {
  const each = (series: string, further: readonly string[], matchers?: Matchers): string =>
    sumBy([by, ...further], select(series, matchers));
  const legend = `{{${by}}}`;
  return {
    title: "Sidecars",
    panels: [
      seriesPanel({
        title: "Telemetry handed on",
        description: "Data points, lines and spans per second that left the sidecars.",
        unit: UNITS.perSecond,
        queries: [promRange(uid, each(RECORDED.sent, ["signal"], LEAVING), `${legend} {{signal}}`)],
        width: 8,
      }),
      seriesPanel({
        title: "Telemetry refused and lost",
        description:
          "Refused: the application was told. Lost: given up after all attempts, or no room in a queue.",
        unit: UNITS.perSecond,
        queries: [
          promRange(uid, each(RECORDED.refused, ["signal"]), `${legend} {{signal}} refused`),
          promRange(uid, each(RECORDED.lost, ["signal"]), `${legend} {{signal}} lost`),
        ],
        width: 8,
      }),
      seriesPanel({
        title: "Fullest queue",
        description: "Share of a queue that waits. It grows while the central side is away.",
        unit: UNITS.share,
        max: 1,
        queries: [promRange(uid, maxBy([by, "exporter"], select(RECORDED.queue)), `${legend} {{exporter}}`)],
        width: 8,
      }),
      seriesPanel({
        title: "Memory of the largest sidecar",
        description: "Resident memory; the collector refuses data at four fifths of its limit.",
        unit: UNITS.bytes,
        queries: [promRange(uid, maxBy([by], select(RECORDED.collectorMemory)), legend)],
        width: 12,
      }),
      seriesPanel({
        title: "Telemetry taken in",
        description:
          "Data points, lines and spans per second, from the application, ECS and the collector itself.",
        unit: UNITS.perSecond,
        queries: [promRange(uid, each(RECORDED.accepted, ["signal"]), `${legend} {{signal}}`)],
        width: 12,
      }),
    ],
  };
}
