import { answeredBy } from "../../doctor/live/ingest";
import { walkLive } from "../../doctor/live/walk";
import { walkOf } from "../../doctor/walk";
import { roleArn } from "../../lib/names";
import { exampleFleet, tenantOf } from "../support/fleets";
import { synth } from "../support/synth";
import { LIVE_FAULTS } from "./live-faults";
import { LiveWorld, type Behaviour } from "./live-world";

const fleet = exampleFleet();
const walk = walkOf(fleet.central, tenantOf(fleet, "acme"), synth(fleet).stacks);
const world = new LiveWorld(walk);
const TASK = walk.sidecars[0]?.taskRoleArn ?? "";
const QUERY = roleArn(fleet.central.accountId, "tenantscope-jaeger-query");

beforeAll(() => world.start());
afterAll(() => world.stop());

async function live(role: string, broken: Partial<Behaviour> = {}) {
  world.behaviour = { ...world.healthy(), ...broken };
  return walkLive(walk, world.settings(role));
}
const results = (findings: Awaited<ReturnType<typeof live>>) =>
  Object.fromEntries(findings.map(({ hop, result }) => [hop, result]));

const SENDING = ["writer role", "AMP", "endpoint", "ingest API", "gateway", "Loki", "Jaeger"];
const each = (hops: readonly string[], result: string) =>
  Object.fromEntries(hops.map((hop) => [hop, result]));

test("with a task's credentials: all that a task does, and Grafana", async () => {
  expect(results(await live(TASK))).toEqual({
    ...each(["STS", "contract", ...SENDING, "Grafana", "data sources"], "ok"),
    "storage API": "not checked",
  });
});

test("with the query service's: a search, and the contract from its parameter", async () => {
  const findings = await live(QUERY, { settings: (settings) => ({ ...settings, contract: undefined }) });
  expect(results(findings)).toEqual({
    ...each(["STS", "contract", "storage API", "OpenSearch", "Grafana", "data sources"], "ok"),
    ...each(SENDING, "not checked"),
  });
  expect(findings.find(({ hop }) => hop === "contract")?.evidence).toBe(
    "/tenantscope/contract/v1 in 111111111111",
  );
});

test("with a task's and without a contract: what to do is said, nothing fails", async () => {
  const findings = await live(TASK, { settings: (settings) => ({ ...settings, contract: undefined }) });
  expect(results(findings)).toMatchObject({
    "writer role": "ok",
    contract: "not checked",
    AMP: "not checked",
  });
  expect(findings.find(({ hop }) => hop === "contract")?.evidence).toMatch(/--contract FILE$/);
});

test("without any credentials: Grafana alone is asked, the rest is not checked, nothing is called all right", async () => {
  const findings = await live(TASK, {
    settings: ({ contract, endpoints, timeoutMs }) => ({ contract, endpoints, timeoutMs }),
  });
  expect(results(findings)).toEqual({
    ...each(["contract", "Grafana"], "ok"),
    ...each(["STS", ...SENDING, "storage API", "data sources"], "not checked"),
  });
  expect(findings.find(({ hop }) => hop === "STS")?.evidence).toBe(
    "there are no AWS credentials to ask with",
  );
  expect(findings.find(({ hop }) => hop === "data sources")?.evidence).toMatch(/GRAFANA_AUTH$/);
});

test("Grafana is away: its data sources are not checked", async () => {
  expect(results(await live(TASK, { grafana: () => ({ status: 503, body: "down" }) }))).toMatchObject({
    Grafana: "FAILS",
    "data sources": "not checked",
  });
});

test("nothing is asked of what the tenant does not use, nor of one that is offboarding", async () => {
  const { tenant } = walk;
  const services = tenant.services.map((service) => ({
    ...service,
    logs: { destinations: ["cloudwatch" as const] },
    traces: { ...service.traces, destinations: ["xray" as const] },
  }));
  world.behaviour = world.healthy();
  const settings = world.settings(TASK);
  const quiet = await walkLive({ ...walk, tenant: { ...tenant, services } }, settings);
  expect(results(quiet)).toMatchObject({ "ingest API": "not used", "storage API": "not used", AMP: "ok" });
  expect(await walkLive({ ...walk, tenant: { ...tenant, lifecycle: "offboarding" } }, settings)).toEqual([]);
});

test.each(LIVE_FAULTS.map((fault) => [fault.name, fault] as const))("broken: %s", async (_, fault) => {
  const findings = await live(fault.as === "query" ? QUERY : TASK, fault.broken);
  expect(findings.find(({ result }) => result === "FAILS")).toEqual({
    hop: fault.hop,
    result: "FAILS",
    evidence: expect.stringMatching(fault.evidence) as string,
    remedy: expect.stringMatching(fault.remedy) as string,
  });
});

test("AWS's own refusal, before it knows which API is meant, is the endpoint's", () => {
  expect(answeredBy("logs", { status: 403, body: '{"message":"Forbidden"}' })).toBe("endpoint");
});
