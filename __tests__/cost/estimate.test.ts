import fc from "fast-check";
import { ASSUMPTIONS, DEFAULT_ASSUMPTIONS, type AssumptionName } from "../../cost/assumptions";
import { adviceFor } from "../../cost/advice";
import type { Line } from "../../cost/charges";
import { estimate } from "../../cost/estimate";
import { resourceCount, type Resources, unpriced } from "../../cost/standing";
import { everyOptionFleet } from "../support/every-option-fleet";
import { exampleFleet } from "../support/fleets";
import { fleetOf, one } from "./by-hand";
import { inputOf } from "./input";

const example = inputOf(exampleFleet());
const everyOption = inputOf(everyOptionFleet({ type: "local" }));

const usdOf = (lines: readonly Line[], what: string): number =>
  lines.filter((line) => line.what === what).reduce((sum, { usd }) => sum + usd, 0);

describe("everything that the program makes is priced or known to cost nothing by itself", () => {
  test.each([
    ["the example", example],
    ["every option", everyOption],
  ])("%s", (_, { stacks }) => {
    expect([...stacks.shared, ...stacks.tenants.values()].flatMap(unpriced)).toEqual([]);
  });

  test("a type that nobody has thought of is told", () => {
    expect(unpriced({ aws_kms_key: {}, aws_redshift_cluster: { a: {} } })).toEqual(["aws_redshift_cluster"]);
  });
});

describe("a tenant worked out by hand", () => {
  const [acme] = estimate(one()).tenants;
  const lines = acme?.lines ?? [];

  // 2 tasks x 100 series x 43,200 minutes = 8.64 million, all of them free.
  // 2,592,000 s x 2 tasks x 1 request x 0.5 kept = 2.592 million traces, 10.368 million spans.
  test.each([
    ["samples of shop", 0],
    // (2.592 - 0.1) x $5
    ["traces in X-Ray of shop", 12.46],
    // 2 tasks, every 15 s: 345,600; by size (12.96 GB / 1 MB) only 12,960.
    ["log requests of shop", 1.2096],
    // 2 tasks, every 10 s: 518,400
    ["trace requests of shop", 1.8144],
    // Two for each of the 518,400 requests, 1,036,800; by size (10.368 million x 500 / 100,000) only 51,840.
    ["bulks to the storage API of shop", 3.6288],
    ["calls of the storage proxy of shop", 0.20736],
    // 1,036,800 x 0.1 s x 1 GiB
    ["time of the storage proxy of shop", 1.728],
    // 10.368 million x 500 B = 5.184 GB
    ["bulks through the central endpoint of shop", 0.05184],
    // 1.9 GB, below the free 5
    ["access log for log requests of shop", 0],
    ["access log for traces of shop", 0],
    // 12.96 GB / 8 x 30 days of 30
    ["kept logs of shop", 0.03726],
    ["logs in CloudWatch of shop", 0],
    ["the collector's own log of shop", 0],
  ])("%s: %d dollars", (what, usd) => {
    expect(usdOf(lines, what)).toBeCloseTo(usd, 3);
  });

  // 200 series less 10 free at $0.30; (12.96 - 5) GB at $0.50; (2.592 - 0.1) million at $5.
  test.each([
    ["custom metrics of shop", 57],
    ["logs of shop", 3.98],
    ["logs searched of shop", 0.0648],
    ["traces of shop", 12.46],
    ["alarms of shop", 0],
  ])("elsewhere, %s: %d dollars", (what, usd) => {
    expect(usdOf(acme?.elsewhere ?? [], what)).toBeCloseTo(usd, 3);
  });

  // 8.64 million samples x 500 B = 4.32 GB at $0.50; 10.368 million spans x 1 kB = 10.368 GB at $0.35.
  test.each([
    ["metrics by OTLP of shop", 2.16],
    ["spans of shop", 3.6288],
    ["logs of shop", 3.98],
    ["alarms of shop", 0],
    ["custom metrics of shop", 0],
    ["traces of shop", 0],
  ])("by OTLP, %s: %d dollars", (what, usd) => {
    expect(usdOf(acme?.otlp ?? [], what)).toBeCloseTo(usd, 3);
  });

  // 12.96 GB of lines, 8.64 million samples of 6 B, 10.368 million spans of 150 B; requests as above, each 1,000 B of log.
  test("what goes through the network elsewhere, and what the central APIs log", () => {
    const quantityOf = (all: readonly Line[] | undefined, what: string): number =>
      all?.find((line) => line.what === what)?.quantity ?? NaN;
    for (const way of [acme?.elsewhere, acme?.otlp]) {
      expect(quantityOf(way, "telemetry through NAT of shop")).toBeCloseTo(12.96 + 0.05184 + 1.5552, 6);
    }
    expect(quantityOf(lines, "access log for log requests of shop")).toBeCloseTo(0.3456, 6);
    expect(quantityOf(lines, "access log for traces of shop")).toBeCloseTo(0.5184 + 1.0368, 6);
  });

  // Of the 10.368 GB 15 % are kept for 7 days of 30, and a hundredth is searched.
  test("the kept and the searched spans by OTLP", () => {
    const quantityOf = (what: string): number =>
      acme?.otlp.find((line) => line.what === what)?.quantity ?? NaN;
    expect(quantityOf("kept spans of shop")).toBeCloseTo(10.368 * 0.15 * (7 / 30), 6);
    expect(quantityOf("spans searched of shop")).toBeCloseTo(0.10368, 6);
  });
});

test("a key, an endpoint in two zones, a sidecar in three tasks and an alarm: by hand", () => {
  const stack: Resources = {
    aws_kms_key: { a: {}, b: { provider: "aws.central" } },
    aws_vpc_endpoint: {
      a: { vpc_endpoint_type: "Interface", subnet_ids: ["x", "y"] },
      s3: { vpc_endpoint_type: "Gateway" },
    },
    aws_ecs_task_definition: {
      t: {
        cpu: "1024",
        memory: "2048",
        container_definitions: JSON.stringify([
          { name: "app", cpu: 512 },
          { name: "adot-collector", cpu: 64, memory: 256 },
        ]),
      },
    },
    aws_ecs_service: {
      s: { name: "app", desired_count: 3, task_definition: "${aws_ecs_task_definition.t.arn}" },
    },
  };
  const nobody = fleetOf({ services: [] });
  const [acme] = estimate(
    one({ fleet: nobody, stacks: { shared: [], tenants: new Map([["acme", stack]]) } }),
  ).tenants;
  // 3 x 720 h x (1/16 vCPU at 0.04048 and 1/4 GB at 0.004445)
  expect(
    (acme?.lines ?? []).map(({ what, account, usd }) => [what, account, Number(usd.toFixed(4))]),
  ).toEqual([
    ["keys", "tenant", 1],
    ["keys", "central", 1],
    ["interface endpoints", "tenant", 14.4],
    ["collector sidecars", "tenant", 5.4648],
    ["collector sidecars", "tenant", 2.4003],
  ]);
});

describe("sums", () => {
  test("the lines of all are the bill, and the shares are the shared services", () => {
    const { tenants, shared, sharedTotal, total } = estimate(example);
    const lines = [...shared, ...tenants.flatMap((each) => each.lines)].reduce(
      (sum, { usd }) => sum + usd,
      0,
    );
    expect(lines).toBeCloseTo(total, 6);
    expect(tenants.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(sharedTotal, 6);
    expect(tenants.reduce((sum, each) => sum + each.total, 0)).toBeCloseTo(total, 6);
  });

  test("HCP Terraform counts every resource", () => {
    const fleet = everyOptionFleet({
      type: "cloud",
      hostname: "app.terraform.io",
      organization: "acme",
    } as never);
    const input = { ...everyOption, fleet };
    const lines = [...estimate(input).shared, ...estimate(input).tenants.flatMap((each) => each.lines)];
    const counted = lines
      .filter(({ price }) => price === "hcp.resource")
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const tenants = fleet.tenants
      .filter(({ lifecycle }) => lifecycle !== "offboarding")
      .map(({ name }) => everyOption.stacks.tenants.get(name) ?? {});
    expect(counted).toBe(
      [...everyOption.stacks.shared, ...tenants].reduce((sum, each) => sum + resourceCount(each), 0),
    );
    expect(counted).toBeGreaterThan(300);
  });

  test("who is offboarding costs nothing; who is suspended sends nothing", () => {
    const [gone, quiet] = (["offboarding", "suspended"] as const).map((lifecycle) =>
      estimate(
        one({
          fleet: fleetOf({ lifecycle }),
        }),
      ),
    );
    expect(gone?.tenants).toEqual([]);
    expect(quiet?.tenants[0]?.lines.map(({ account }) => account)).not.toContain("central");
  });
});

/** What more of means more to pay here; the others lower it or are shares of one thing or the other. */
const LOAD: readonly AssumptionName[] = [
  ...([
    "otlpSeriesPerTask",
    "statsdSeriesPerTask",
    "scrapedSeriesPerTask",
    "sidecarSeriesPerTask",
    "bytesPerSample",
  ] as const),
  ...([
    "ruleSamplesPerSeries",
    "querySamplesPerUser",
    "logLinesPerSecond",
    "bytesPerLine",
    "requestsPerSecond",
  ] as const),
  ...([
    "spansPerTrace",
    "errorRatio",
    "slowRatio",
    "storedBytesPerSpan",
    "proxySeconds",
    "viewersPerTenant",
  ] as const),
  ...([
    "platformEditors",
    "attachedTasks",
    "regionFactor",
    "wireBytesPerSpan",
    "wireBytesPerSample",
  ] as const),
];

test("more load never costs less, here and elsewhere", () => {
  const before = estimate(example);
  fc.assert(
    fc.property(fc.constantFrom(...LOAD), fc.double({ min: 1, max: 50, noNaN: true }), (name, factor) => {
      const value = Math.min(ASSUMPTIONS[name].value * factor, name.endsWith("Ratio") ? 1 : Infinity);
      const after = estimate({ ...example, assumptions: { ...DEFAULT_ASSUMPTIONS, [name]: value } });
      // Each line is rounded to a millionth.
      expect(after.total).toBeGreaterThanOrEqual(before.total - 1e-4);
      expect(after.elsewhereTotal).toBeGreaterThanOrEqual(before.elsewhereTotal - 1e-4);
      expect(after.otlpTotal).toBeGreaterThanOrEqual(before.otlpTotal - 1e-4);
    }),
    { seed: 9, numRuns: 60 },
  );
});

test("advice names what the manifest can change, the largest first", () => {
  const globex = example.fleet.tenants.find(({ name }) => name === "globex");
  const found = estimate(example).tenants.find(({ name }) => name === "globex");
  if (globex === undefined || found === undefined) throw new Error("no globex");
  const advice = adviceFor(globex, found);
  expect(advice.map(({ usd }) => usd)).toEqual(advice.map(({ usd }) => usd).sort((a, b) => b - a));
  const about = advice.map(({ what }) => /^(take \S+|"\w+")/.exec(what)?.[0]);
  expect(about.sort()).toEqual([
    '"architecture"',
    '"endpoints"',
    '"traces"',
    'take "cloudwatch"',
    'take "emf"',
    'take "xray"',
  ]);
  for (const { usd } of advice) expect(usd).toBeLessThan(found.own);
});
