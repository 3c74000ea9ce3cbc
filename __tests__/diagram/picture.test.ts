import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFleet } from "../../bench/generate";
import { fleetGraph } from "../../diagram/fleet";
import type { Graph } from "../../diagram/graph";
import { overlap } from "../../diagram/line";
import { MAX_SHAPES } from "../../diagram/shapes";
import { pictureOf, svgOf } from "../../diagram/svg";
import { tenantGraph } from "../../diagram/tenant";
import type { Rectangle } from "../../diagram/layout";
import { loadFleet } from "../../fleet/load";
import type { Fleet } from "../../fleet/types";
import { exampleFleet, managed, tenant } from "../support/fleets";
import { central } from "../support/fleet-parts";
import { tenantscope } from "../support/tenantscope";
import { arrowsIn, flatEngine, graphvizFor, synthesised } from "./drawing";
import { placed } from "./svg-texts";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tenantscope-diagram-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const { stacks } = synthesised(exampleFleet());
const drawn = async (graph: Graph): Promise<string> => (await pictureOf(graph, flatEngine)).svg;
const linesOf = (graph: { nodes: readonly { lines: readonly string[] }[] }): string =>
  graph.nodes.flatMap(({ lines }) => lines).join("\n");

test("a tenant's picture: tasks with their containers and ports, roles, paths, and the way behind the API", async () => {
  const graph = tenantGraph(stacks, "globex");
  const lines = linesOf(graph);
  for (const line of [
    "tenantscope-globex-checkout",
    "checkout  checkout:2.0.0  :8000",
    "tenantscope-globex-mailer-task",
    "tenantscope-writer-globex",
    "POST /t/{tenant}/v1/traces",
    "tenantscope-gateway",
    "tenantscope-loki-0",
    "tenantscope-storage-proxy",
    "tenantscope-traces",
  ])
    expect(lines).toContain(line);
  // Where the collector listens: OTLP, StatsD, Zipkin, and the old OTLP port of mailer.
  expect(lines).toMatch(
    /^adot-collector {2}aws-otel-collector:\S+ {2}:4317 {2}:1337 {2}:55681 {2}:8125 {2}:9411$/m,
  );
  expect(graph.edges.flatMap((edge) => edge.lines)).toEqual(
    expect.arrayContaining([
      "POST /t/globex/v1/traces",
      "POST /t/globex/otlp/v1/logs",
      "3100",
      "4318",
      "assumes",
    ]),
  );
  expect(graph.clusters.map(({ title }) => title)).toEqual([
    "central account 111111111111, eu-west-1",
    "made by the stack of globex",
    "tenant globex, account 333333333333, eu-west-1",
  ]);
  expect(await drawn(graph)).not.toMatch(/acme|initech|222222222222|444444444444/);
});

/** Of the benchmark's tenants, the first ten are all kinds that there are. */
writeFleet(folder, 11);
const eleven = fleetGraph(synthesised(loadFleet(folder)).stacks);
const manyShapes = fleetGraph(synthesised(fleetOfShapes(MAX_SHAPES + 3)).stacks);

test("tenants of one shape are drawn as one, however many; the size is bounded", async () => {
  const shapes = (graph: Graph): string[] =>
    graph.clusters.filter(({ kind }) => kind === "tenant").map(({ title }) => title);
  expect(shapes(eleven)).toEqual([
    "8 tenants like tenant0000, each in its account",
    "tenant tenant0007, account 200000000007",
    "tenant tenant0008, account 200000000008",
    "tenant tenant0009, account 200000000009",
  ]);
  expect(eleven.nodes.length).toBeLessThan(60);
  const svg = await drawn(eleven);
  expect(svg).toContain("POST /t/{tenant}/v1/traces");
  expect(svg).not.toMatch(/\/t\/tenant000/);
});

/** `from > to: label` of the arrows at a node with this line. */
const around = ({ nodes, edges }: Graph, line: string): string[] => {
  const names = new Map(nodes.map(({ id, lines: [what = "", name = ""] }) => [id, `${what} ${name}`]));
  const ids = nodes.filter(({ lines }) => lines.includes(line)).map(({ id }) => id);
  return edges
    .filter(({ from, to }) => ids.includes(from) || ids.includes(to))
    .map(({ from, to, lines }) => `${names.get(from) ?? ""} > ${names.get(to) ?? ""}: ${lines.join(", ")}`)
    .sort();
};

test("people come over the VPN to the services, those of a group to its own", () => {
  expect(around(example, "tenantscope-vpn")).toEqual([
    "client VPN and the addresses behind it tenantscope-vpn > Grafana tenantscope: ",
    "client VPN and the addresses behind it tenantscope-vpn > task tenantscope-jaeger-query: 80 to 16686",
    "client VPN and the addresses behind it tenantscope-vpn > task tenantscope-loki-0: 80 to 3100",
    "people who sign in > client VPN and the addresses behind it tenantscope-vpn: 443",
  ]);
  expect(example.nodes.find(({ lines }) => lines.includes("tenantscope-vpn"))?.lines.slice(2)).toEqual([
    "group 90a1b2c3-0000-4000-8000-000000000001: grafana, jaeger, loki",
    "group 90a1b2c3-0000-4000-8000-000000000002: grafana",
  ]);
  expect(linesOf(eleven)).not.toContain("client VPN");
  expect(linesOf(globex)).not.toContain("client VPN");
});

test("what a tenant keeps in its own account: traces in X-Ray, logs and EMF metrics in CloudWatch", () => {
  expect(around(globex, "X-Ray")).toEqual([
    "task tenantscope-globex-catalog > AWS X-Ray: traces",
    "task tenantscope-globex-checkout > AWS X-Ray: traces",
  ]);
  expect(around(globex, "CloudWatch")).toEqual([
    "task tenantscope-globex-checkout > AWS CloudWatch: metrics (EMF), logs",
    "task tenantscope-globex-mailer > AWS CloudWatch: logs",
  ]);
  const own = example.nodes.filter(({ lines: [what] }) => what === "AWS");
  expect(own.map(({ cluster, lines: [, name] }) => `${cluster}: ${name ?? ""}`)).toEqual([
    "shape acme: X-Ray",
    "shape globex: CloudWatch, X-Ray",
    "shape initech: CloudWatch, X-Ray",
  ]);
});

test("the same drawing in whatever order the stacks come", () => {
  const turned = stacks.toReversed();
  expect(fleetGraph(turned)).toEqual({ ...fleetGraph(stacks), nodeOf: expect.any(Function) as unknown });
  expect(tenantGraph(turned, "globex")).toEqual(tenantGraph(stacks, "globex"));
});

/** Each with a registry of its own. */
function fleetOfShapes(count: number): Fleet {
  const tenants = Array.from({ length: count }, (_, index) => {
    const registry = String(900_000_000_000 + index);
    const service = managed("web");
    const containers = service.containers.map((each) => ({
      ...each,
      image: `${registry}.dkr.ecr.eu-west-1.amazonaws.com/web:1`,
    }));
    return tenant({
      name: `t${String.fromCharCode(97 + index)}`,
      accountId: String(300_000_000_000 + index),
      services: [{ ...service, containers }],
    });
  });
  return { central: central(), tenants, warnings: [] };
}

test("more shapes than are readable: the rarest are drawn as one", () => {
  const shapes = manyShapes.clusters.filter(({ kind }) => kind === "tenant");
  expect(shapes).toHaveLength(MAX_SHAPES);
  expect(shapes.map(({ title }) => title)).toContain(
    "4 other tenants, of 4 shapes: what any of them has, each in its account",
  );
});

/** Names that would break out of Graphviz's language, or of XML. */
const hostile: Graph = {
  title: "<script>",
  clusters: [{ id: "c", title: "a & b", kind: "tenant" }],
  nodes: ['a"<&\\', "z"].map((id) => ({ id, kind: "task", lines: ["<b>", '"&\u0001'], cluster: "c" })),
  edges: [{ from: 'a"<&\\', to: "z", lines: ['"]', "<x>"], cross: true, kind: "data" }],
};
const example = fleetGraph(stacks);
const globex = tenantGraph(stacks, "globex");
const initech = tenantGraph(stacks, "initech");
const graphviz = graphvizFor([example, globex, initech, eleven, manyShapes, hostile]);

test.each([
  ["the example", example, 2150],
  ["a tenant with three tasks", globex, 1800],
  ["a tenant whose titles have arrows on short ways", initech, 1300],
  ["eleven tenants of four shapes", eleven, 2600],
  ["more shapes than are drawn", manyShapes, 3480],
])("%s: no text lies on another or outside, arrows have labels beside boxes", async (_, graph, widest) => {
  expectReadable(await svgOf(graph, graphviz), graph, widest);
});

function expectReadable(svg: string, { nodes, edges, clusters }: Graph, widest: number): void {
  expectTitlesAbove(svg, clusters.length);
  const { texts, boxes } = placed(svg);
  const [, width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? [];
  expect(width).toBeLessThan(widest);
  const outside = texts.filter(
    ({ at }) => at.x < 0 || at.y < 0 || at.x + at.width > width || at.y + at.height > height,
  );
  expect(outside).toEqual([]);
  const pairs = texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .flatMap((other) => (overlap(one.at, other.at) ? [`${one.text} | ${other.text}`] : [])),
  );
  expect(pairs).toEqual([]);
  expect(boxes).toHaveLength(nodes.length);
  expect(texts.filter(({ at }) => boxes.some((box) => cuts(at, box)))).toEqual([]);
  // Those of the legend are all in the same place of their fields.
  expect(svg.match(/<g class="badge \w+"><rect (?!x="6" y="0.5")/g)).toHaveLength(
    edges.filter(({ lines }) => lines.length > 0).length,
  );
}

/** An arrow may lead through a frame's title, which is drawn later: below a plate as large as the text. */
function expectTitlesAbove(svg: string, frames: number): void {
  const titles = [...svg.matchAll(/<g class="frame-title \w+">(<rect [^>]*>)(<text .*<\/text>)/g)];
  expect(titles).toHaveLength(frames);
  expect(svg.lastIndexOf('<g class="edge', svg.indexOf("How it is drawn"))).toBeLessThan(
    titles[0]?.index ?? 0,
  );
  for (const [, plate = "", text = ""] of titles) {
    const values = [...plate.matchAll(/ (?:x|y|width|height)="([\d.-]+)"/g)].map(([, value]) =>
      Number(value),
    );
    const [x = 0, y = 0, width = 0, height = 0] = values;
    expect(placed(text).texts.map(({ at }) => contains({ x, y, width, height }, at))).toEqual([true]);
  }
}

const contains = (outer: Rectangle, inner: Rectangle): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Whether a text is neither inside a box nor beside it. */
const cuts = (text: Rectangle, box: Rectangle): boolean => overlap(text, box) && !contains(box, text);

test("the legend explains every number and every colour, line and frame that is there, and no other", async () => {
  const { svg, legend } = await pictureOf(tenantGraph(stacks, "acme"), flatEngine);
  const numbers = legend
    .filter(({ isNumber }) => isNumber)
    .map(({ drawn: { text } }) => />(\d+)</.exec(text)?.[1]);
  const used = [...svg.matchAll(/<text class="badge"[^>]*>(\d+)<\/text>/g)].map(([, number]) => number);
  expect([...new Set(used)].sort()).toEqual([...numbers].sort());
  expect(legend.filter(({ isNumber }) => !isNumber).map(({ text }) => text)).toEqual([
    "thick: from one account into another",
    "is let in: assumes a role, or a policy names it",
    "sends to it, or calls it",
    "pulls images, shows data, uses a name",
    "runs with this role",
    "port",
    "task, function, Grafana",
    "role",
    "API, its domain",
    "metrics workspace, search domain, registry",
    "topic, key",
    "endpoint, load balancer, VPN, link, sink",
    "made by no stack of this fleet, people",
    "an account",
    "made by a tenant's stack in the central account",
  ]);
  const empty = await pictureOf({ title: "", clusters: [], nodes: [], edges: [] }, flatEngine);
  expect(empty.legend.map(({ text }) => text)).toEqual([]);
});

test("a tenant that is offboarding is there, and holds nothing", () => {
  const leaving = tenant({
    name: "leaving",
    accountId: "300000000000",
    lifecycle: "offboarding",
    services: [],
  });
  const { stacks: left } = synthesised({ central: central(), tenants: [leaving], warnings: [] });
  expect(fleetGraph(left).nodes.map(({ lines }) => lines)).toEqual([["stack", "holds nothing"]]);
  expect(tenantGraph(left, "leaving").nodes.map(({ lines }) => lines)).toEqual([["stack", "holds nothing"]]);
});

test("before the first tenant the shared services are drawn by themselves", () => {
  const { central: settings } = exampleFleet();
  const graph = fleetGraph(synthesised({ central: settings, tenants: [], warnings: [] }).stacks);
  expect(graph.title).toBe("0 tenants and what they share");
  expect(graph.clusters.map(({ title }) => title)).toContain("central account 111111111111, eu-west-1");
  expect(linesOf(graph)).toContain("tenantscope-gateway");
});

test("names with characters of Graphviz's or of XML's stay text", async () => {
  const svg = await svgOf(hostile, graphviz);
  expect(svg).toContain("&lt;script&gt;");
  expect(svg).toContain("a &amp; b");
  expect(svg).toContain('data-from="a&quot;&lt;&amp;\\" data-to="z"');
  expect(svg).toContain("&quot;], &lt;x&gt;");
  expect(openTags(svg)).toEqual([]);
  // eslint-disable-next-line no-control-regex -- this is the one
  expect(svg).not.toMatch(/<script>|<x>|\u0001/);
});

test("the command writes well-formed SVG with every arrow of the drawing", () => {
  const command = [join(root, "scripts", "run.mjs"), "cli/main.ts", "diagram", "acme"];
  const printed = execFileSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(printed).toMatch(/^<svg class="drawing" [^>]*role="img" aria-label="tenant acme">\n<style>/);
  expect(openTags(printed)).toEqual([]);
  const graph = tenantGraph(stacks, "acme");
  expectReadable(printed, graph, 1300);
  for (const kind of ["cross", "inside"] as const)
    expect([...arrowsIn(printed, kind)].sort()).toEqual(
      graph.edges
        .filter(({ cross }) => cross === (kind === "cross"))
        .map(({ from, to }) => `${from} ${to}`)
        .sort(),
    );
});

/** The tags that are not closed, and text with a bare `<` or `&`. */
function openTags(xml: string): string[] {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, end, name: string, __, empty) => {
      if (end === "/") {
        if (open.pop() !== name) open.push(`</${name}>`);
      } else if (empty !== "/") open.push(name);
      return "";
    },
  );
  return [...open, ...(rest.match(/<|&(?!(#\d+|amp|lt|gt|quot);)/g) ?? [])];
}

test.each([
  [["acmee"], 1, 'there is no tenant "acmee", did you mean "acme"?\n'],
  [["acme", "globex"], 2, "error: too many arguments for 'diagram'. Expected 1 argument but got 2.\n"],
])("diagram %j is refused", async (args, status, err) => {
  expect(await tenantscope(["diagram", ...args, "--root", root])).toEqual({ status, out: "", err });
});
