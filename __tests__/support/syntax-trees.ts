import { createRequire } from "node:module";
import type * as LogQl from "@grafana/lezer-logql" with { "resolution-mode": "import" };
import type * as PromQl from "@prometheus-io/lezer-promql" with { "resolution-mode": "import" };

// Their types are of ECMAScript modules only; what runs here is their CommonJS build.
const load = createRequire(__filename);
export const promql = (load("@prometheus-io/lezer-promql") as typeof PromQl).parser;
export const logql = (load("@grafana/lezer-logql") as typeof LogQl).parser;

export type Tree = ReturnType<typeof promql.parse>;
export type Node = Tree["topNode"];

export function nodesOf(tree: Tree): Node[] {
  const nodes: Node[] = [];
  tree.iterate({ enter: ({ node }) => void nodes.push(node) });
  return nodes;
}

/** Where the parser stumbled over a text; empty for a valid one. */
export const errorsOf = (tree: Tree, text: string): string[] =>
  nodesOf(tree)
    .filter(({ type }) => type.isError)
    .map(({ from, to }) => `${String(from)}: ${text.slice(from, to) || "something is missing"}`);
