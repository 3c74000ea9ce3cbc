import { STATSD_TOTALS_EXPORTER } from "../modules/collector/statsd";

/** The pieces of PromQL that the panels share. Everything a tenant's dashboard asks for goes through {@link ofTenant}. */

/** Label matchers by name; a value that begins with `~` is a regular expression, with `!~` one that must not match. */
export type Matchers = Readonly<Record<string, string>>;

/** Makes a selector of a metric or of a recorded series. */
export type Select = (metric: string, matchers?: Matchers) => string;

function selector(metric: string, matchers: Matchers): string {
  const inside = Object.entries(matchers).map(([label, value]) => {
    const [, operator = "", plain = value] = /^(!?~)(.*)$/.exec(value) ?? [];
    return `${label}${operator === "~" ? "=~" : operator || "="}"${plain}"`;
  });
  return `${metric}{${inside.join(",")}}`;
}

/**
 * Selectors of one tenant's series. In a dedicated workspace there are no others; the matcher stays, so that a
 * dashboard that is given the wrong data source shows nothing rather than somebody else's numbers.
 */
export const ofTenant =
  (tenant: string): Select =>
  (metric, matchers = {}) =>
    selector(metric, { tenant, ...matchers });

/** Selectors of the tenants chosen in the dashboard. */
export const ofChosenTenants: Select = (metric, matchers = {}) =>
  selector(metric, { tenant: "~$tenant", ...matchers });

/** Matchers of the services chosen in the dashboard: on what collectors sent, and on recorded series. */
export const CHOSEN_SERVICE: Matchers = { aws_ecs_service_name: "~$service" };
export const CHOSEN_SERVICE_RECORDED: Matchers = { service: "~$service" };
/** What leaves the task: not what goes to the collector's own log, nor back to itself. */
export const LEAVING: Matchers = { exporter: `!~debug|${STATSD_TOTALS_EXPORTER}` };

export const CHOSEN_TASK: Matchers = { ...CHOSEN_SERVICE, aws_ecs_task_id: "~$task" };

export const rate = (series: string): string => `rate(${series}[$__rate_interval])`;

export const sumBy = (labels: readonly string[], expression: string): string =>
  `sum by (${labels.join(", ")}) (${expression})`;

export const maxBy = (labels: readonly string[], expression: string): string =>
  `max by (${labels.join(", ")}) (${expression})`;

/** A quantile of a classic histogram's rates, over the labels that remain. */
export const quantile = (share: number, labels: readonly string[], buckets: string): string =>
  `histogram_quantile(${share}, ${sumBy([...labels, "le"], rate(buckets))})`;
