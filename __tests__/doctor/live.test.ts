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
    ...each(["STS", "contract", ...SENDING, "Grafana"], "ok"),
    "storage API": "not checked",
  });
});

test("with the query service's: a search, and the contract from its parameter", async () => {
  const findings = await live(QUERY, { settings: (settings) => ({ ...settings, contract: undefined }) });
  expect(results(findings)).toEqual({
    ...each(["STS", "contract", "storage API", "OpenSearch", "Grafana"], "ok"),
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
