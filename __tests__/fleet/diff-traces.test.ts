import { compare, fleet } from "../fixtures/fleet/compared";
import { networkWithEndpoint, goodService, type Json, removeFolders } from "../fixtures/fleet/fleet-folder";

afterEach(removeFolders);

describe("traces that were to be kept for longer", () => {
  const sidecar = (keys: Json = {}): Json => ({
    services: [{ ...goodService(), traces: { jaeger: "sidecar" } }],
    ...keys,
  });
  const kept = (traceRetentionDays: number) => sidecar({ limits: { traceRetentionDays } });
  const remedy = "restore it, or expect only the snapshots to have them then, for 14 days";
  const soon = "are deleted within six hours of the deployment";
  const ends = (days: string) =>
    `ends the tenant's own store of traces, kept for ${days}: nobody can look at them then, and`;
  const days = (retentionDays: number): Json => ({ jaeger: { retentionDays } });

  test.each<[string, [Json, Json], [Json, Json], string[]]>([
    ["the same", [kept(30), {}], [kept(30), {}], []],
    ["longer, central ones too", [kept(30), days(7)], [kept(31), days(8)], []],
    ["a sidecar for the first time", [{}, {}], [kept(3), {}], []],
    ["a retention of one's own that is the central one", [sidecar(), {}], [kept(7), {}], []],
    ["a tenant that is suspended", [kept(30), {}], [{ ...kept(30), lifecycle: "suspended" }, {}], []],
    ["a tenant that was offboarding", [{ ...kept(30), lifecycle: "offboarding" }, {}], [{}, {}], []],
    [
      "traces that never went to Jaeger",
      [{ services: [{ ...goodService(), traces: { jaeger: "sidecar", destinations: ["xray"] } }] }, {}],
      [{}, {}],
      [],
    ],
    [
      "shorter",
      [kept(30), {}],
      [kept(14), {}],
      [
        `tenants/acme.json:32:27 /limits/traceRetentionDays was 30 days: the tenant's traces older than 14 days ${soon} (got 14), ${remedy}`,
      ],
    ],
    [
      "shorter than the central ones were",
      [sidecar(), {}],
      [kept(1), {}],
      [
        `tenants/acme.json:32:27 /limits/traceRetentionDays was 7 days: the tenant's traces older than 1 day ${soon} (got 1), ${remedy}`,
      ],
    ],
    [
      "no retention of one's own any more",
      [kept(30), {}],
      [sidecar(), {}],
      [
        `tenants/acme.json:1:1 /limits/traceRetentionDays was 30 days: the tenant's traces older than 7 days ${soon} (got 7), ${remedy}`,
      ],
    ],
    [
      "central ones, told once",
      [sidecar(), days(14)],
      [sidecar(), days(10)],
      [
        `central.json:11:22 /jaeger/retentionDays was 14 days: traces older than 10 days ${soon}, in the shared store and of every tenant without "traceRetentionDays" (got 10), ${remedy}`,
      ],
    ],
    [
      "no sidecar any more",
      [kept(30), {}],
      [{}, {}],
      [
        `tenants/acme.json:16:15 /services ${ends("30 days")} those older than 7 days ${soon}, the others when they are, ${remedy}`,
      ],
    ],
    [
      "no sidecar any more, with a shorter retention",
      [kept(3), {}],
      [{}, {}],
      [
        `tenants/acme.json:16:15 /services ${ends("3 days")} they are deleted when they are older than 7 days, ${remedy}`,
      ],
    ],
    [
      "a sidecar that sends nothing to Jaeger",
      [sidecar(), {}],
      [{ services: [{ ...goodService(), traces: { jaeger: "sidecar", destinations: ["xray"] } }] }, {}],
      [
        `tenants/acme.json:16:15 /services ${ends("7 days")} they are deleted when they are older than 7 days, ${remedy}`,
      ],
    ],
    [
      "offboarding",
      [kept(30), {}],
      [{ ...kept(30), lifecycle: "offboarding", services: [] }, {}],
      [
        `tenants/acme.json:25:16 /lifecycle ${ends("30 days")} those older than 7 days ${soon}, the others when they are (got "offboarding"), ${remedy}`,
      ],
    ],
  ])("%s", (_, [before, centralBefore], [after, central], warnings) => {
    const privateDns = {
      network: networkWithEndpoint,
    };
    const past = fleet({ acme: { ...before, ...privateDns } }, centralBefore);
    const now = fleet({ acme: { ...after, ...privateDns } }, central);
    expect(compare(past, now)).toEqual({ problems: [], warnings });
  });
});
