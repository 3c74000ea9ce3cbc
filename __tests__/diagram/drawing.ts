import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readStack } from "../../cli/synthesised-stacks";
import { boxOf } from "../../diagram/box";
import { dotOf } from "../../diagram/dot";
import type { Graph } from "../../diagram/graph";
import type { Engine } from "../../diagram/layout";
import type { SynthesisedStack } from "../../diagram/stack";
import { pictureOf } from "../../diagram/svg";
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

const LAY_OUT = `
import { readFileSync } from "node:fs";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
const graphviz = await Graphviz.load();
const drawings = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(drawings.map((dot) => graphviz.layout(dot, "json", "dot"))));
`;

/** The program's own Graphviz for some drawings: an ES module, which Jest cannot load, hence in a process of its own. */
export function graphvizFor(graphs: readonly Graph[]): Engine {
  const dots = graphs.map((graph) => dotOf(graph, graph.nodes.map(boxOf)));
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", LAY_OUT], {
    cwd: join(__dirname, "..", ".."),
    encoding: "utf8",
    input: JSON.stringify(dots),
    maxBuffer: 64 * 1024 * 1024,
  });
  const layouts = JSON.parse(printed) as readonly string[];
  return (dot) => Promise.resolve(layouts[dots.indexOf(dot)] ?? "");
}

/** Puts everything in one place, for tests of what is drawn rather than where. */
export const flatEngine: Engine = (dot) => {
  const names = (pattern: RegExp): string[] => [...dot.matchAll(pattern)].map(([, name = ""]) => name);
  return Promise.resolve(
    JSON.stringify({
      bb: "0,0,100,100",
      objects: [
        ...names(/^ {2}(n\d+) \[/gm).map((name) => ({ name, pos: "50,50" })),
        ...names(/subgraph (cluster_\d+)/g).map((name) => ({ name, bb: "0,0,100,100" })),
      ],
      edges: names(/\[id=(e\d+)/g).map((id) => ({ id, pos: "e,9,9 1,1 2,2 3,3 4,4" })),
    }),
  );
};

/** Text as XML has it. */
export const unescaped = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** The arrows of a picture, as `from to`: those between accounts, or those inside one. */
export const arrowsIn = (svg: string, kind: "cross" | "inside"): Set<string> =>
  new Set(
    [...svg.matchAll(/<g class="edge \w+ (\w+)" data-from="([^"]*)" data-to="([^"]*)">/g)]
      .filter(([, found]) => found === kind)
      .map(([, , from = "", to = ""]) => `${unescaped(from)} ${unescaped(to)}`),
  );

export const arrows = async (graph: Graph, kind: "cross" | "inside"): Promise<Set<string>> =>
  arrowsIn((await pictureOf(graph, flatEngine)).svg, kind);
