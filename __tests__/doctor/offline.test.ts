import { walkOffline } from "../../doctor/offline";
import { HOPS, type Hop } from "../../doctor/verdict";
import { walkOf } from "../../doctor/walk";
import type { Fleet } from "../../fleet/types";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, mixedFleet, S3_BACKEND, tenantOf } from "../support/fleets";
import { mutated, synth, type Tree } from "../support/synth";
import { CENTRAL_FAULTS } from "./faults-central";
import { OWN_ACCOUNT_FAULTS } from "./faults-own-account";
import { TENANT_FAULTS } from "./faults-tenant";

const FAULTS = [...TENANT_FAULTS, ...OWN_ACCOUNT_FAULTS, ...CENTRAL_FAULTS];

/** Every tenant may reach the internet: in the fixtures some may not, and have no endpoints either. */
const withEgress = ({ tenants, ...fleet }: Fleet, ...httpsEgressCidrs: string[]): Fleet => ({
  ...fleet,
  tenants: tenants.map((tenant) => ({ ...tenant, network: { ...tenant.network, httpsEgressCidrs } })),
});

const fleet = withEgress(mixedFleet(), "0.0.0.0/0");
const tree = synth(fleet);

const walk = (of: Tree, tenant: string) =>
  walkOffline(walkOf(of.fleet.central, tenantOf(of.fleet, tenant), of.stacks));
const results = (of: Tree, tenant: string) =>
  Object.fromEntries(walk(of, tenant).map(({ hop, result }) => [hop, result]));
const all = (result: string, others: Partial<Record<Hop, string>> = {}) =>
  Object.fromEntries(HOPS.map((hop) => [hop, others[hop] ?? result]));

/** Of a tenant whose logs and traces stay in its account. */
const AWS_ONLY = {
  ...{ endpoint: "not used", "ingest API": "not used", gateway: "not used", Loki: "not used" },
  ...{ Jaeger: "not used", "storage API": "not used", OpenSearch: "not used" },
};

test.each([
  ["acme", all("ok")],
  ["globex", all("ok")],
  ["initech", all("ok", AWS_ONLY)],
  ["umbrella", all("ok", { AMP: "FAILS", "ingest API": "FAILS" })],
  ["wonka", all("ok", AWS_ONLY)],
])("the fleet as it is synthesised: %s", (tenant, expected) => {
  expect(results(tree, tenant)).toEqual(expected);
});

test("every option of the manifests: own and shared Jaegers, public API, domain, existing endpoints", () => {
  const every = (backend: Fleet["central"]["backend"]) =>
    synth(withEgress(everyOptionFleet(backend), "0.0.0.0/0"));
  const local = every({ type: "local" });
  expect(results(local, "stark")).toEqual(all("ok"));
  expect(results(local, "wayne")).toEqual(all("ok", { AMP: "FAILS", "ingest API": "FAILS" }));
  expect(results(local, "hooli")).toEqual(all("not used"));
  expect(results(every(S3_BACKEND), "stark")).toEqual(all("ok"));
  expect(results(every(CLOUD_BACKEND), "stark")).toEqual(all("ok"));
});

describe("egress to some addresses only", () => {
  const narrow = synth(withEgress(mixedFleet(), "10.0.0.0/8"));
  const said = (of: Tree, tenant: string, hop: Hop) => walk(of, tenant).find((each) => each.hop === hop);
  const remedy =
    "network.httpsEgressCidrs must hold 0.0.0.0/0, or network.endpoints must bring an endpoint of it";

  test("without endpoints what is on the internet is out of reach", () => {
    expect(said(narrow, "wonka", "STS")).toEqual({
      ...{ hop: "STS", result: "FAILS", remedy },
      evidence:
        "the tasks of candy may open HTTPS connections to 10.0.0.0/8 alone, and sts.eu-central-1.amazonaws.com is on the internet: the stacks make no endpoint of it",
    });
    expect(said(narrow, "wonka", "AMP")).toMatchObject({
      ...{ result: "FAILS", remedy },
      evidence: expect.stringMatching(/ and aps-workspaces\.eu-west-1\.amazonaws\.com is on /) as string,
    });
  });

  test("with endpoints of ours all is reached, by others' nobody knows", () => {
    expect(results(narrow, "globex")).toEqual(all("ok"));
    expect(said(narrow, "acme", "STS")).toEqual({
      ...{ hop: "STS", result: "not checked" },
      evidence:
        "the tasks of orders may open HTTPS connections to 10.0.0.0/8 alone; whether an endpoint that the VPC has already is among them, the stacks do not say (sts.eu-west-1.amazonaws.com)",
    });
  });

  test("of addresses of the internet nobody knows either, and a public API is there", () => {
    const some = synth(withEgress(mixedFleet(), "10.0.0.0/8", "52.0.0.0/8"));
    expect(said(some, "wonka", "STS")).toMatchObject({
      result: "not checked",
      evidence: expect.stringMatching(
        /10\.0\.0\.0\/8, 52\.0\.0\.0\/8 alone; whether an address of it/,
      ) as string,
    });
    const inside = synth(withEgress(everyOptionFleet({ type: "local" }), "10.0.0.0/8"));
    expect(said(inside, "stark", "endpoint")).toMatchObject({ result: "FAILS", remedy });
  });
});

test("X-Ray is not used by a tenant that sends it nothing", () => {
  const quiet = {
    ...fleet,
    tenants: fleet.tenants.map((tenant) => ({
      ...tenant,
      services: tenant.services.map((service) => ({
        ...service,
        traces: { ...service.traces, destinations: ["jaeger" as const] },
      })),
    })),
  };
  expect(results(synth(quiet), "acme")).toEqual(all("ok", { "X-Ray": "not used" }));
});

test("a suspended tenant is told so", () => {
  const first = walk(tree, "umbrella").find(({ result }) => result === "FAILS");
  expect(first).toMatchObject({
    hop: "AMP",
    evidence: expect.stringMatching(/explicit Deny by the statement RemoteWrite$/) as string,
    remedy: "the tenant is suspended: `tenantscope suspend umbrella --undo` and deploy its stack",
  });
});

test.each(FAULTS.map((fault) => [fault.name, fault] as const))("broken: %s", (_, fault) => {
  const verdicts = walk(mutated(tree, fault.stack, fault.change), fault.tenant);
  const first = verdicts.find(({ result }) => result !== "ok" && result !== "not used");
  expect(first).toEqual({
    hop: fault.hop,
    result: "FAILS",
    evidence: expect.stringMatching(fault.evidence) as string,
    remedy: expect.stringMatching(fault.remedy) as string,
  });
});

test("every hop is broken at least once", () => {
  expect([...new Set(FAULTS.map(({ hop }) => hop))].sort()).toEqual([...HOPS].sort());
});
