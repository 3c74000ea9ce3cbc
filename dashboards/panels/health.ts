import { ERROR_RATIO, RECORDED } from "../rules/names";
import type { Section } from "../layout";
import { maxBy, ofChosenTenants as of, sumBy } from "../promql";
import { promNow, promRange } from "../queries";
import { TENANT_CELL_LINK, tenantSeriesLink } from "./links";
import { seriesPanel } from "./series";
import { statPanel } from "./stat";
import { matrixPanel } from "./table";
import { UNITS } from "./units";

const TENANT = ["tenant"];
const toTenant = tenantSeriesLink();

/** The fleet in a line. */
export const fleetNow = (uid: string): Section => ({
  title: "Now",
  panels: [
    statPanel({
      title: "Tenants",
      description: "Tenants that should run something.",
      unit: UNITS.count,
      query: promNow(uid, `count(${of(RECORDED.tenantSilent)})`),
      width: 4,
    }),
    statPanel({
      title: "Silent tenants",
      description: "Tenants from which nothing at all is heard.",
      unit: UNITS.count,
      query: promNow(uid, `sum(${of(RECORDED.tenantSilent)})`),
      bad: 1,
      width: 4,
    }),
    statPanel({
      title: "Silent services",
      description: "Services that should run and from which nothing is heard.",
      unit: UNITS.count,
      query: promNow(uid, `sum(${of(RECORDED.serviceSilent)})`),
      warn: 1,
      width: 4,
    }),
    statPanel({
      title: "Requests",
      description: "HTTP requests per second of all chosen tenants.",
      unit: UNITS.requestsPerSecond,
      query: promNow(uid, `sum(${of(RECORDED.requests)})`),
      width: 4,
    }),
    statPanel({
      title: "Failed requests",
      description: "Share of these requests answered with 5xx.",
      unit: UNITS.share,
      decimals: 2,
      query: promNow(uid, `sum(${of(RECORDED.errors)}) / sum(${of(RECORDED.requests)})`),
      warn: 0.001,
      bad: 0.01,
      width: 4,
    }),
    statPanel({
      title: "Tasks",
      description: "Tasks whose sidecars are heard.",
      unit: UNITS.count,
      query: promNow(uid, `sum(${of(RECORDED.tasks)})`),
      width: 4,
    }),
  ],
});

/** A line for each tenant, and who is silent. */
export const healthMatrix = (uid: string): Section => ({
  title: "Tenants",
  panels: [
    matrixPanel({
      title: "Health by tenant",
      description: "Everything over the last minutes; tasks replaced over an hour. A name opens the tenant.",
      rows: TENANT,
      rowLink: TENANT_CELL_LINK,
      columns: [
        {
          title: "Silent services",
          unit: UNITS.count,
          decimals: 0,
          query: promNow(uid, sumBy(TENANT, of(RECORDED.serviceSilent))),
          bad: 1,
        },
        {
          title: "Requests/s",
          unit: UNITS.requestsPerSecond,
          query: promNow(uid, sumBy(TENANT, of(RECORDED.requests))),
        },
        {
          title: "Failed",
          unit: UNITS.share,
          decimals: 2,
          query: promNow(
            uid,
            `${sumBy(TENANT, of(RECORDED.errors))} / ${sumBy(TENANT, of(RECORDED.requests))}`,
          ),
          warn: 0.001,
          bad: 0.01,
        },
        {
          title: "Slowest p95",
          unit: UNITS.seconds,
          decimals: 2,
          query: promNow(uid, maxBy(TENANT, of(RECORDED.latencyP95))),
          warn: 0.5,
          bad: 1,
        },
        {
          title: "Tasks",
          unit: UNITS.count,
          decimals: 0,
          query: promNow(uid, sumBy(TENANT, of(RECORDED.tasks))),
        },
        {
          title: "Replaced in 1 h",
          unit: UNITS.count,
          decimals: 0,
          query: promNow(uid, sumBy(TENANT, of(RECORDED.tasksReplaced))),
          warn: 3,
        },
        {
          title: "Highest CPU",
          unit: UNITS.share,
          decimals: 0,
          query: promNow(uid, maxBy(TENANT, of(RECORDED.cpu))),
          warn: 0.7,
          bad: 0.9,
        },
        {
          title: "Highest memory",
          unit: UNITS.share,
          decimals: 0,
          query: promNow(uid, maxBy(TENANT, of(RECORDED.memory))),
          warn: 0.7,
          bad: 0.9,
        },
        {
          title: "Lost/s",
          unit: UNITS.perSecond,
          decimals: 2,
          query: promNow(uid, sumBy(TENANT, of(RECORDED.lost))),
          bad: 0.001,
        },
      ],
      width: 24,
      height: 11,
    }),
    matrixPanel({
      title: "Which tenants are silent",
      description: "Tenants that should run something and from which nothing is heard.",
      rows: TENANT,
      rowLink: TENANT_CELL_LINK,
      columns: [
        {
          title: "Services expected",
          unit: UNITS.count,
          decimals: 0,
          query: promNow(
            uid,
            `${sumBy(TENANT, of(RECORDED.expectedServices))} and on (tenant) (${of(RECORDED.tenantSilent)} == 1)`,
          ),
        },
      ],
      width: 12,
      height: 7,
      empty: "Every tenant is heard",
    }),
    matrixPanel({
      title: "Which services are silent",
      description: "Services that should run and from which nothing is heard.",
      rows: ["tenant", "service"],
      rowLink: TENANT_CELL_LINK,
      columns: [
        {
          title: "Silent",
          unit: UNITS.count,
          decimals: 0,
          query: promNow(uid, `${sumBy(["tenant", "service"], of(RECORDED.serviceSilent))} == 1`),
        },
      ],
      width: 12,
      height: 7,
      empty: "Every service is heard",
    }),
  ],
});

/** How it came about. */
export const healthOverTime = (uid: string): Section => ({
  title: "Over time",
  panels: [
    seriesPanel({
      title: "Error ratio by tenant",
      description: "Of its worst service.",
      unit: UNITS.share,
      queries: [promRange(uid, maxBy(TENANT, of(ERROR_RATIO["5m"])), "{{tenant}}")],
      width: 8,
      links: [toTenant],
    }),
    seriesPanel({
      title: "Duration by tenant, p95",
      description: "Of its slowest service.",
      unit: UNITS.seconds,
      queries: [promRange(uid, maxBy(TENANT, of(RECORDED.latencyP95)), "{{tenant}}")],
      width: 8,
      links: [toTenant],
    }),
    seriesPanel({
      title: "Tasks replaced by tenant",
      description: "Tasks that were heard from within an hour, but no more.",
      unit: UNITS.count,
      queries: [promRange(uid, sumBy(TENANT, of(RECORDED.tasksReplaced)), "{{tenant}}")],
      width: 8,
      links: [toTenant],
    }),
    seriesPanel({
      title: "Requests by tenant",
      description: "HTTP requests per second.",
      unit: UNITS.requestsPerSecond,
      queries: [promRange(uid, sumBy(TENANT, of(RECORDED.requests)), "{{tenant}}")],
      width: 12,
      links: [toTenant],
    }),
    seriesPanel({
      title: "Silent services by tenant",
      description: "Services that should run and from which nothing is heard.",
      unit: UNITS.count,
      queries: [promRange(uid, sumBy(TENANT, of(RECORDED.serviceSilent)), "{{tenant}}")],
      width: 12,
      links: [toTenant],
      stacked: true,
    }),
  ],
});
