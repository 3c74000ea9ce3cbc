import { PanelBuilder as TablePanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import type { TenantDashboardInput } from "../input";
import type { Section } from "../layout";
import { plainQuery, refId } from "../queries";
import { UNITS } from "./units";

/** Name of the variable with the service whose traces are listed: Jaeger finds those of one at a time. */
export const TRACED_SERVICE = "traced";

const LIMIT = 50;

/** The traces in Jaeger. In the shared one only spans that the gateway stamped with this tenant are asked for. */
export function jaegerSection(
  { uid, shared }: NonNullable<TenantDashboardInput["sources"]["jaeger"]>,
  tenant: string,
): Section {
  const traces = (title: string, description: string, tags: readonly string[]) =>
    new TablePanelBuilder()
      .title(title)
      .description(description)
      .unit(UNITS.none)
      .height(10)
      .span(12)
      .withTarget(
        plainQuery("jaeger", uid, {
          queryType: "search",
          service: `$${TRACED_SERVICE}`,
          tags: [...(shared ? [`tenant.id=${tenant}`] : []), ...tags].join(" "),
          limit: LIMIT,
        })(refId(0)),
      )
      .noValue("No such trace");
  return {
    title: "Traces in Jaeger",
    panels: [
      traces("Newest traces", "Of the service chosen above; an id opens the trace.", []),
      traces("Newest failed traces", "With a span that is an error.", ["error=true"]),
    ],
  };
}
