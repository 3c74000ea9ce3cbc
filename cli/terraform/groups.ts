import { fingerprint, generalised, isTenant, type Planned } from "./normalise";
import type { Change } from "./plan-json";

/** Stacks that would change in the same way. */
export interface Group {
  /** In order of their names. */
  readonly stacks: readonly string[];
  /** With placeholders for names and ids when there are several stacks. */
  readonly changes: readonly Change[];
}

export interface Grouping {
  /** The largest group of tenants first; then the others by size and name, the shared stacks at the end. */
  readonly groups: readonly Group[];
  readonly unchanged: readonly string[];
}

/** Puts together the stacks whose changes are equal but for the tenants' own names and ids. */
export function group(plans: readonly Planned[]): Grouping {
  const byChange = new Map<string, Planned[]>();
  for (const planned of plans.filter(({ plan }) => plan.applyable)) {
    const key = fingerprint(planned);
    byChange.set(key, [...(byChange.get(key) ?? []), planned]);
  }
  return {
    groups: [...byChange.values()].map(toGroup).sort(bySize),
    unchanged: plans
      .filter(({ plan }) => !plan.applyable)
      .map(({ stack }) => stack)
      .sort(),
  };
}

function toGroup(members: readonly Planned[]): Group {
  const [first] = members;
  if (first === undefined) throw new Error("a group has members");
  const { changes } = first.plan;
  const shown = members.length === 1 ? changes : changes.map((change) => generalised(first, change));
  return { stacks: members.map(({ stack }) => stack).sort(), changes: shown };
}

function bySize(a: Group, b: Group): number {
  const [first, second] = [a.stacks[0] ?? "", b.stacks[0] ?? ""];
  if (isTenant(first) !== isTenant(second)) return isTenant(first) ? -1 : 1;
  return b.stacks.length - a.stacks.length || (first < second ? -1 : 1);
}
