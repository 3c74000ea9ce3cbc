import type { Problem } from "../lib/errors";
import { LOKI_UNDO_DAYS } from "../lib/retention";
import { count, enumeration } from "../lib/wording";
import type { PastFleet, PastTenant } from "./history";
import type { Central, Tenant } from "./types";
import type { FleetView } from "./view";

/** Data that a service deletes by age. A retention that gets shorter deletes what is older right away. */
interface Kind {
  readonly data: string;
  /** When what is too old goes. */
  readonly when: string;
  readonly remedy: string;
  /** The central days; every tenant has them that says nothing else. */
  readonly pointer: string;
  readonly was: (past: PastFleet["central"]) => number;
  readonly now: (central: Central) => number;
  /** The tenant's own days; absent when it can have none. */
  readonly own?: {
    readonly pointer: string;
    readonly was: (past: PastTenant) => number | undefined;
    readonly now: (tenant: Tenant) => number | undefined;
  };
  /** Whether there is such data of the tenant that the change does not take elsewhere. */
  readonly holds: (past: PastTenant, now: Tenant) => boolean;
}

const leaves = ({ lifecycle }: Tenant): boolean => lifecycle === "offboarding";

const KINDS: readonly Kind[] = [
  {
    data: "metrics",
    when: "after the deployment",
    remedy: "restore it, or save elsewhere before what must be kept: nothing has a copy",
    pointer: "/metrics/retentionDays",
    was: ({ metricsRetentionDays }) => metricsRetentionDays,
    now: ({ metrics }) => metrics.retentionDays,
    own: {
      pointer: "/limits/metricsRetentionDays",
      was: ({ metricsRetentionDays }) => metricsRetentionDays,
      now: ({ limits }) => limits.metricsRetentionDays,
    },
    // A dedicated workspace goes as a whole with its tenant, and a tenant that changes workspaces is told so.
    holds: ({ isolation }, tenant) =>
      isolation === tenant.isolation && !(isolation === "dedicated" && leaves(tenant)),
  },
  {
    data: "lines in Loki",
    when: "within hours of the deployment",
    remedy: `restore it, or expect only S3's earlier versions to have them then, for ${String(LOKI_UNDO_DAYS)} days`,
    pointer: "/loki/retentionDays",
    was: ({ lokiRetentionDays }) => lokiRetentionDays,
    now: ({ loki }) => loki.retentionDays,
    own: {
      pointer: "/limits/logRetentionDays",
      was: ({ logRetentionDays }) => logRetentionDays,
      // The limits of a tenant that leaves go first.
      now: (tenant) => (leaves(tenant) ? undefined : tenant.limits.logRetentionDays),
    },
    holds: ({ logsInLoki }) => logsInLoki,
  },
  {
    data: "lines in CloudWatch",
    // CloudWatch Logs, PutRetentionPolicy: "typically takes up to 72 hours".
    when: "within three days of the deployment",
    remedy: "restore it, or export before what must be kept: nothing has a copy",
    pointer: "/logRetentionDays",
    was: ({ logRetentionDays }) => logRetentionDays,
    now: ({ logRetentionDays }) => logRetentionDays,
    // The log groups of a tenant that leaves go as a whole.
    holds: (_, tenant) => !leaves(tenant),
  },
];

/** Warnings: what of metrics and logs goes earlier than it was to, and whose. */
export function compareRetention(past: PastFleet, { central, tenants }: FleetView): Problem[] {
  const { whole, document } = central;
  if (!whole) return [];
  return KINDS.flatMap((kind) => {
    const centralDays = { was: kind.was(past.central), now: kind.now(whole) };
    const problems: Problem[] = [];
    /** Tenants that the central days are the days of, before and now. */
    const followers: string[] = [];
    for (const { document: at, whole: tenant } of tenants) {
      const before = past.tenants.get(at.file);
      if (!before || !tenant || before.lifecycle === "offboarding") continue;
      if (!kind.holds(before, tenant)) continue;
      const own = { was: kind.own?.was(before), now: kind.own?.now(tenant) };
      const { was, now } = { was: own.was ?? centralDays.was, now: own.now ?? centralDays.now };
      if (own.was === undefined && own.now === undefined) followers.push(tenant.name);
      else if (now < was) {
        const pointer = leaves(tenant) ? "/lifecycle" : (kind.own?.pointer ?? "");
        const value = leaves(tenant) ? tenant.lifecycle : now;
        const change = leaves(tenant) ? `ends the tenant's own ${days(was)}` : `was ${days(was)}`;
        const message = `${change}: the tenant's ${older(kind, now)}`;
        problems.push(at.problem(pointer, { message, value, remedy: kind.remedy }));
      }
    }
    if (centralDays.now < centralDays.was) {
      const message = `was ${days(centralDays.was)}: ${older(kind, centralDays.now)}${whose(followers)}`;
      const value = centralDays.now;
      problems.push(document.problem(kind.pointer, { message, value, remedy: kind.remedy }));
    }
    return problems;
  });
}

const older = ({ data, when }: Kind, now: number): string =>
  `${data} older than ${days(now)} are deleted ${when}`;

const whose = (tenants: readonly string[]): string =>
  tenants.length === 0
    ? ""
    : `, those of ${count(tenants.length, "tenant")} among them (${enumeration(tenants)})`;

const days = (number: number): string => count(number, "day");
