import { remoteRuns } from "../../lib/remote-runs";
import { hasJaegerSidecar } from "../../modules/jaeger/size";
import type { TenantView } from "../view";
import type { Rule } from "./rule";

/** Something of the central account that AWS gives a number of, and that grows with the fleet. */
export interface Quota {
  /** What is counted, and where: the end of "need 1004 ...". */
  readonly what: string;
  /** What an account, Region or workspace may have unless AWS raises it. */
  readonly limit: number;
  /** What the shared stacks take. */
  readonly shared: number;
  /** What one tenant takes; of one that is offboarding nothing is left. */
  readonly ofTenant: (tenant: TenantView) => number;
  /** What remote runs in HCP Terraform take: of the shared stacks together, and of a tenant as long as its workspace is there. */
  readonly ofRuns?: { readonly shared: number; readonly tenant: number };
  /** How to get more, or by with less. */
  readonly remedy: string;
}

const isDedicated = ({ isolation }: TenantView): boolean => isolation === "dedicated";

/** Whether Jaeger runs in its tasks: it then has a query service of its own in the central account. */
const hasOwnJaeger = ({ services }: TenantView): boolean =>
  services.some(({ service }) => hasJaegerSidecar(service.traces));

const raise = (name: string): string => `have AWS raise "${name}" of the central account (Service Quotas)`;

/** A test holds the numbers against what is synthesised. What ends later than these is in docs/QUOTAS.md. */
export const QUOTAS = {
  roles: {
    what: "IAM roles in the central account",
    limit: 1000,
    shared: 22,
    // The writer; Grafana's for a workspace of its own; two of a query service.
    ofTenant: (tenant) => 1 + (isDedicated(tenant) ? 1 : 0) + (hasOwnJaeger(tenant) ? 2 : 0),
    // One to plan and one to apply; `central`, `limits` and `grafana` have runs, `workspaces` has none.
    ofRuns: { shared: 6, tenant: 2 },
    remedy: raise("Roles per account"),
  },
  policies: {
    what: "managed IAM policies in the central account",
    limit: 1500,
    shared: 0,
    ofTenant: () => 0,
    // Borders: of the runs and of the services, and one of a tenant's roles.
    ofRuns: { shared: 2, tenant: 1 },
    remedy: `${raise("Customer managed policies per account")}, to 5000 at most`,
  },
  dashboards: {
    what: "dashboards in the Grafana workspace",
    limit: 2000,
    shared: 4,
    ofTenant: () => 2,
    remedy: "have the quota raised, or run two fleets",
  },
  workspaces: {
    what: "metrics workspaces in the central account",
    limit: 25,
    shared: 1,
    ofTenant: (tenant) => (isDedicated(tenant) ? 1 : 0),
    remedy: `${raise("Active workspaces per Region")}, or pool some tenants`,
  },
  metricsInsights: {
    what: "Metrics Insights alarms in the central Region",
    limit: 200,
    shared: 3,
    ofTenant: (tenant) => (isDedicated(tenant) ? 3 : 0),
    remedy: "pool some tenants, or ask AWS: accounts differ in whether it can be raised",
  },
  parameters: {
    what: "SSM parameters in the central Region",
    limit: 10_000,
    shared: 1,
    // Its declaration; how long its own traces are kept.
    ofTenant: (tenant) => 1 + (hasOwnJaeger(tenant) ? 1 : 0),
    remedy: "switch the account to advanced parameters, or run two fleets",
  },
} as const satisfies Record<string, Quota>;

/** Warning: the quota has to be raised before the fleet can be deployed. Tells the tenant, by name, that is one too many. */
export const quotaSuffices =
  ({ what, limit, shared, ofTenant, ofRuns, remedy }: Quota): Rule =>
  ({ central: { document, backend }, tenants }) => {
    const runs = backend !== undefined && remoteRuns({ backend }) !== undefined ? ofRuns : undefined;
    let need = shared + (runs?.shared ?? 0);
    let last: string | undefined;
    for (const tenant of tenants) {
      need += (runs?.tenant ?? 0) + (tenant.lifecycle === "offboarding" ? 0 : ofTenant(tenant));
      if (need > limit) last ??= tenant.name ?? tenant.stem;
    }
    if (last === undefined) return [];
    const message = `and its tenants need ${String(need)} ${what}; the default quota of ${String(limit)} ends before tenant "${last}"`;
    return [{ file: document.file, pointer: "", message, remedy }];
  };

/** One rule for each. */
export const quotaRules: readonly Rule[] = Object.values<Quota>(QUOTAS).map(quotaSuffices);
