import { installTools } from "../tools/tools";
import { LokiServer, otlpLogs } from "./loki-server";
import { lokiConfigOf } from "./loki-under-test";
import { eventually } from "./process";

const SELECTOR = '{service_name="shop"}';
const TENANT = "acme";

let replicas: LokiServer[] = [];
let sent = 0;

const replica = (index: number): LokiServer => {
  const found = replicas[index];
  if (found === undefined) throw new Error(`no replica ${index}`);
  return found;
};

/** Sends 100 lines to a replica and returns its answer. */
async function send(index: number): Promise<number> {
  const lines = [...Array(100).keys()].map((line) => `line ${String(sent + line).padStart(5, "0")}`);
  const { status } = await replica(index).otlp(TENANT, otlpLogs({ "service.name": "shop" }, lines));
  if (status === 204) sent += lines.length;
  return status;
}

/** Until a replica is able to reach enough others. */
const untilSent = (index: number): Promise<boolean> =>
  eventually(`lines to replica ${index}`, 60, async () => ((await send(index)) === 204 ? true : undefined));

const everything = (): string[] =>
  [...Array(sent).keys()].map((line) => `line ${String(line).padStart(5, "0")}`);

const lines = async (index: number): Promise<string[]> =>
  (await replica(index).query(TENANT, SELECTOR)).map(({ line }) => line).sort();

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
  eventually("exactly one compactor", 90, async () => {
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
  expect(await send(0)).toBe(503);
});

test("three keep every line, and each shows all of them once", async () => {
  await Promise.all([replica(1).start(), replica(2).start()]);
  for (const index of [0, 1, 2]) await untilSent(index);
  for (const index of [0, 1, 2]) {
    await eventually(`all lines from replica ${index}`, 30, async () =>
      (await lines(index)).length === sent ? true : undefined,
    );
    expect(await lines(index)).toEqual(everything());
  }
});

test("one of them compacts", async () => {
  await untilOneCompactor([0, 1, 2]);
  expect(await compactors([0, 1, 2])).toHaveLength(1);
});

test("without one of them lines are taken and shown", async () => {
  await replica(1).kill();
  for (const index of [0, 2]) {
    await untilSent(index);
    expect(await lines(index)).toEqual(everything());
  }
  // Its replacement has the same name and folder.
  await replica(1).start();
  await untilSent(1);
  for (const index of [0, 1, 2]) expect(await lines(index)).toEqual(everything());
});

test("replaced one after the other, as a deployment does it, they lose nothing", async () => {
  for (const index of [0, 1, 2]) {
    await replica(index).stop();
    await untilSent((index + 1) % 3);
    await replica(index).start();
    await untilSent(index);
  }
  for (const index of [0, 1, 2]) {
    await eventually(`all lines from replica ${index}`, 60, async () =>
      (await lines(index)).length === sent ? true : undefined,
    );
    expect(await lines(index)).toEqual(everything());
  }
  // A leader that is gone is forgotten after ten minutes; one that is replaced leads on.
  await untilOneCompactor([0, 1, 2]);
});
