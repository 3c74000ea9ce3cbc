import type { Fleet, Tenant } from "../../fleet/types";
import { exampleFleet, fleetWith, fleetWithout, managed, tenant, tenantOf } from "../support/fleets";
import { synthFiles } from "../support/synth";

/** One tenant of each kind: with defaults, with a limit of its own, dedicated, suspended. */
const smallFleet = (): Fleet =>
  fleetWith(
    exampleFleet(),
    tenant({
      name: "globex",
      accountId: "333333333333",
      services: [managed("web")],
      limits: { activeSeries: 500_000 },
    }),
    tenant({
      name: "umbrella",
      accountId: "505050505050",
      lifecycle: "suspended",
      services: [managed("labs")],
    }),
  );

const fleet = smallFleet();
const before = synthFiles(fleet);

/** Names of the stacks whose file differs, was added or is gone. */
function changed(after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

const withChange = (name: string, change: (tenant: Tenant) => Partial<Tenant>): Fleet => {
  const current = tenantOf(fleet, name);
  return fleetWith(fleet, { ...current, ...change(current) });
};

const firstService = (tenant: Tenant, change: object): Partial<Tenant> => ({
  services: tenant.services.map((service, index) => (index === 0 ? { ...service, ...change } : service)),
});

describe("a change of one tenant changes one stack", () => {
  const newImage = (each: Tenant) => {
    const [service] = each.services;
    const containers = service?.mode === "managed" ? service.containers : [];
    return firstService(each, {
      containers: containers.map((one) => ({ ...one, image: "registry.example/app:2.0.0" })),
    });
  };
  const CHANGES: readonly (readonly [string, string, (tenant: Tenant) => Partial<Tenant>])[] = [
    ["image", "acme", newImage],
    ["count", "acme", (each) => firstService(each, { count: 7 })],
    ["task size", "acme", (each) => firstService(each, { cpu: 1024, memory: 4096 })],
    ["sidecar", "acme", (each) => firstService(each, { sidecar: { memory: 512, cpu: 64, debug: false } })],
    ["account", "acme", () => ({ accountId: "777777777777" })],
    ["Region", "acme", () => ({ region: "eu-north-1" })],
    ["one more service", "acme", ({ services }) => ({ services: [...services, managed("extra")] })],
    ["subnets", "acme", ({ network }) => ({ network: { ...network, privateSubnetIds: ["subnet-1"] } })],
    ["egress", "acme", ({ network }) => ({ network: { ...network, httpsEgressCidrs: ["10.0.0.0/8"] } })],
    ["cluster", "acme", () => ({ cluster: { kind: "existing", name: "shared" } })],
    ["alert recipients", "acme", ({ alerts }) => ({ alerts: { ...alerts, emails: ["new@acme.example"] } })],
    ["tags", "acme", () => ({ tags: { costCenter: "1" } })],
    ["suspended", "acme", () => ({ lifecycle: "suspended" })],
    ["active again", "umbrella", () => ({ lifecycle: "active" })],
    ["offboarding", "acme", () => ({ lifecycle: "offboarding" })],
    ["isolation", "acme", () => ({ isolation: "dedicated" })],
    [
      "limits of a dedicated workspace",
      "initech",
      () => ({ limits: { activeSeries: 5, metricsRetentionDays: 90 } }),
    ],
    ["a limited tenant's image", "globex", newImage],
    ["a limited tenant suspended", "globex", () => ({ lifecycle: "suspended" })],
  ];

  test.each(CHANGES)("%s of %s", (_, name, change) => {
    expect(changed(synthFiles(withChange(name, change)))).toEqual([`tenant-${name}`]);
  });

  test("every other tenant is left alone whichever one changes", () => {
    for (const { name } of fleet.tenants) {
      const after = synthFiles(withChange(name, () => ({ tags: { changed: "yes" } })));
      expect(changed(after)).toEqual([`tenant-${name}`]);
    }
  });
});

describe("a series limit in the shared workspace also changes the tenant's entry in limits", () => {
  test("beside the tenant's own stack, whose rules tell the fleet's of it", () => {
    for (const name of ["globex", "acme"]) {
      const files = synthFiles(withChange(name, () => ({ limits: { activeSeries: 1 } })));
      expect(changed(files)).toEqual(["limits", `tenant-${name}`]);
    }
  });

  test("when a limited tenant leaves the shared workspace", () => {
    for (const change of [{ lifecycle: "offboarding" }, { isolation: "dedicated" }] as const) {
      expect(changed(synthFiles(withChange("globex", () => change)))).toEqual(["limits", "tenant-globex"]);
    }
  });
});

describe("log limits are the shared Loki's business", () => {
  const LIMITS = [{ logMiBPerSecond: 3 }, { logRetentionDays: 7 }];

  const names = ["acme", "globex", "initech", "umbrella"];
  const limited = (each: Tenant, limits: object): Tenant => ({
    ...each,
    limits: { ...each.limits, ...limits },
  });

  test("of a tenant with defaults, of a limited one and of one with a workspace of its own: only limits", () => {
    expect(fleet.tenants.map(({ name }) => name)).toEqual(names);
    for (const limits of LIMITS) {
      // No tenant's stack has a part in its own log limits, nor in those of any other.
      const after = { ...fleet, tenants: fleet.tenants.map((each) => limited(each, limits)) };
      expect([limits, changed(synthFiles(after))]).toEqual([limits, ["limits"]]);
    }
    for (const name of names) {
      const after = withChange(name, (each) => limited(each, { logMiBPerSecond: 3, logRetentionDays: 7 }));
      expect([name, changed(synthFiles(after))]).toEqual([name, ["limits"]]);
    }
  });

  test("and they go with the tenant", () => {
    const some = withChange("acme", () => ({ limits: { logRetentionDays: 7 } }));
    const files = synthFiles(some);
    expect(files.get("limits")).toContain("acme");
    const gone = synthFiles(fleetWithout(some, "acme"));
    expect(gone.get("limits")).toBe(before.get("limits"));
    const acme = { ...tenantOf(some, "acme"), lifecycle: "offboarding" as const };
    expect(synthFiles(fleetWith(some, acme)).get("limits")).toBe(before.get("limits"));
  });
});

describe("where logs go is the tenant's own business", () => {
  const DESTINATIONS = [["cloudwatch"], ["loki", "cloudwatch"]] as const;

  test.each(DESTINATIONS)("%s %s", (...destinations) => {
    const sent = destinations.filter((each) => each !== undefined);
    const after = withChange("acme", (each) => firstService(each, { logs: { destinations: sent } }));
    expect(changed(synthFiles(after))).toEqual(["tenant-acme"]);
  });

  test("so are its endpoints and what it shares", () => {
    const endpoints = {
      kind: "created",
      subnetIds: ["subnet-1"],
      s3RouteTableIds: [],
      trustedAccountIds: [],
    } as const;
    const own = [
      withChange("acme", ({ network }) => ({ network: { ...network, endpoints } })),
      withChange("acme", ({ share }) => ({ share: { ...share, metrics: true, traces: false } })),
    ];
    for (const after of own) expect(changed(synthFiles(after))).toEqual(["tenant-acme"]);
  });
});

describe("tenants come and go without a trace in other stacks", () => {
  const newcomer = { name: "newcomer", accountId: "121212121212", services: [managed("web")] };

  test("one more", () => {
    expect(changed(synthFiles(fleetWith(fleet, tenant(newcomer))))).toEqual(["tenant-newcomer"]);
    expect(changed(synthFiles(fleetWith(fleet, tenant({ ...newcomer, isolation: "dedicated" }))))).toEqual([
      "tenant-newcomer",
    ]);
  });

  test.each(["acme", "initech", "umbrella"])("without %s", (name) => {
    expect(changed(synthFiles(fleetWithout(fleet, name)))).toEqual([`tenant-${name}`]);
  });

  test("the last limited one takes its entry along", () => {
    expect(changed(synthFiles(fleetWithout(fleet, "globex")))).toEqual(["limits", "tenant-globex"]);
  });
});

describe("the same fleet gives the same bytes", () => {
  test("twice", () => {
    expect(changed(synthFiles(fleet))).toEqual([]);
  });

  test("of files that are read again, from another folder", () => {
    const here = process.cwd();
    try {
      process.chdir("/");
      expect(changed(synthFiles(smallFleet()))).toEqual([]);
    } finally {
      process.chdir(here);
    }
  });

  test("whether all tenants are built or one", () => {
    for (const { name } of fleet.tenants) {
      const some = synthFiles(fleet, { tenants: new Set([name]) });
      expect([...some.keys()].sort()).toEqual(["central", "grafana", "limits", `tenant-${name}`]);
      for (const [stack, text] of some) expect(text).toBe(before.get(stack));
    }
  });

  test("whatever the order of a manifest's keys", () => {
    const reversed = <T>(value: T): T =>
      Array.isArray(value)
        ? (value.map(reversed) as T)
        : typeof value === "object" && value !== null
          ? (Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, item]) => [key, reversed(item as unknown)]),
            ) as T)
          : value;
    expect(changed(synthFiles(reversed(fleet)))).toEqual([]);
  });

  test("for a tenant whatever the rest of the fleet is", () => {
    const alone: Fleet = { ...exampleFleet(), tenants: [tenantOf(exampleFleet(), "acme")] };
    expect(synthFiles(alone).get("tenant-acme")).toBe(before.get("tenant-acme"));
  });
});

test("an offboarding tenant's stack holds its providers, what they are configured with, its backend and nothing else", () => {
  const text = synthFiles(withChange("initech", () => ({ lifecycle: "offboarding" }))).get("tenant-initech");
  const json = JSON.parse(text ?? "{}") as { provider: { aws: object[] }; terraform: object };
  expect(Object.keys(json).sort()).toEqual(["//", "data", "locals", "provider", "terraform"]);
  expect(json.provider.aws).toHaveLength(2);
  expect(Object.keys(json.terraform).sort()).toEqual(["backend", "required_providers", "required_version"]);
});
