import type { Problem } from "../lib/errors";
import { count } from "../lib/wording";
import type { PastFleet, PastTenant } from "./history";
import type { CentralView, TenantView } from "./view";

/** Retention runs every six hours and knows no mercy: a retention that gets shorter deletes at once. */
const AT_ONCE = "are deleted within six hours of the deployment";
const REMEDY = "restore it, or expect only the snapshots to have them then, for 14 days";

/** Warnings: what becomes of traces that were to be kept for longer. */
export function compareCentralTraces(
  { traceRetentionDays: was }: PastFleet["central"],
  { document, jaeger }: CentralView,
): Problem[] {
  const now = jaeger?.retentionDays;
  if (now === undefined || now >= was) return [];
  const message =
    `was ${days(was)}: traces older than ${days(now)} ${AT_ONCE}, in the shared store and of every tenant ` +
    'without "traceRetentionDays"';
  return [document.problem("/jaeger/retentionDays", { message, value: now, remedy: REMEDY })];
}

/** Warnings about a tenant with indices of its own. Without the parameter that its stack writes, the central days count. */
export function compareTraces(
  before: PastTenant,
  { document, lifecycle, whole }: TenantView,
  central: { readonly was: number; readonly now: number | undefined },
): Problem[] {
  if (!before.ownTraces || before.lifecycle === "offboarding" || !whole || central.now === undefined)
    return [];
  const was = before.ownTraces.retentionDays ?? central.was;
  const offboards = lifecycle === "offboarding";
  const stays = whole.services.some(
    ({ traces }) => traces.jaeger === "sidecar" && traces.destinations.includes("jaeger"),
  );
  if (offboards || !stays) {
    const old =
      central.now < was
        ? `those older than ${days(central.now)} ${AT_ONCE}, the others when they are`
        : `they are deleted when they are older than ${days(central.now)}`;
    const message = `ends the tenant's own store of traces, kept for ${days(was)}: nobody can look at them then, and ${old}`;
    return [
      offboards
        ? document.problem("/lifecycle", { message, value: lifecycle, remedy: REMEDY })
        : document.problem("/services", { message, remedy: REMEDY }),
    ];
  }
  const own = whole.limits.traceRetentionDays;
  const now = own ?? central.now;
  // What the central file shortens is told there.
  if (now >= was || (own === undefined && before.ownTraces.retentionDays === undefined)) return [];
  const message = `was ${days(was)}: the tenant's traces older than ${days(now)} ${AT_ONCE}`;
  return [document.problem("/limits/traceRetentionDays", { message, value: now, remedy: REMEDY })];
}

const days = (number: number): string => count(number, "day");
