import { DECLARED, RECORDED } from "../rules/names";
import type { FleetDashboardInput } from "../input";
import type { Section } from "../layout";
import { maxBy, ofChosenTenants as of } from "../promql";
import { promNow, promRange } from "../queries";
import { seriesPanel } from "./series";
import { matrixPanel } from "./table";
import { UNITS } from "./units";

const TENANT = ["tenant"];

/** Active series of the chosen tenants. */
export const activeSeries = (): string => of(RECORDED.activeSeries);

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
        description:
          "With a sample within two hours, as the limits count them. Reckoned from what a task has and how many tasks there were.",
        unit: UNITS.count,
        queries: [promRange(uid, activeSeries(), "{{tenant}}")],
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
            query: promNow(uid, `max by (tenant) (${activeSeries()}) and on (tenant) ${limits}`),
          },
          { title: "Limit", unit: UNITS.count, query: promNow(uid, limits) },
          {
            title: "Used",
            unit: UNITS.share,
            decimals: 0,
            query: promNow(uid, `max by (tenant) (${activeSeries()}) / on (tenant) ${limits}`),
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
            `sum(${RECORDED.activeSeries} unless on (tenant) ${DECLARED.seriesLimit}) / ${sharedActiveSeries}`,
            "used",
          ),
        ],
        width: 8,
      }),
    ],
  };
}
