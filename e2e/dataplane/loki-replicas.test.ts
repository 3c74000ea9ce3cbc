import { installTools } from "../tools/tools";
import { LokiServer, otlpLogs } from "./loki-server";
import { lokiConfigOf } from "./loki-under-test";
import { eventually, settles } from "./process";

const SELECTOR = '{service_name="shop"}';
const TENANT = "acme";
/** Rings and leases settle within a minute; more on a slow machine. */
const ARRIVAL_SECONDS = 180;

let replicas: LokiServer[] = [];
let sent = 0;

const replica = (index: number): LokiServer => {
  const found = replicas[index];
  if (found === undefined) throw new Error(`no replica ${index}`);
  return found;
};

/** A request with the next 100 lines. */
const next = (): object =>
  otlpLogs(
    { "service.name": "shop" },
    [...Array(100).keys()].map((line) => `line ${String(sent + line).padStart(5, "0")}`),
  );

/** Until a replica is able to reach enough others. The same request every time: a part of it may have been stored. */
async function untilSent(index: number): Promise<void> {
  const request = next();
  await settles(`lines to replica ${index}`, ARRIVAL_SECONDS, async () => {
    expect((await replica(index).otlp(TENANT, request)).status).toBe(204);
  });
  sent += 100;
}

const everything = (): string[] =>
  [...Array(sent).keys()].map((line) => `line ${String(line).padStart(5, "0")}`);

const lines = async (index: number): Promise<string[]> =>
  (await replica(index).query(TENANT, SELECTOR)).map(({ line }) => line).sort();

/** Until a replica shows every line once. */
const untilShown = (index: number): Promise<boolean> =>
  settles(`all lines from replica ${index}`, ARRIVAL_SECONDS, async () => {
    expect(await lines(index)).toEqual(everything());
  });

const compactors = async (running: readonly number[]): Promise<number[]> => {
  const states = await Promise.all(
    running.map(async (index) => [
      index,
      await replica(index).metric("loki_boltdb_shipper_compactor_running"),
    ]),
  );
  return states.filter(([, state]) => state === 1).map(([index]) => index ?? -1);
};

const untilOneCompactor = (running: readonly number[]): Promise<number> =>
  eventually("exactly one compactor", ARRIVAL_SECONDS, async () => {
    const [first, ...others] = await compactors(running);
    return others.length > 0 ? undefined : first;
  });

beforeAll(async () => {
  replicas = await LokiServer.prepare(
    installTools().loki,
    [0, 1, 2].map((index) => lokiConfigOf(3, index)),
  );
});

afterAll(async () => {
  await Promise.all(replicas.map((each) => each.remove()));
});

test("the first becomes ready on its own, as the first deployment needs it, and takes no line alone", async () => {
  await replica(0).start();
  expect((await replica(0).otlp(TENANT, next())).status).toBe(503);
});

test("three keep every line, and each shows all of them once", async () => {
  await Promise.all([replica(1).start(), replica(2).start()]);
  for (const index of [0, 1, 2]) await untilSent(index);
  for (const index of [0, 1, 2]) await untilShown(index);
});

test("one of them compacts", async () => {
  expect([0, 1, 2]).toContain(await untilOneCompactor([0, 1, 2]));
});

test("without one of them lines are taken and shown", async () => {
  await replica(1).kill();
  for (const index of [0, 2]) {
    await untilSent(index);
    await untilShown(index);
  }
  // Its replacement has the same name and folder.
  await replica(1).start();
  await untilSent(1);
  for (const index of [0, 1, 2]) await untilShown(index);
});

test("replaced one after the other, as a deployment does it, they lose nothing", async () => {
  for (const index of [0, 1, 2]) {
    await replica(index).stop();
    await untilSent((index + 1) % 3);
    await replica(index).start();
    await untilSent(index);
  }
  for (const index of [0, 1, 2]) await untilShown(index);
  // A leader that is gone is forgotten after ten minutes; one that is replaced leads on.
  await untilOneCompactor([0, 1, 2]);
});
