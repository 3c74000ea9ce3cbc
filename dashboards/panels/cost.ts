import { RECORDED } from "../rules/names";
import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { APP_EXPORTER, ECS_EXPORTER } from "../../modules/collector/metrics";
import { LEAVING, ofChosenTenants as of, rate, sumBy } from "../promql";
import { promNow, promRange } from "../queries";
import { TENANT_CELL_LINK } from "./links";
import { seriesPanel } from "./series";
import { activeSeries } from "./series-limits";
import { matrixPanel } from "./table";
import { UNITS } from "./units";

const TENANT = ["tenant"];
const SECONDS_OF_A_MONTH = 30 * 24 * 3600;

/** Lines or spans that a tenant hands on per second. One that goes to several places counts at each: so it is paid for. */
const sent = (signal: "logs" | "traces"): string => sumBy(TENANT, of(RECORDED.sent, { signal, ...LEAVING }));

/**
 * Samples that a tenant writes per second, as near as sidecars know: the points of ECS's metrics, which are a sample
 * each, and the series of every batch of the applications', since a histogram's point is many samples.
 */
const samples = (by: readonly string[]): string =>
  sumBy(
    by,
    [
      rate(
        of("otelcol_exporter_prometheusremotewrite_translated_time_series_total", { exporter: APP_EXPORTER }),
      ),
      rate(of("otelcol_exporter_sent_metric_points_total", { exporter: ECS_EXPORTER })),
    ].join(" or "),
  );
const aMonth = (perSecond: string): string => `${perSecond} * ${SECONDS_OF_A_MONTH}`;

/** What the bill follows, by tenant. */
export function costSections({ sources: { metrics: uid } }: FleetDashboardInput): Section[] {
  const count = (title: string, expression: string) => ({
    title,
    unit: UNITS.count,
    query: promNow(uid, expression),
  });
  return [
    {
      title: "A month at the present rate",
      panels: [
        matrixPanel({
          title: "Cost drivers by tenant",
          description: "30 days at the rate of the last five minutes. A name opens the tenant.",
          rows: TENANT,
          rowLink: TENANT_CELL_LINK,
          columns: [
            count("Samples a month", aMonth(samples(TENANT))),
            count("Active series", `max by (tenant) (${activeSeries()})`),
            count("Lines a month", aMonth(sent("logs"))),
            count("Spans a month", aMonth(sent("traces"))),
            { ...count("Tasks", sumBy(TENANT, of(RECORDED.tasks))), decimals: 0 },
          ],
          width: 24,
          height: 10,
        }),
      ],
    },
    {
      title: "Over time",
      panels: [
        seriesPanel({
          title: "Samples by tenant",
          description: "Samples per second that its sidecars write.",
          unit: UNITS.perSecond,
          queries: [promRange(uid, samples(TENANT), "{{tenant}}")],
          width: 12,
          stacked: true,
        }),
        seriesPanel({
          title: "Series by tenant",
          description: "Active series: with a sample within two hours.",
          unit: UNITS.count,
          queries: [promRange(uid, activeSeries(), "{{tenant}}")],
          width: 12,
          stacked: true,
        }),
        seriesPanel({
          title: "Lines handed on by tenant",
          description: "Per second, as the sidecars count them.",
          unit: UNITS.perSecond,
          queries: [promRange(uid, sent("logs"), "{{tenant}}")],
          width: 12,
          stacked: true,
        }),
        seriesPanel({
          title: "Spans by tenant",
          description: "Per second, after sampling.",
          unit: UNITS.perSecond,
          queries: [promRange(uid, sent("traces"), "{{tenant}}")],
          width: 12,
          stacked: true,
        }),
        seriesPanel({
          title: "Services with the most samples",
          description: "The ten that write the most per second.",
          unit: UNITS.perSecond,
          queries: [
            promRange(
              uid,
              `topk(10, ${samples(["tenant", "aws_ecs_service_name"])})`,
              "{{tenant}} {{aws_ecs_service_name}}",
            ),
          ],
          width: 24,
        }),
      ],
    },
  ];
}
