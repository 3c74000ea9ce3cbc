import fc from "fast-check";
import { loadFleet } from "../../fleet/load";
import { readFleet } from "../../fleet/read";
import { FleetError, formatProblem } from "../../lib/errors";
import {
  type FleetFiles,
  goodCentral,
  goodFiles,
  goodService,
  goodTenant,
  makeFolder,
  removeFolders,
  toText,
  writeFiles,
} from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

const numbered = (index: number): string => String(index).padStart(4, "0");

/** A fleet of so many tenants with three services each. */
function bigFleet(tenants: number): FleetFiles {
  const files: FleetFiles = { "central.json": toText(goodCentral()) };
  for (let index = 0; index < tenants; index++) {
    const services = ["orders", "catalog", "mailer"].map((name) => ({
      ...goodService(),
      name,
      environment: {
        LOG_LEVEL: "info",
        QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/222222222222/checkout",
      },
      metrics: { statsd: true, scrape: { path: "/metrics" } },
    }));
    const tenant = goodTenant(`tenant-${numbered(index)}`, `50000000${numbered(index)}`);
    files[`tenants/tenant-${numbered(index)}.json`] = toText({ ...tenant, services });
  }
  return files;
}

/** Milliseconds of processor time that `work` takes, with its result: other processes do not count. */
function timed<Result>(work: () => Result): [Result, number] {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1000];
}

test("1,000 tenants load and validate in well under a second", () => {
  const root = makeFolder(bigFleet(1000));
  const [fleet, milliseconds] = timed(() => loadFleet(root));
  process.stdout.write(`1,000 tenants: ${milliseconds.toFixed(0)} ms\n`);
  expect(fleet.tenants).toHaveLength(1000);
  expect(milliseconds).toBeLessThan(3000); // room for a busy machine; a quadratic rule takes far longer
});

test("1,000 problems in one file are all told, in order and fast", () => {
  const services = Array.from({ length: 200 }, (_, index) => ({
    name: `s${String(index)}`,
    image: "a b",
    port: "80",
    count: -1,
    cpu: 3,
    nmae: 1,
  }));
  const root = makeFolder({ ...goodFiles(), "tenants/acme.json": toText({ ...goodTenant(), services }) });
  const [{ problems }, milliseconds] = timed(() => readFleet(root));
  expect(problems).toHaveLength(1000);
  expect(new Set(problems.map(formatProblem)).size).toBe(1000);
  const lines = problems.map(({ line = 0 }) => line);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
  expect(new FleetError(problems).message.split("\n")).toHaveLength(1000);
  expect(milliseconds).toBeLessThan(3000);
});

test("1,000 tenants of one account are told without comparing each with each", () => {
  const files = bigFleet(1000);
  for (const [file, text] of Object.entries(files)) {
    files[file] = String(text).replace(/"50000000\d{4}"/, '"222222222222"');
  }
  const [{ problems }, milliseconds] = timed(() => readFleet(makeFolder(files)));
  expect(problems).toHaveLength(999);
  expect(milliseconds).toBeLessThan(5000);
});

test("quotas are warned about: workspaces, series and label sets", () => {
  const files: FleetFiles = { "central.json": toText(goodCentral()) };
  for (let index = 0; index < 530; index++) {
    const dedicated = index < 25 ? { isolation: "dedicated" } : { limits: { activeSeries: 100_000 } };
    const name = `t${numbered(index)}`;
    files[`tenants/${name}.json`] = toText({
      ...goodTenant(name, `50000000${numbered(index)}`),
      ...dedicated,
      ...(index === 0 && { wave: "canary" }),
    });
  }
  const { problems, warnings } = readFleet(makeFolder(files));
  expect(problems).toEqual([]);
  expect(warnings.map(formatProblem)).toEqual([
    'central.json and its tenants need 26 metrics workspaces in the central account; the default quota of 25 ends before tenant "t0024", have AWS raise "Active workspaces per Region" of the central account (Service Quotas), or pool some tenants',
    "central.json and its pooled tenants allow 52500000 active series together; the default quota of a workspace is 50000000, have the quota raised or lower some limits",
    "central.json has 505 pooled tenants with a series limit of their own; more than 500 in one workspace are untested, ask AWS for the bound or let more tenants share",
  ]);
});

describe("whatever the text of a file is", () => {
  const good = { central: toText(goodCentral()), tenant: richTenant() };
  const edit = fc.record({
    at: fc.nat(3000),
    remove: fc.nat(40),
    insert: fc.oneof(
      fc.constantFrom(
        "",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "null",
        "1e999",
        "-",
        "//",
        '"__proto__":',
        "\\ud800",
      ),
      fc.string({ maxLength: 4 }),
      fc.json({ maxDepth: 2 }),
    ),
  });
  const apply = (text: string, edits: readonly { at: number; remove: number; insert: string }[]) =>
    edits.reduce((result, { at, remove, insert }) => {
      const start = at % (result.length + 1);
      return result.slice(0, start) + insert + result.slice(start + remove);
    }, text);

  /** The answer is a fleet or a FleetError whose every line is a complete message. */
  function expectAnswer(root: string): void {
    try {
      loadFleet(root);
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const problem of error.problems) {
        expect(formatProblem(problem)).toMatch(/^(central[.]json|tenants\/acme[.]json):\d+:\d+ .+, .+/s);
      }
    }
  }

  test("loadFleet answers with a fleet or a FleetError: edited files", () => {
    const root = makeFolder(goodFiles());
    fc.assert(
      fc.property(
        fc.array(edit, { maxLength: 3 }),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (first, second) => {
          writeFiles(root, {
            "central.json": apply(good.central, first),
            "tenants/acme.json": apply(good.tenant, second),
          });
          expectAnswer(root);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("loadFleet answers with a fleet or a FleetError: valid JSON with any value anywhere", () => {
    const root = makeFolder(goodFiles());
    const paths = pathsOf(JSON.parse(good.tenant));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const changed = JSON.parse(good.tenant) as Record<string, unknown>;
        let parent = changed;
        for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
        parent[path.at(-1) ?? ""] = value;
        writeFiles(root, { "tenants/acme.json": toText(changed) });
        expectAnswer(root);
      }),
      { numRuns: 400 },
    );
  });
});

/** A tenant with a value at most of the schema's places. */
function richTenant(): string {
  const container = {
    name: "cache",
    image: "cache:1",
    port: 6379,
    healthCheck: "ping",
    environment: { A: "1" },
    memory: 128,
  };
  const service = {
    ...goodService(),
    containers: [container],
    dependsOn: [{ container: "cache", condition: "HEALTHY" }],
    secrets: { DB: "arn:aws:ssm:eu-west-1:222222222222:parameter/db" },
    egress: [{ port: 5432, cidr: "10.0.0.0/16", description: "database" }],
    metrics: { statsd: true, scrape: { path: "/metrics" } },
    loadBalancer: {
      securityGroupId: "sg-0a1b2c3d4e5f60001",
      targetGroupArn:
        "arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/orders/0123456789abcdef",
    },
  };
  const attached = {
    name: "reports",
    mode: "attached",
    logs: { destinations: ["cloudwatch"] },
    traces: { destinations: ["xray"] },
    taskRoleArn: "arn:aws:iam::222222222222:role/reports",
  };
  return toText({
    ...goodTenant(),
    cluster: { existing: "main" },
    limits: { activeSeries: 5 },
    tags: { a: "b" },
    services: [service, attached],
  });
}

/** Every path of a JSON value but the root's. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}
