import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, exampleFleet } from "../support/fleets";
import { compared, row, tableOf } from "../support/markdown";
import { mutated, synth, type Tree } from "../support/synth";
import { networkPaths } from "./network-paths";

const DOCUMENT = "NETWORK.md";
const HEADING = "Paths";
const example = synth(exampleFleet());
const trees = [example, synth(everyOptionFleet({ type: "local" })), synth(everyOptionFleet(CLOUD_BACKEND))];

const written = tableOf(DOCUMENT, HEADING);
/** Without why. */
const paths = written.map((cells) => row(cells.slice(0, 5)));
const made = (all: readonly Tree[]): string[] => [
  ...new Set(
    all
      .flatMap(networkPaths)
      .map(({ from, to, port, protocol, rules }) => row([from, to, port, protocol, rules])),
  ),
];

test("docs/NETWORK.md has exactly the paths that security groups open", () => {
  const { missing, tooMuch } = compared(paths, made(trees));
  // To paste; what the rule itself says stands for why until somebody has said more.
  const said = trees.flatMap(networkPaths);
  const rows = missing.map((path) => {
    const { description = "" } =
      said.find((each) => row([each.from, each.to, each.port, each.protocol, each.rules]) === path) ?? {};
    return `${path.slice(0, -2)} | ${description} |`;
  });
  expect({ missing: rows, tooMuch }).toEqual({ missing: [], tooMuch: [] });
});

test("every path says why", () => {
  expect(written.filter((cells) => cells.length !== 6 || (cells[5] ?? "").length < 15)).toEqual([]);
});

test("between two of the program's own components a path is open on both sides", () => {
  const own = /^(service of a tenant|`.*<tenant>.*`|jaeger.*|gateway.*|loki.*|grafana.*|traces|storage-.*)$/;
  const half = trees
    .flatMap(networkPaths)
    .filter(({ from, to, rules }) => own.test(from) && own.test(to) && rules !== "out, in")
    .map(({ from, to }) => `${from} -> ${to}`);
  expect(new Set(half)).toEqual(
    new Set([
      // Whoever is to open HTTPS may open it to more than the endpoint.
      "service of a tenant -> `<tenant>-ingest-endpoint`",
      // Grafana's side names the VPC, since the query services of tenants come and go.
      "grafana -> jaeger-query",
      "grafana -> `jaeger-query-<tenant>`",
    ]),
  );
});

test.each([
  ["another port", '"from_port": 3100', '"from_port": 3200'],
  ["another protocol", '"ip_protocol": "tcp"', '"ip_protocol": "-1"'],
  ["everybody", '"cidr_ipv4": "10.0.0.0/16"', '"cidr_ipv4": "0.0.0.0/0"'],
])("a path that is not listed is seen: %s", (_, text, other) => {
  const changed = mutated(example, "central", (stack) => stack.replace(text, other));
  expect(compared(paths, made([changed])).missing).not.toEqual([]);
});

test("a path that is listed and not there is seen", () => {
  const without = mutated(example, "central", (stack) =>
    stack.replaceAll("aws_vpc_security_group_egress_rule", "aws_other"),
  );
  expect(compared(paths, made([without, ...trees])).tooMuch).toEqual([]);
  expect(compared(paths, made([without])).tooMuch.length).toBeGreaterThan(10);
});
