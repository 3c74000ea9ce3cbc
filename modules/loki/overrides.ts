import { rateLimits, retentionPeriod } from "./config-limits";
import { yamlText } from "./yaml";

/** What one tenant has instead of the defaults. */
export interface TenantLogLimits {
  readonly tenant: string;
  readonly logMiBPerSecond?: number;
  readonly logRetentionDays?: number;
}

/** Loki's runtime document (`overrides`): an entry per tenant whose limits differ, sorted. A change needs no restart. */
export function lokiOverrides(tenants: readonly TenantLogLimits[]) {
  const entries = tenants
    .filter(({ logMiBPerSecond, logRetentionDays }) => (logMiBPerSecond ?? logRetentionDays) !== undefined)
    .sort((a, b) => (a.tenant < b.tenant ? -1 : 1))
    .map(({ tenant, logMiBPerSecond, logRetentionDays }) => [
      tenant,
      {
        ...(logMiBPerSecond === undefined ? {} : rateLimits(logMiBPerSecond)),
        ...(logRetentionDays === undefined ? {} : retentionPeriod(logRetentionDays)),
      },
    ]);
  return { overrides: Object.fromEntries(entries) as Record<string, Readonly<Record<string, unknown>>> };
}

/** No tenant differs: what a task starts with before the document was ever written. */
export const NO_OVERRIDES = "overrides: {}\n";

/** {@link lokiOverrides} as YAML text. A tenant may be called "no" or "on": its name is quoted too. */
export function renderLokiOverrides(tenants: readonly TenantLogLimits[]): string {
  const document = lokiOverrides(tenants);
  return Object.keys(document.overrides).length === 0 ? NO_OVERRIDES : yamlText(document, "quoted");
}
