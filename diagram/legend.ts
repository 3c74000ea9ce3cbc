import { type Markup, markup } from "../lib/markup";
import type { Meaning } from "./badges";
import { LINE, textWidth, wrapped } from "./box";
import type { EdgeKind, Graph, NodeKind } from "./graph";
import { number, textAt } from "./marks";

/** How something is drawn, and what it means. */
export interface Sample {
  /** In a field of {@link SAMPLE}'s size. */
  readonly drawn: Markup;
  readonly text: string;
  /** The number of an arrow's label, rather than a colour or line. */
  readonly isNumber: boolean;
}

export const SAMPLE = { width: 40, height: 16 } as const;

const BOXES: Readonly<Record<NodeKind, string>> = {
  task: "task, function, Grafana",
  role: "role",
  api: "API, its domain",
  store: "metrics workspace, search domain, registry",
  alert: "topic, key",
  network: "endpoint, load balancer, VPN, link, sink",
  outside: "made by no stack of this fleet, people",
};

/** What the colours of arrows mean. */
export const LINES: Readonly<Record<EdgeKind, string>> = {
  trust: "is let in: assumes a role, or a policy names it",
  data: "sends to it, or calls it",
  other: "pulls images, shows data, uses a name",
  role: "runs with this role",
};

const boxSample = (group: string): Markup =>
  markup`<g class="${group}"><rect x="4" y="2" width="32" height="12" rx="3"/></g>`;

const lineSample = (kind: string): Markup =>
  markup`<g class="edge ${kind}"><path class="line" d="M2,8 L32,8"/><path class="tip" d="M31,4 L39,8 L31,12 Z"/></g>`;

const badgeSample = (text: string): Markup =>
  markup`<g class="badge role"><rect x="6" y="0.5" width="28" height="15" rx="7"/>${textAt(20, 11, "badge", text)}</g>`;

const sample = (drawn: Markup, text: string): Sample => ({ drawn, text, isNumber: false });

/** What the colours, lines, frames and numbers of a drawing mean: those that it has. */
export function symbolsOf({ nodes, edges, clusters }: Graph, meanings: readonly Meaning[]): Sample[] {
  const used = <Key extends string>(all: Readonly<Record<Key, string>>, kinds: readonly Key[]): Key[] =>
    (Object.keys(all) as Key[]).filter((key) => kinds.includes(key));
  const lines = used(
    LINES,
    edges.map(({ kind }) => kind),
  );
  const boxes = used(
    BOXES,
    nodes.map(({ kind }) => kind),
  );
  const hasPort = edges.some(({ lines: [first = ""] }) => /^\d+$/.test(first));
  return [
    ...(edges.some(({ cross }) => cross)
      ? [sample(lineSample("cross role"), "thick: from one account into another")]
      : []),
    ...lines.map((kind) => sample(lineSample(kind), LINES[kind])),
    ...(hasPort ? [sample(badgeSample(":443"), "port")] : []),
    ...boxes.map((kind) => sample(boxSample(`node ${kind}`), BOXES[kind])),
    ...(clusters.length > 0 ? [sample(boxSample("frame"), "an account")] : []),
    ...(clusters.some(({ kind }) => kind === "part")
      ? [sample(boxSample("frame part"), "made by a tenant's stack in the central account")]
      : []),
    ...meanings.map(({ number: text, text: meaning }) => ({
      ...sample(badgeSample(text), meaning),
      isNumber: true,
    })),
  ];
}

/** Room between columns. */
const GAP = 24;
/** More characters of a text go to the next line. */
const MAX_LENGTH = 56;
const ROW = 20;

/** The samples below a drawing of some width: what is drawn how, then the numbers. */
export function legendOf(
  samples: readonly Sample[],
  width: number,
): { readonly drawn: Markup; readonly height: number } {
  const [numbers, symbols] = [
    samples.filter(({ isNumber }) => isNumber),
    samples.filter(({ isNumber }) => !isNumber),
  ];
  const first = blockOf("How it is drawn", symbols, width, 0);
  if (numbers.length === 0) return first;
  const second = blockOf("What the numbers on the arrows mean", numbers, width, first.height + LINE);
  return { drawn: markup`${first.drawn}${second.drawn}`, height: second.height };
}

function blockOf(
  title: string,
  samples: readonly Sample[],
  width: number,
  top: number,
): { readonly drawn: Markup; readonly height: number } {
  const items = samples.map(({ drawn, text }) => ({ drawn, lines: wrapped(text, MAX_LENGTH) }));
  const widest = Math.max(...items.flatMap(({ lines }) => lines.map((line) => textWidth(line, "note"))));
  const column = SAMPLE.width + 8 + widest + GAP;
  const columns = Math.max(1, Math.floor((width + GAP) / column));
  const each = Math.ceil(items.length / columns);
  const start = top + ROW;
  let lowest = start;
  const drawn = items.map((item, index) => {
    const before = items.slice(index - (index % each), index);
    const y = start + before.reduce((sum, { lines }) => sum + heightOf(lines), 0);
    lowest = Math.max(lowest, y + heightOf(item.lines));
    const x = Math.floor(index / each) * column;
    return markup`<g transform="translate(${number(x)},${number(y)})">${item.drawn}${item.lines.map(
      (line, row) => textAt(SAMPLE.width + 8, 12 + row * LINE, "note", line),
    )}</g>\n`;
  });
  return { drawn: markup`${textAt(0, top + LINE, "heading", title)}${drawn}`, height: lowest };
}

const heightOf = (lines: readonly string[]): number => ROW + (lines.length - 1) * LINE;
