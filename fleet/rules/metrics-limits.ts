import type { Problem } from "../../lib/errors";
import { forTenants, type Rule } from "./rule";

/** Default quota of the metrics service: active series per workspace. */
const DEFAULT_ACTIVE_SERIES = 50_000_000;
/** AWS publishes no bound for the label sets of one workspace configuration; more than this is untested. */
const MANY_LABEL_SETS = 500;

export const retentionNeedsOwnWorkspace = forTenants(({ document, isolation = "pooled", limits }) => {
  if (isolation !== "pooled" || limits?.metricsRetentionDays === undefined) return [];
  const message = "is only for dedicated isolation: pooled tenants share one workspace and its retention";
  const remedy = 'remove it, or set "isolation" to "dedicated" before the tenant is deployed';
  return [
    document.problem("/limits/metricsRetentionDays", { message, value: limits.metricsRetentionDays, remedy }),
  ];
});

/** Warning: what the pooled tenants may have together is more than the workspace takes. */
export const pooledSeries: Rule = ({ central, tenants }) => {
  const own = tenants.flatMap(({ isolation, limits }) =>
    isolation === "pooled" && limits?.activeSeries !== undefined ? [limits.activeSeries] : [],
  );
  const problems: Problem[] = [];
  const series = own.reduce((total, each) => total + each, central.whole?.metrics.sharedActiveSeries ?? 0);
  if (series > DEFAULT_ACTIVE_SERIES) {
    const message = `and its pooled tenants allow ${String(series)} active series together; the default quota of a workspace is ${String(DEFAULT_ACTIVE_SERIES)}`;
    problems.push(whole(central.document.file, message, "have the quota raised or lower some limits"));
  }
  if (own.length > MANY_LABEL_SETS) {
    const message = `has ${String(own.length)} pooled tenants with a series limit of their own; more than ${String(MANY_LABEL_SETS)} in one workspace are untested`;
    problems.push(whole(central.document.file, message, "ask AWS for the bound or let more tenants share"));
  }
  return problems;
};

const whole = (file: string, message: string, remedy: string): Problem => ({
  file,
  pointer: "",
  message,
  remedy,
});
