import { PanelBuilder as NodeGraphPanelBuilder } from "@grafana/grafana-foundation-sdk/nodegraph";
import { PanelBuilder as TablePanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { Section } from "../layout";
import { plainQuery, refId, type Query } from "../queries";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

/** X-Ray's own group, which every account has. */
const DEFAULT_GROUP = { GroupName: "Default", GroupARN: "default" };

/** The traces in the tenant's own account. */
export function xraySection(uid: string, region: string): Section {
  const ask = (queryType: string, rest: Readonly<Record<string, unknown>> = {}): Query =>
    plainQuery("xray", uid, {
      queryMode: "X-Ray",
      queryType,
      query: "",
      region,
      group: DEFAULT_GROUP,
      ...rest,
    });
  const statistics = (columns: readonly string[]): Query =>
    ask("getTimeSeriesServiceStatistics", { columns, resolution: 60 });
  const traces = (title: string, description: string, query: string, width: number, height: number) =>
    new TablePanelBuilder()
      .title(title)
      .description(description)
      .unit(UNITS.none)
      .height(height)
      .span(width)
      .withTarget(ask("getTraceSummaries", { query })(refId(0)))
      .noValue("No such trace");
  return {
    title: "Traces in X-Ray",
    panels: [
      new NodeGraphPanelBuilder()
        .title("Service map")
        .description("Who calls whom: requests, faults and response times along the way.")
        .unit(UNITS.none)
        .height(11)
        .span(12)
        .withTarget(ask("getServiceMap")(refId(0))),
      traces("Failed traces", "An id opens the trace.", "fault = true OR error = true", 12, 11),
      seriesPanel({
        title: "Faults and errors",
        description: "Spans a minute that failed: faults are the service's, errors the caller's.",
        unit: UNITS.count,
        queries: [statistics(["FaultStatistics.TotalCount", "ErrorStatistics.TotalCount"])],
        width: 8,
      }),
      seriesPanel({
        title: "Average response time",
        description: "Of all services that X-Ray knows.",
        unit: UNITS.seconds,
        queries: [statistics(["Computed.AverageResponseTime"])],
        width: 8,
      }),
      traces("Slow traces", "Those that took more than a second.", "responsetime > 1", 8, 8),
    ],
  };
}
