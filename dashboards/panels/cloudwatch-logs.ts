import { LogsSortOrder } from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as LogsPanelBuilder } from "@grafana/grafana-foundation-sdk/logs";
import type { TenantDashboardInput } from "../input";
import type { Section } from "../layout";
import { refId } from "../queries";
import { insights } from "./cloudwatch-insights";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

/** An empty search matches every line: the pattern would be an error without what is before it. */
const SEARCH = "filter @message like /(?i).*$search/";

/** The lines that stay in the tenant's own account; nothing when there are none. */
export function cloudwatchLogsSection(uid: string, input: TenantDashboardInput): Section {
  const { region, accountId, services } = input;
  const logGroups = services.flatMap(({ logGroup }) => (logGroup === undefined ? [] : [logGroup]));
  if (logGroups.length === 0) return { title: "", panels: [] };
  const ask = insights({ uid, region, accountId, logGroups });
  return {
    title: "Logs in CloudWatch",
    panels: [
      seriesPanel({
        title: "Lines by log group",
        description: "Lines that hold the search, in five minutes.",
        unit: UNITS.count,
        queries: [ask(`${SEARCH} | stats count(*) as lines by bin(5m), @log`, ["bin(5m)", "@log"])],
        width: 24,
        height: 6,
        stacked: true,
        empty: "No lines",
      }),
      new LogsPanelBuilder()
        .title("Lines in CloudWatch")
        .description("Newest first, at most 200.")
        .unit(UNITS.none)
        .height(12)
        .span(24)
        .withTarget(
          ask(`fields @timestamp, @message, @logStream | ${SEARCH} | sort @timestamp desc | limit 200`)(
            refId(0),
          ),
        )
        .showTime(true)
        .wrapLogMessage(true)
        .enableLogDetails(true)
        .sortOrder(LogsSortOrder.Descending),
    ],
  };
}
