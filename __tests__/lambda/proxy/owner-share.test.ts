import { CENTRAL } from "../../../lambda/jaeger-storage-proxy/indices";
import { ownerShare } from "../../../lambda/jaeger-storage-proxy/owner-share";
import { jaegerAsks } from "./jaeger-asks";
import { FakeOpenSearch, errorType, proxyBefore } from "./opensearch";

const isAdmitted = (share: ReturnType<typeof ownerShare>, owner: string, now: number): boolean => {
  try {
    share.admit(owner, now);
    return true;
  } catch {
    return false;
  }
};

/**
 * Requests of these owners one after the other, taking turns, for so many minutes, each of that many milliseconds.
 * @returns the share of the time that each had
 */
function simulate(owners: readonly string[], duration: number, minutes = 60): Record<string, number> {
  const share = ownerShare(CENTRAL);
  const end = minutes * 60_000;
  const had: Record<string, number> = Object.fromEntries(owners.map((owner) => [owner, 0]));
  for (let now = 0, turn = 0; now < end; turn += 1) {
    const owner = owners[turn % owners.length] ?? "";
    const took = isAdmitted(share, owner, now) ? duration : 100;
    now += took;
    share.took(owner, took, now);
    if (took === duration) had[owner] = (had[owner] ?? 0) + took / end;
  }
  return had;
}

describe("of an instance's time", () => {
  test.each([2000, 5000, 25_000, 60_000])(
    "one owner alone gets about half for requests of %i ms",
    (duration) => {
      const { acme = 0 } = simulate(["acme"], duration);
      // What is quick of each counts for nothing.
      expect(acme).toBeGreaterThan(0.45);
      expect(acme).toBeLessThan(0.5 / (1 - 1000 / duration) + 0.02);
    },
  );

  test("one that always asks leaves half to those that ask as well", () => {
    const had = simulate(["acme", "acme", "acme", "globex"], 25_000);
    expect(had["acme"]).toBeLessThan(0.56);
    expect(had["globex"]).toBeGreaterThan(0.4);
  });

  test("three get a third each: nobody is refused", () => {
    const had = simulate(["acme", "globex", "initech"], 25_000);
    for (const each of Object.values(had)) expect(each).toBeCloseTo(1 / 3, 2);
  });

  test("quick requests are never refused, however many; nor is the shared store", () => {
    expect(simulate(["acme"], 1000)["acme"]).toBeCloseTo(1, 3);
    expect(simulate([CENTRAL], 25_000)[CENTRAL]).toBeCloseTo(1, 2);
  });

  test("a minute of waiting is not too much, and what was too much is over after a while", () => {
    const share = ownerShare(CENTRAL);
    share.took("acme", 25_000, 25_000);
    expect(isAdmitted(share, "acme", 25_000)).toBe(true);
    share.took("acme", 25_000, 50_000);
    expect([isAdmitted(share, "acme", 50_000), isAdmitted(share, "globex", 50_000)]).toEqual([false, true]);
    // 24 s, less 12.5 s while the second ran, and 24 s again; half of the time is taken off it.
    expect(isAdmitted(share, "acme", 50_000 + 2 * 5499)).toBe(false);
    expect(isAdmitted(share, "acme", 50_000 + 2 * 5500)).toBe(true);
  });
});

describe("in the proxy", () => {
  const server = new FakeOpenSearch();
  let origin: string;
  let under: ReturnType<typeof proxyBefore>;
  const share = ownerShare(CENTRAL);
  beforeAll(async () => {
    origin = await server.start();
    under = proxyBefore(origin, {}, share);
  });
  afterAll(async () => {
    under.close();
    await server.stop();
  });

  test("an owner over its share is answered 429 at once, but for what a Jaeger asks at its start", async () => {
    share.took("acme", 60_000, Date.now());
    const kinds = Object.entries(jaegerAsks("acme", "acme-"));
    const answers: Record<string, number> = {};
    for (const [what, asked] of kinds) {
      const got = await under.send(asked);
      answers[what] = got.status;
      if (got.status === 429) expect(errorType(got)).toBe("rejected_execution_exception");
    }
    expect(answers).toEqual({
      version: 200,
      "health check": 200,
      template: 200,
      bulk: 429,
      "search, raw commas": 429,
      "search, encoded commas, gzip": 429,
      "several searches by GET": 429,
      "several searches by POST": 429,
      "existence of an index": 200,
    });
    expect(server.seen).toHaveLength(4);
    expect(under.logged.find(({ route }) => route === "search")).toMatchObject({
      status: 429,
      Throttled: 1,
      Refused: 1,
      Errors: 0,
      owner: "acme",
      error: "rejected_execution_exception: this owner's slow requests take too much time",
    });
  });

  test("others are not", async () => {
    expect((await under.send(jaegerAsks("globex", "globex-")["search, raw commas"] ?? {})).status).toBe(200);
  });

  test("each request is counted with the time until its answer ended", async () => {
    const counted: [string, boolean][] = [];
    const counting = proxyBefore(
      origin,
      {},
      {
        admit: () => undefined,
        took: (owner, duration, now) =>
          counted.push([owner, duration >= 0 && duration < 2000 && now <= Date.now()]),
      },
    );
    await counting.send(jaegerAsks("acme", "acme-")["search, raw commas"] ?? {});
    await counting.send({ owner: "acme", method: "DELETE", path: "x" });
    counting.close();
    expect(counted).toEqual([
      ["acme", true],
      ["acme", true],
    ]);
  });
});
