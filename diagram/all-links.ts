import { accessLinks } from "./access";
import { ownLinks } from "./destinations";
import { flowLinks } from "./flows";
import { idOf, isCross, type Link } from "./links";
import { peopleLinks } from "./people";
import { worldOf } from "./references";
import { referenceLinks, sendLinks } from "./settings";
import type { SynthesisedStack } from "./stack";

/** Everything that leads from one thing to another, once for each pair; several labels of a pair are joined. */
export function linksOf(stacks: readonly SynthesisedStack[]): Link[] {
  const world = worldOf(stacks);
  const found = [
    ...accessLinks(world),
    ...sendLinks(world),
    ...referenceLinks(world).filter(isCross),
    ...ownLinks(world),
    ...flowLinks(world),
    ...peopleLinks(world),
  ].filter(({ from, to }) => idOf(from) !== idOf(to));
  const pairs = new Map<string, Link>();
  for (const link of found) {
    const key = `${idOf(link.from)} ${idOf(link.to)}`;
    const before = pairs.get(key);
    pairs.set(key, before === undefined ? link : { ...before, label: joined(before.label, link.label) });
  }
  return [...pairs.values()];
}

/** Labels are lines. The port of a security group says nothing beside the listener that leads to it. */
function joined(one: string, other: string): string {
  const lines = new Set([...one.split("\n"), ...other.split("\n")]);
  return [...lines]
    .filter((line) => line !== "" && ![...lines].some((each) => each.endsWith(` to ${line}`)))
    .join("\n");
}
