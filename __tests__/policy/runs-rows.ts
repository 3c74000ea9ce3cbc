import type { Access } from "../support/reach";
import type { Actor } from "./runs-documents";
import type { Asked } from "./runs-reach";

/**
 * What an actor may do, as lines to compare: `service: actions | things | conditions`. Account and Region of its own are left
 * out of names, and where it may do all that is asked about a service, under no condition, that is one line.
 */
export function tableOf(actor: Actor, asked: readonly Asked[], found: readonly Access[]): string[] {
  const all = countsOf(asked.map(({ action }) => serviceOf(action)));
  const given = countsOf(
    found.filter(({ conditions }) => conditions === "").map(({ action }) => serviceOf(action)),
  );
  const whole = new Set(
    [...all].flatMap(([service, count]) => (given.get(service) === count ? [service] : [])),
  );
  const byThing = new Map<string, string[]>();
  for (const { action, resource, conditions } of found) {
    const service = serviceOf(action);
    if (whole.has(service)) continue;
    const key = JSON.stringify([service, shortName(actor, resource), shortCondition(conditions)]);
    byThing.set(key, [...(byThing.get(key) ?? []), action.slice(service.length + 1)]);
  }
  const together = new Map<string, string[]>();
  for (const [key, actions] of byThing) {
    const [service, thing, condition] = JSON.parse(key) as [string, string, string];
    const line = JSON.stringify([service, [...actions].sort().join(" "), condition]);
    together.set(line, [...(together.get(line) ?? []), thing]);
  }
  return [
    ...[...whole].map((service) => `${service}: all | all |`),
    ...[...together].map(([line, things]) => {
      const [service, actions, condition] = JSON.parse(line) as [string, string, string];
      return `${service}: ${actions} | ${[...things].sort().join(" ")} | ${condition}`.trimEnd();
    }),
  ].sort();
}

const serviceOf = (action: string): string => action.split(":")[0] ?? "";

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const shortName = ({ accountId }: Actor, arn: string): string =>
  arn
    .replace(/^arn:aws:/, "")
    .replace(`:eu-west-1:${accountId}:`, "::")
    .replace(`:${accountId}:`, ":");

const shortCondition = (text: string): string =>
  text
    .replaceAll("aws:ResourceTag/tenantscope:stack", "its stack")
    .replaceAll("aws:RequestTag/tenantscope:stack", "the tag for its stack");
