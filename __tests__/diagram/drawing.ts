import { readStack } from "../../cli/synthesised-stacks";
import { dotOf } from "../../diagram/dot";
import type { Graph } from "../../diagram/graph";
import type { SynthesisedStack } from "../../diagram/stack";
import type { Fleet } from "../../fleet/types";
import { stackNames } from "../../lib/names";
import { synthFiles, type Tree, treeOf } from "../support/synth";

/** A fleet as the tests' own tools read it, and as the program does. */
export function synthesised(fleet: Fleet): {
  readonly tree: Tree;
  readonly stacks: readonly SynthesisedStack[];
} {
  const files = synthFiles(fleet);
  const tenants = new Map(fleet.tenants.map(({ name }) => [stackNames.tenant(name), name]));
  return {
    tree: treeOf(fleet, files),
    stacks: [...files].map(([name, text]) => readStack(name, text, tenants.get(name))),
  };
}

const unquoted = (text: string): string =>
  text.replace(/\\(.)/g, "$1").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** The arrows in the text that Graphviz gets, as `from to`; of those between accounts alone, or of all. */
export const arrows = (graph: Graph, kind: "cross" | "inside"): Set<string> =>
  new Set(
    [...dotOf(graph).matchAll(/^ {2}"((?:[^"\\]|\\.)*)" -> "((?:[^"\\]|\\.)*)" \[class=(\w+)/gm)]
      .filter(([, , , found]) => found === kind)
      .map(([, from = "", to = ""]) => `${unquoted(from)} ${unquoted(to)}`),
  );
