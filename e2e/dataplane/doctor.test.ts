import { LiveWorld, type Behaviour } from "../../__tests__/doctor/live-world";
import { exampleFleet, tenantOf } from "../../__tests__/support/fleets";
import { synth } from "../../__tests__/support/synth";
import { answeredBy } from "../../doctor/live/ingest";
import { walkLive } from "../../doctor/live/walk";
import { walkOf } from "../../doctor/walk";
import { installTools } from "../tools/tools";
import { GatewayWorld, JAEGER_NAME, settings } from "./gateway-under-test";
import { LokiServer } from "./loki-server";
import { lokiConfigOf } from "./loki-under-test";

/** `doctor --live` through the rendered gateway in a real nginx; what a real Loki says to its empty request. */
const fleet = exampleFleet();
const walk = walkOf(fleet.central, tenantOf(fleet, "acme"), synth(fleet).stacks);
const aws = new LiveWorld(walk);
const TASK = walk.sidecars[0]?.taskRoleArn ?? "";

beforeAll(() => aws.start());
afterAll(() => aws.stop());

async function findings(change: Partial<Behaviour>) {
  aws.behaviour = { ...aws.healthy(), ...change };
  return walkLive(walk, { ...aws.settings(TASK), timeoutMs: 10_000 });
}

async function withGateway(
  changes: Parameters<typeof GatewayWorld.start>[0],
  test: (world: GatewayWorld, failing: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const world = await GatewayWorld.start(changes);
  try {
    await test(world, async () => {
      const first = (await findings({ gateway: world.gateway.port })).find(
        ({ result }) => result === "FAILS",
      );
      return first === undefined ? "none" : `${first.hop}: ${first.evidence.replace(/.* answered /, "")}`;
    });
  } finally {
    await world.stop();
  }
}

test("a request without anything in it comes to both programs as the tenant's", async () => {
  await withGateway({}, async (world, failing) => {
    expect(await failing()).toBe("none");
    expect(world.tenants).toEqual(["acme", "acme"]);
  });
});

test("Loki is away, then Jaeger's name", async () => {
  await withGateway({}, async (world, failing) => {
    world.dns.addresses.delete(JAEGER_NAME);
    expect(await failing()).toMatch(/^Jaeger: 502: the storage behind the gateway does not answer$/);
    await world.loki.stop();
    expect(await failing()).toMatch(/^Loki: 502: the storage behind the gateway does not answer$/);
  });
});

test("the gateway knows no Jaeger", async () => {
  const { loki } = settings().upstreams;
  await withGateway({ upstreams: { loki } }, async (_, failing) => {
    expect(await failing()).toBe("gateway: 503: nothing takes this signal yet");
  });
});

test("the tenant sends more than the gateway takes", async () => {
  await withGateway({ requestsPerSecond: 1, burst: 1 }, async (_, failing) => {
    expect(await failing()).toBe("none");
    expect(await failing()).toMatch(/^gateway: 429: too many requests of this tenant/);
  });
});

test("a real Loki answers a request without lines, and one without a tenant, as doctor expects", async () => {
  const [loki] = await LokiServer.prepare(installTools().loki, [lokiConfigOf(1)]);
  if (loki === undefined) throw new Error("nothing prepared");
  await loki.start();
  try {
    const send = async (headers: Record<string, string>) => {
      const answer = await fetch(`${loki.url}/otlp/v1/logs`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf", ...headers },
      });
      return { status: answer.status, body: await answer.text() };
    };
    const taken = await send({ "X-Scope-OrgID": "acme" });
    expect(taken.status).toBe(422);
    const { hop, result, evidence } = (await findings({ gateway: () => taken })).find(
      (each) => each.hop === "Loki",
    ) ?? { hop: "", result: "", evidence: "" };
    expect({ hop, result }).toEqual({ hop: "Loki", result: "ok" });
    expect(evidence).toMatch(/^logs: Loki says: /);
    const refused = await send({});
    expect([refused.status, answeredBy("logs", refused)]).toEqual([401, "gateway"]);
  } finally {
    await loki.stop();
  }
});
