import { DECLARED, RECORDED } from "../rules/names";
import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { maxBy, ofChosenTenants as of } from "../promql";
import { promNow, promRange } from "../queries";
import { seriesPanel } from "./series";
import { matrixPanel } from "./table";
import { UNITS } from "./units";

const TENANT = ["tenant"];

/** Active series are counted every half hour: this is the last count. */
export const lastSeriesCount = (): string => `last_over_time(${of(RECORDED.activeSeries)}[1h])`;

/** Active series, and how far they are from their limits. */
export function seriesLimitsSection({
  sources: { metrics: uid },
  sharedActiveSeries,
}: FleetDashboardInput): Section {
  const limits = maxBy(TENANT, of(DECLARED.seriesLimit));
  return {
    title: "Active series",
    panels: [
      seriesPanel({
        title: "Active series by tenant",
        description: "Counted every half hour.",
        unit: UNITS.count,
        queries: [promRange(uid, lastSeriesCount(), "{{tenant}}")],
        width: 8,
        stacked: true,
      }),
      matrixPanel({
        title: "Tenants with a limit of their own",
        description: "Beyond its limit a tenant's new series are refused.",
        rows: TENANT,
        columns: [
          {
            title: "Series",
            unit: UNITS.count,
            query: promNow(uid, `max by (tenant) (${lastSeriesCount()}) and on (tenant) ${limits}`),
          },
          { title: "Limit", unit: UNITS.count, query: promNow(uid, limits) },
          {
            title: "Used",
            unit: UNITS.share,
            decimals: 0,
            query: promNow(uid, `max by (tenant) (${lastSeriesCount()}) / on (tenant) ${limits}`),
            warn: 0.8,
            bad: 0.95,
          },
        ],
        width: 8,
        height: 8,
        empty: "No tenant has a limit of its own",
      }),
      seriesPanel({
        title: "Shared limit, used",
        description:
          "The tenants without a limit of their own, together, of what they may have together. All of them, whichever are chosen.",
        unit: UNITS.share,
        max: 1,
        queries: [
          promRange(
            uid,
            `sum(last_over_time(${RECORDED.activeSeries}[1h]) unless on (tenant) ${DECLARED.seriesLimit}) / ${sharedActiveSeries}`,
            "used",
          ),
        ],
        width: 8,
      }),
    ],
  };
}
