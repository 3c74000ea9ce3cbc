import type { Colors } from "picocolors/types";
import { alike, reasonText } from "./failures";
import type { Group, Grouping } from "./groups";
import { isTenant } from "./normalise";
import type { Action, Change } from "./plan-json";
import type { PlannedFleet } from "./plan-fleet";
import { count } from "../../lib/wording";
import { names, shorten } from "./wording";

const SIGNS: Readonly<Record<Action, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  destroy: "-",
  forget: ".",
  move: ">",
  import: "<",
};

/** A change of many values is cut short. */
const MAX_ATTRIBUTES = 8;
/** So many equal changes are named one by one. */
const MAX_ALIKE = 10;
const MIN_WIDTH = 40;
const DEFAULT_WIDTH = 100;

/**
 * Says in a sentence which stacks would change alike: `297 tenants: the same 3 changes; acme and zeta differ`. What could
 * not be planned comes first: nothing is known of it.
 *
 * @param failed stacks that could not be planned
 */
export function headline({ groups, unchanged }: Grouping, failed: readonly string[] = []): string {
  const tenants = groups.filter(({ stacks }) => stacks.some(isTenant));
  const shared = groups.filter(({ stacks }) => !stacks.some(isTenant)).flatMap(({ stacks }) => stacks);
  const [largest, ...others] = tenants;
  const same = unchanged.filter(isTenant);
  const changing = tenants.flatMap(({ stacks }) => stacks);
  const parts = failedParts(failed, changing.length + same.length);
  if (largest !== undefined) {
    parts.push(title(largest));
    const differing = others.flatMap(({ stacks }) => stacks).sort();
    if (differing.length > 0)
      parts.push(`${names(differing)} ${differing.length === 1 ? "differs" : "differ"}`);
  }
  if (largest === undefined && !failed.some(isTenant)) parts.push("no tenant changes");
  else if (same.length > 0)
    parts.push(`${tenantsOf(same)} ${same.length === 1 ? "stays as it is" : "stay as they are"}`);
  if (shared.length > 0) {
    const too = largest === undefined ? "" : ", too";
    parts.push(`${names(shared)} ${shared.length === 1 ? "changes" : "change"}${too}`);
  }
  return parts.join("; ");
}

/** `3 of 8 tenants could not be planned`, `central could not be planned`. */
function failedParts(failed: readonly string[], planned: number): string[] {
  const tenants = failed.filter(isTenant).length;
  const shared = failed.filter((stack) => !isTenant(stack));
  const who = [
    ...(tenants > 0 ? [`${tenants} of ${count(tenants + planned, "tenant")}`] : []),
    ...(shared.length > 0 ? [names(shared)] : []),
  ];
  return who.map((each) => `${each} could not be planned`);
}

/** What could not be planned and why, equal reasons once; empty when everything was planned. */
export function failuresText({ failures }: Pick<PlannedFleet, "failures">): string {
  if (failures.length === 0) return "";
  const lines = alike(failures).map((group) => `  ${reasonText(group)}`);
  return `\n${count(failures.length, "stack")} could not be planned:\n${lines.join("\n")}\n`;
}

/** A group's own heading: `acme: 2 changes`, `297 tenants: the same 3 changes`. */
function title({ stacks, changes }: Group): string {
  // Terraform reads data sources again, without a change that would be known before.
  if (changes.length === 0) return `${names(stacks)}: what comes of data sources is known when they are read`;
  if (stacks.length === 1) return `${names(stacks)}: ${count(changes.length, "change")}`;
  const same = changes.length === 1 ? "the same change" : `the same ${changes.length} changes`;
  return `${tenantsOf(stacks)}: ${same}`;
}

const tenantsOf = (stacks: readonly string[]): string => count(stacks.length, "tenant");

/** Every group with its changes, for a terminal of `columns` characters. */
export function groupsText(groups: readonly Group[], colours: Colors, columns = DEFAULT_WIDTH): string {
  const width = Math.max(MIN_WIDTH, columns);
  return groups
    .map((group) => {
      const members = group.stacks.length === 1 ? [] : [`  ${shorten(names(group.stacks), width - 2)}`];
      return [
        colours.bold(title(group)),
        ...members,
        ...fold(group.changes).flatMap((each) => lines(each, colours, width)),
      ];
    })
    .map((text) => text.join("\n"))
    .join("\n\n");
}

/** What is printed together: one change, or many that say the same. */
interface Entry extends Pick<Change, "action" | "attributes" | "note"> {
  readonly what: string;
}

/**
 * Puts changes together that differ in nothing but their addresses when there are too many to read, such as those of a
 * new tenant, or of a tag that everything has. What goes is always named.
 */
function fold(changes: readonly Change[]): Entry[] {
  const byContent = new Map<string, Change[]>();
  for (const change of changes) {
    const { action, attributes, address, note } = change;
    const named = action === "destroy" || action === "replace";
    const key = JSON.stringify([action, attributes, note, ...(named ? [address] : [])]);
    byContent.set(key, [...(byContent.get(key) ?? []), change]);
  }
  return [...byContent.values()].flatMap((alike): Entry[] => {
    if (alike.length <= MAX_ALIKE) return alike.map((change) => ({ ...change, what: change.address }));
    const [{ action, attributes, note }] = alike as [Change];
    return [{ action, attributes, note, what: `${alike.length} resources: ${types(alike)}` }];
  });
}

/** `3 aws_iam_role, 1 aws_sns_topic` */
function types(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { type } of changes) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([type, number]) => `${number} ${type}`)
    .join(", ");
}

function lines({ what, action, attributes, note }: Entry, colours: Colors, width: number): string[] {
  const sign = SIGNS[action];
  const first = shorten(`  ${sign} ${action} ${what}`, width);
  const values = attributes
    .slice(0, MAX_ATTRIBUTES)
    .map(({ path, before, after }) =>
      shorten(`      ${path}: ${pair(before, after, width - path.length - 12)}`, width),
    );
  const more = attributes.length - MAX_ATTRIBUTES;
  return [
    tint(action, colours)(first),
    ...(note === undefined ? [] : [shorten(`      (${note})`, width)]),
    ...values,
    ...(more > 0 ? [`      and ${count(more, "other value")}`] : []),
  ];
}

/** Both values in `room` characters; of long ones the part where they begin to differ. */
function pair(before: string, after: string, room: number): string {
  const each = Math.max(12, Math.floor((room - 4) / 2));
  if (before.length <= each && after.length <= each) return `${before} -> ${after}`;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const from = Math.max(0, same - 6);
  const part = (text: string): string =>
    text.length <= each || from === 0 ? shorten(text, each) : `…${shorten(text.slice(from), each - 1)}`;
  return `${part(before)} -> ${part(after)}`;
}

function tint(action: Action, colours: Colors): (text: string) => string {
  switch (action) {
    case "create":
      return colours.green;
    case "update":
    case "forget":
    case "move":
    case "import":
      return colours.yellow;
    default:
      return colours.red;
  }
}
