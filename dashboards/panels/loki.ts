import { LogsSortOrder } from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as LogsPanelBuilder } from "@grafana/grafana-foundation-sdk/logs";
import { PanelBuilder as TablePanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { TenantSources } from "../input";
import type { PanelOf, Section } from "../layout";
import { lokiRange, refId } from "../queries";
import { exploreUrl } from "./links";
import { seriesPanel } from "./series";
import { UNITS } from "./units";

/** Levels as Loki detects them in a line. */
export const LEVELS = ["fatal", "critical", "error", "warn", "info", "debug", "trace", "unknown"] as const;

const CHOSEN_STREAMS = '{service_name=~"$service"}';
/** Without regard to case; an empty search matches every line. */
const SEARCH = "|~ `(?i)$search`";
const CHOSEN = `${CHOSEN_STREAMS} ${SEARCH} | detected_level=~"$level"`;
const ERRORS = `${CHOSEN_STREAMS} ${SEARCH} | detected_level=~"fatal|critical|error"`;
/**
 * A line that names its trace as loggers do, in 32 digits; lines that came by OTLP have it beside the line. X-Ray
 * writes the same id with dashes.
 */
const WITH_TRACE =
  "| regexp `(?i)trace_?id[\"']?[:=]\\s*[\"']?(?P<named>[0-9a-f]{32})` " +
  '| label_format trace="{{ or .trace_id .named }}" ' +
  '| label_format xray="1-{{ substr 0 8 .trace }}-{{ substr 8 32 .trace }}" ' +
  '| trace != ""';

const count = (lines: string): string => `count_over_time(${lines} [$__auto])`;

/** The links of a trace's id: each data source that the tenant has. */
function traceLinks({ xray, jaeger }: TenantSources): { readonly title: string; readonly url: string }[] {
  return [
    ...(jaeger === undefined
      ? []
      : [
          {
            title: "Trace in Jaeger",
            url: exploreUrl(jaeger.uid, { query: "${__data.fields.trace}" }),
          },
        ]),
    ...(xray === undefined
      ? []
      : [
          {
            title: "Trace in X-Ray",
            url: exploreUrl(xray, { queryType: "getTrace", query: "${__data.fields.xray}" }),
          },
        ]),
  ];
}

function errorTable(uid: string, sources: TenantSources): PanelOf {
  const links = traceLinks(sources);
  const builder = new TablePanelBuilder()
    .title("Errors with a trace")
    .description("Lines of level error and above that name their trace; the id opens it.")
    .unit(UNITS.none)
    .height(9)
    .span(24)
    .withTarget(lokiRange(uid, `${ERRORS} ${WITH_TRACE}`)(refId(0)))
    .withTransformation({ id: "extractFields", options: { source: "labels" } })
    .withTransformation({
      id: "filterFieldsByName",
      options: { include: { names: ["Time", "service_name", "trace", "xray", "Line"] } },
    })
    .noValue("No error names its trace");
  builder.overrideByName("xray", [{ id: "custom.hidden", value: true }]);
  builder.overrideByName("Time", [{ id: "custom.width", value: 180 }]);
  builder.overrideByName("service_name", [{ id: "custom.width", value: 140 }]);
  builder.overrideByName("trace", [
    { id: "custom.width", value: 300 },
    { id: "links", value: links },
  ]);
  return builder;
}

/** The lines in Loki: how many, which, and which trace a failure belongs to. */
export function lokiSection(uid: string, sources: TenantSources): Section {
  const panels: PanelOf[] = [
    seriesPanel({
      title: "Lines by level",
      description: "Lines of the chosen services that hold the search.",
      unit: UNITS.count,
      queries: [lokiRange(uid, `sum by (detected_level) (${count(CHOSEN)})`, "{{detected_level}}")],
      width: 12,
      height: 7,
      stacked: true,
      empty: "No lines",
    }),
    seriesPanel({
      title: "Error lines by service",
      description: "Lines of level error and above.",
      unit: UNITS.count,
      queries: [lokiRange(uid, `sum by (service_name) (${count(ERRORS)})`, "{{service_name}}")],
      width: 12,
      height: 7,
      stacked: true,
      empty: "No errors",
    }),
    new LogsPanelBuilder()
      .title("Lines")
      .description("Newest first. Search and level are above; a line opens with a click.")
      .unit(UNITS.none)
      .height(14)
      .span(24)
      .withTarget(lokiRange(uid, CHOSEN)(refId(0)))
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(LogsSortOrder.Descending),
    errorTable(uid, sources),
  ];
  return { title: "Logs", panels };
}
