import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeFleet } from "../../bench/generate";
import { dotOf } from "../../diagram/dot";
import { fleetGraph } from "../../diagram/fleet";
import { MAX_SHAPES } from "../../diagram/shapes";
import { tenantGraph } from "../../diagram/tenant";
import { loadFleet } from "../../fleet/load";
import { exampleFleet, managed, tenant } from "../support/fleets";
import { central } from "../support/fleet-parts";
import { tenantscope } from "../support/tenantscope";
import { synthesised } from "./drawing";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tenantscope-diagram-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const linesOf = (graph: { nodes: readonly { lines: readonly string[] }[] }): string =>
  graph.nodes.flatMap(({ lines }) => lines).join("\n");

test("a tenant's picture: tasks with their containers and ports, roles, paths, and the way behind the API", () => {
  const { stacks } = synthesised(exampleFleet());
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
  expect(dotOf(graph)).not.toMatch(/acme|initech|222222222222|444444444444/);
});

test("tenants of one shape are drawn as one, however many; the size is bounded", () => {
  const sizes = [1, 20].map((count) => {
    writeFleet(join(folder, String(count)), count);
    const { stacks } = synthesised(loadFleet(join(folder, String(count))));
    const graph = fleetGraph(stacks);
    return {
      count,
      nodes: graph.nodes.length,
      titles: graph.shapes.map(({ title }) => title),
      dot: dotOf(graph),
    };
  });
  expect(sizes[0]?.titles).toEqual(["tenant tenant0000"]);
  expect(sizes[1]?.titles).toEqual([
    "14 tenants like tenant0000",
    "3 tenants like tenant0007",
    "2 tenants like tenant0009",
    "tenant tenant0008",
  ]);
  expect(sizes[1]?.nodes).toBeLessThan(60);
  expect(sizes[1]?.dot).toContain("POST /t/{tenant}/v1/traces");
  expect(sizes[1]?.dot).not.toMatch(/\/t\/tenant000[0-79]/);
});

test("the same drawing in whatever order the stacks come", () => {
  const { stacks } = synthesised(exampleFleet());
  const turned = stacks.toReversed();
  expect(dotOf(tenantGraph(turned, "globex"))).toBe(dotOf(tenantGraph(stacks, "globex")));
});

test("more shapes than are readable: the rarest are drawn as one", () => {
  const tenants = Array.from({ length: MAX_SHAPES + 3 }, (_, index) => {
    const registry = String(900_000_000_000 + index);
    const [service] = [managed("web")];
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
  const { shapes } = fleetGraph(synthesised({ central: central(), tenants, warnings: [] }).stacks);
  expect(shapes).toHaveLength(MAX_SHAPES);
  expect(shapes.at(-1)?.title).toBe("4 other tenants, of 4 shapes: what any of them has");
});

test("a tenant that is offboarding is there, and holds nothing", () => {
  const leaving = tenant({
    name: "leaving",
    accountId: "300000000000",
    lifecycle: "offboarding",
    services: [],
  });
  const { stacks } = synthesised({ central: central(), tenants: [leaving], warnings: [] });
  expect(fleetGraph(stacks).nodes.map(({ lines }) => lines)).toEqual([["stack", "holds nothing"]]);
  expect(tenantGraph(stacks, "leaving").nodes.map(({ lines }) => lines)).toEqual([
    ["stack", "holds nothing"],
  ]);
});

test("names with characters of Graphviz's or of XML's stay text", () => {
  const node = { id: 'a"<&\\', kind: "task" as const, lines: ["<b>", '"&\u0001'], cluster: "c" };
  const graph = {
    title: "<script>",
    clusters: [{ id: "c", title: "a & b", kind: "tenant" as const }],
    nodes: [node],
    edges: [{ from: node.id, to: node.id, lines: ['"]', "x"], cross: true, quiet: false }],
  };
  const dot = dotOf(graph);
  expect(dot).toContain("&lt;script&gt;");
  expect(dot).toContain("a &amp; b");
  expect(dot).toContain('"a\\"<&amp;\\\\" -> "a\\"<&amp;\\\\" [class=cross, penwidth=2, label="\\"]\\nx"]');
  expect(dot).toContain("&lt;b&gt;");
  expect(dot).not.toContain("<script>");
  expect(dot).not.toContain("\u0001");
});

/** The picture needs Graphviz as WebAssembly in an ES module, which Jest cannot load: hence the command itself. */
test("the command writes well-formed SVG with every arrow of the drawing", async () => {
  const command = [join(root, "scripts", "run.mjs"), "cli/main.ts", "diagram", "acme"];
  const printed = execFileSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(printed).toMatch(/^<svg [^>]*role="img" aria-label="tenant acme">\n<style>/);
  expect(openTags(printed)).toEqual([]);
  const { edges } = JSON.parse((await tenantscope(["diagram", "acme", "--root", root, "--json"])).out) as {
    edges: { from: string; to: string; cross: boolean }[];
  };
  const drawn = [...printed.matchAll(/class="edge (cross|inside)">\s*<title>(.*?)<\/title>/gs)].map(
    ([, kind, title = ""]) => `${kind ?? ""} ${title.replaceAll("&#45;", "-").replaceAll("&gt;", ">")}`,
  );
  expect(drawn.sort()).toEqual(
    edges.map(({ from, to, cross }) => `${cross ? "cross" : "inside"} ${from}->${to}`).sort(),
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

test.each([
  ["below a file", join(__filename, "in-a-file.svg"), "EEXIST"],
  ["that is a folder", __dirname, "EISDIR"],
])("a file %s cannot be written, and nothing is left", async (_, file, code) => {
  const before = readdirSync(dirname(__dirname));
  expect(await tenantscope(["diagram", "acme", "--json", "--root", root, "--output", file])).toEqual({
    status: 1,
    out: "",
    err: `${file} cannot be written (${code}), check the rights to it and to its folder\n`,
  });
  expect(readdirSync(dirname(__dirname))).toEqual(before);
});
