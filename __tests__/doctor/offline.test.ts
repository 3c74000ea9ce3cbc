import { walkOffline } from "../../doctor/offline";
import { HOPS, type Hop } from "../../doctor/verdict";
import { walkOf } from "../../doctor/walk";
import type { Fleet } from "../../fleet/types";
import { everyOptionFleet } from "../support/every-option-fleet";
import { mixedFleet, S3_BACKEND, tenantOf } from "../support/fleets";
import { mutated, synth, type Tree } from "../support/synth";
import { CENTRAL_FAULTS } from "./faults-central";
import { TENANT_FAULTS } from "./faults-tenant";

const FAULTS = [...TENANT_FAULTS, ...CENTRAL_FAULTS];

const fleet = mixedFleet();
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
  const every = (backend: Fleet["central"]["backend"]) => synth(everyOptionFleet(backend));
  const local = every({ type: "local" });
  expect(results(local, "stark")).toEqual(all("ok"));
  expect(results(local, "wayne")).toEqual(all("ok", { AMP: "FAILS", "ingest API": "FAILS" }));
  expect(results(local, "hooli")).toEqual(all("not used"));
  expect(results(every(S3_BACKEND), "stark")).toEqual(all("ok"));
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
