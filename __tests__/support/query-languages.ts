import { createRequire } from "node:module";
import type * as LogQl from "@grafana/lezer-logql" with { "resolution-mode": "import" };
import type * as PromQl from "@prometheus-io/lezer-promql" with { "resolution-mode": "import" };

// Their types are of ECMAScript modules only; what runs here is their CommonJS build.
const load = createRequire(__filename);
const promql = (load("@prometheus-io/lezer-promql") as typeof PromQl).parser;
const logql = (load("@grafana/lezer-logql") as typeof LogQl).parser;

type Tree = ReturnType<typeof promql.parse>;
type Node = Tree["topNode"];

function nodesOf(tree: Tree): Node[] {
  const nodes: Node[] = [];
  tree.iterate({ enter: ({ node }) => void nodes.push(node) });
  return nodes;
}

const errors = (tree: Tree, text: string): string[] =>
  nodesOf(tree)
    .filter(({ type }) => type.isError)
    .map(({ from, to }) => `${String(from)}: ${text.slice(from, to) || "something is missing"}`);

/** A selector of PromQL: the metric, and its matchers as they stand. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly string[];
}

/** The selectors of a PromQL expression; throws when it is not valid. */
export function promqlSelectors(expression: string): Selector[] {
  const tree = promql.parse(expression);
  const wrong = errors(tree, expression);
  if (wrong.length > 0) throw new Error(`${expression}: ${wrong.join("; ")}`);
  const text = ({ from, to }: Node): string => expression.slice(from, to);
  return nodesOf(tree)
    .filter(({ name }) => name === "VectorSelector")
    .map((node) => {
      const metric = node.getChild("Identifier");
      const matchers = nodesOf(tree).filter(
        ({ name, from, to }) =>
          ["UnquotedLabelMatcher", "QuotedLabelMatcher"].includes(name) && from >= node.from && to <= node.to,
      );
      return { metric: metric === null ? "" : text(metric), matchers: matchers.map(text) };
    });
}

/** Labels that a PromQL expression groups or joins by, ascending, each once. */
export function promqlGroupings(expression: string): string[] {
  const tree = promql.parse(expression);
  const labels = nodesOf(tree)
    .filter(({ name }) => name === "GroupingLabels")
    .flatMap(({ from, to }) => expression.slice(from + 1, to - 1).split(","))
    .map((label) => label.trim())
    .filter((label) => label !== "");
  return [...new Set(labels)].sort();
}

/** Throws when the LogQL expression is not valid. */
export function checkLogql(expression: string): void {
  const wrong = errors(logql.parse(expression), expression);
  if (wrong.length > 0) throw new Error(`${expression}: ${wrong.join("; ")}`);
}
