import { createRequire } from "node:module";

interface Node {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly type: { readonly isError: boolean };
  getChild(name: string): Node | null;
}
interface Parser {
  parse(text: string): { iterate(visitor: { enter(cursor: { readonly node: Node }): void }): void };
}

// Its types say that it is an ES module only; it has a CommonJS build as well.
const { parser } = createRequire(__filename)("@prometheus-io/lezer-promql") as { parser: Parser };

function visit(expression: string, enter: (node: Node) => void): void {
  parser.parse(expression).iterate({
    enter: ({ node }) => {
      enter(node);
    },
  });
}

/** Where the parser stumbled; empty for a valid expression. */
export function syntaxErrors(expression: string): string[] {
  const errors: string[] = [];
  visit(expression, ({ type, from, to }) => {
    if (type.isError) errors.push(`${from}: ${expression.slice(from, to) || "something is missing"}`);
  });
  return errors;
}

/** Names of the metrics that an expression asks for. */
export function metricNames(expression: string): string[] {
  const names = new Set<string>();
  visit(expression, (node) => {
    const identifier = node.name === "VectorSelector" ? node.getChild("Identifier") : null;
    if (identifier !== null) names.add(expression.slice(identifier.from, identifier.to));
  });
  return [...names].sort();
}
