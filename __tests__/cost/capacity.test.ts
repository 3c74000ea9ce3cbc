import { type Assumptions, DEFAULT_ASSUMPTIONS } from "../../cost/assumptions";
import { estimate } from "../../cost/estimate";
import { largestVolume } from "../../cost/volumes";
import { cautionText } from "../../cli/cost-basis";
import { exampleFleet } from "../support/fleets";
import { assumptions, fleetOf, one, shop } from "./by-hand";
import { inputOf } from "./input";

const example = inputOf(exampleFleet());

/** The tenant worked out by hand with so many requests a second in each of two tasks: half of them are kept, 4 spans each. */
const at = (requestsPerSecond: number, changes: Partial<Assumptions> = {}) =>
  estimate(one({ assumptions: { ...assumptions, requestsPerSecond, ...changes } }));
const sizes = (result: ReturnType<typeof at>): readonly unknown[] =>
  result.tooSmall
    .filter(({ part }) => part === "opensearch" || part === "volumes")
    .map(({ part, configured, needed }) => [part, configured, needed]);

describe("OpenSearch: volumes grow first, then nodes", () => {
  test.each([
    // 4 spans/s; 7 days of 500 B, twice, a quarter free: 3 GiB.
    [1, []],
    // 400 spans/s are one node's; 300.4 GiB on two
    [100, [["volumes", 50, 151]]],
    // 4,000 spans/s / 1,500: three, in two zones four; 3,004 GiB / 512: six, of 501 GiB
    [
      1000,
      [
        ["opensearch", 2, 6],
        ["volumes", 50, 501],
      ],
    ],
  ])("%d requests a second", (requestsPerSecond, wanted) => {
    expect(sizes(at(requestsPerSecond))).toEqual(wanted);
  });

  test("with a tenth of the largest volume there are more nodes", () => {
    // 3,004 GiB / 51.2: 58.7
    expect(sizes(at(1000, { opensearchVolumeShare: 0.1 }))).toEqual([
      ["opensearch", 2, 60],
      ["volumes", 50, 51],
    ]);
  });

  test("more nodes than central.json allows is said", () => {
    // 80,000 spans/s: 54; 60,081 GiB / 512: 117.3
    const result = at(20_000);
    expect(sizes(result)).toEqual([
      ["opensearch", 2, 118],
      ["volumes", 50, 510],
    ]);
    const text = cautionText(result, {} as never);
    expect(text).toContain(
      "central.json has 2 data nodes of OpenSearch; this load takes 118, and they are priced as such. It allows 80: take a larger type of node\n",
    );
    expect(text).toMatch(/central\.json has 50 GiB on each data node of OpenSearch \(\d+ GB of spans\)/);
    expect(cautionText(at(1000), {} as never)).not.toContain("It allows");
  });

  test("both are priced", () => {
    const { tooSmall, shared } = estimate({
      ...example,
      assumptions: { ...DEFAULT_ASSUMPTIONS, requestsPerSecond: 1000 },
    });
    const needed = (part: string): number => tooSmall.find((need) => need.part === part)?.needed ?? NaN;
    const quantity = (what: string): number => shared.find((line) => line.what === what)?.quantity ?? NaN;
    expect(needed("opensearch")).toBeGreaterThan(2);
    expect(quantity("data nodes of OpenSearch")).toBeCloseTo(730 * needed("opensearch"), 6);
    expect(quantity("volumes of OpenSearch")).toBeCloseTo(
      needed("opensearch") * needed("volumes") * 1.073741824,
      6,
    );
  });

  test.each([
    ["t3.small.search", 100],
    ["m7g.medium.search", 512],
    ["m7g.large.search", 1024],
    ["r6g.xlarge.search", 3072],
    ["c5.18xlarge.search", 7168],
    ["i3.large.search", undefined],
    ["m7g.metal.search", undefined],
  ])("the largest volume of %s", (type, gib) => {
    expect(largestVolume(type)).toBe(gib);
  });
});

describe("bulks of Jaeger", () => {
  const bulks = (result: ReturnType<typeof at>): number =>
    result.tenants[0]?.lines.find(({ what }) => what === "bulks to the storage API of shop")?.quantity ?? NaN;

  test("two for every request of a quiet task, full ones of a busy one", () => {
    expect(bulks(at(1))).toBeCloseTo(1_036_800, 0);
    // 10,368 million spans x 500 B / 100,000 B
    expect(bulks(at(1000))).toBeCloseTo(51_840_000, 0);
  });

  // 30 tasks make 7.776 million requests; two collectors with two workers send at most one bulk a second each.
  test("no more than every collector's workers send in a second", () => {
    const fleet = fleetOf({ services: [{ ...shop, count: 30 }] });
    const collectors = fleet.central.jaeger.tasks.min;
    expect(collectors).toBe(2);
    expect(bulks(estimate(one({ fleet })))).toBeCloseTo(2 * 2 * 2_592_000, 0);
  });

  // Beside the application nobody else's spans come: 518,400 requests, two bulks each.
  test("of a Jaeger in the task, by its own requests", () => {
    const traces = { ...shop.traces, jaeger: "sidecar" } as typeof shop.traces;
    const [acme] = estimate(one({ fleet: fleetOf({ services: [{ ...shop, traces }] }) })).tenants;
    const of = (what: string) => acme?.lines.find((line) => line.what === `${what} of shop`)?.quantity;
    expect(of("bulks to the storage API")).toBeCloseTo(1_036_800, 0);
    expect(of("trace requests")).toBeUndefined();
    expect(of("bulks through the central endpoint")).toBeUndefined();
  });
});
