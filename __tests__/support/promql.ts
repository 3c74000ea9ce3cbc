import { errorsOf, nodesOf, promql, type Node } from "./syntax-trees";

/** Where the parser stumbled; empty for a valid expression. */
export const syntaxErrors = (expression: string): string[] => errorsOf(promql.parse(expression), expression);

/** A selector: the metric, and its matchers as they stand. */
export interface Selector {
  /** Empty when the selector names none. */
  readonly metric: string;
  readonly matchers: readonly string[];
}

/** The selectors of an expression; throws when it is not valid. */
export function promqlSelectors(expression: string): Selector[] {
  const wrong = syntaxErrors(expression);
  if (wrong.length > 0) throw new Error(`${expression}: ${wrong.join("; ")}`);
  const nodes = nodesOf(promql.parse(expression));
  const text = ({ from, to }: Node): string => expression.slice(from, to);
  return nodes
    .filter(({ name }) => name === "VectorSelector")
    .map((node) => {
      const metric = node.getChild("Identifier");
      const matchers = nodes.filter(
        ({ name, from, to }) =>
          ["UnquotedLabelMatcher", "QuotedLabelMatcher"].includes(name) && from >= node.from && to <= node.to,
      );
      return { metric: metric === null ? "" : text(metric), matchers: matchers.map(text) };
    });
}

/** Names of the metrics that an expression asks for, ascending, each once. */
export const metricNames = (expression: string): string[] =>
  [...new Set(promqlSelectors(expression).map(({ metric }) => metric))].filter((name) => name !== "").sort();

/** Labels that an expression groups or joins by, ascending, each once. */
export function promqlGroupings(expression: string): string[] {
  const labels = nodesOf(promql.parse(expression))
    .filter(({ name }) => name === "GroupingLabels")
    .flatMap(({ from, to }) => expression.slice(from + 1, to - 1).split(","))
    .map((label) => label.trim())
    .filter((label) => label !== "");
  return [...new Set(labels)].sort();
}
