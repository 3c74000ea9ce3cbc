import { metricsOf } from "./admin-opensearch";
import { DAY, HOUR, PLUGIN_IDS, TOKENS, World, type Fate } from "./grafana-admin-world";

const world = new World();
beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  world.reset();
});

const ROTATE = { task: "rotate" };
const REFUSED = { status: 400, body: { __type: "ValidationException", message: "no, thank you" } };

/** A rotation is due, with something to do in every step. */
function given(): void {
  world.has("oldest", 21 * DAY);
  world.has("previous", 14 * DAY, "AWSPREVIOUS");
  world.has("current", 7 * DAY, "AWSCURRENT");
}

const steps = (): string[] => {
  const [first = "", second = ""] = PLUGIN_IDS;
  return [
    `GET ${TOKENS}?maxResults=100`,
    "DescribeSecret",
    `POST ${TOKENS}`,
    "GET /api/org",
    "PutSecretValue",
    `DELETE ${TOKENS}/1`,
    `DELETE ${TOKENS}/2`,
    ...[first, second].flatMap((id) => [
      `GET /api/plugins/${id}/settings`,
      `POST /api/plugins/${id}/install`,
    ]),
  ];
};

test("these are all steps of a rotation", async () => {
  given();
  await world.invoke(ROTATE);
  expect([...new Set(world.requests)]).toEqual(steps());
});

describe.each([
  ["is refused", (): Fate => REFUSED],
  ["is refused after it was done", (): Fate => ({ lost: REFUSED })],
  ["stays without an answer of use", (): Fate => ({ lost: { status: 503, body: "busy" } })],
])("a step that %s", (_, fate) => {
  test.each(steps())("%s: fails, loses nothing, and the next run puts it right", async (step) => {
    given();
    world.fate = (request) => (request === step ? fate() : "done");
    await expect(world.invoke(ROTATE)).rejects.toThrow();
    // Whoever has read the token before, or reads it now, has one that works.
    expect(world.secretWorks).toBe(true);
    expect(world.alive).toContain("current");
    expect(world.logged.filter(({ level }) => level === "error").length).toBeGreaterThan(0);
    // The metrics are about the token: whatever the plugins are like, it is in order then.
    const ofPlugins = step.includes("/api/plugins/");
    expect(world.lines.filter((line) => line.includes("_aws"))).toHaveLength(ofPlugins ? 1 : 0);
    expect(world.logged.filter(({ message }) => message === "done")).toEqual([]);

    world.fate = () => "done";
    world.now += HOUR;
    await world.invoke(ROTATE);
    expect(world.secretWorks).toBe(true);
    expect(world.at("AWSPREVIOUS")).toBe("current");
    expect([...world.alive].sort()).toEqual(["current", world.at("AWSCURRENT")].sort());
    expect([...world.plugins].sort()).toEqual(PLUGIN_IDS);
  });
});

describe("a new token that the workspace refuses", () => {
  const refuse = (status: number) => (request: string) =>
    request === "GET /api/org" ? { status, body: { message: "no" } } : "done";

  test.each([401, 403])("status %i: is revoked again, and the secret is not touched", async (status) => {
    given();
    world.fate = refuse(status);
    await expect(world.invoke(ROTATE)).rejects.toThrow("GET /api/org");
    expect(world.alive).toEqual(["oldest", "previous", "current"]);
    expect(world.requests).not.toContain("PutSecretValue");
  });

  test("a refusal of the network is explained", async () => {
    world.fate = refuse(403);
    await expect(world.invoke(ROTATE)).rejects.toThrow("network access");
  });

  test("one that cannot be revoked either leaves the first error to be seen", async () => {
    given();
    world.fate = (request) => (request.startsWith("DELETE") ? REFUSED : refuse(401)(request));
    await expect(world.invoke(ROTATE)).rejects.toThrow("GET /api/org");
    expect(world.secretWorks).toBe(true);
  });

  test("a page to sign in is no success", async () => {
    given();
    world.fate = (request) => (request === "GET /api/org" ? { status: 200, body: "<html>" } : "done");
    await expect(world.invoke(ROTATE)).rejects.toThrow("an answer that is not Grafana's");
    expect(world.at("AWSCURRENT")).toBe("current");
  });
});

test("a secret that was written, though its answer got lost, keeps a token that works", async () => {
  given();
  world.fate = (request) => (request === "PutSecretValue" ? { lost: REFUSED } : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow("PutSecretValue");
  expect(world.at("AWSPREVIOUS")).toBe("current");
  expect(world.secretWorks).toBe(true);
});

test("a workspace that is down is no reason for a new token", async () => {
  world.has("current", DAY, "AWSCURRENT");
  world.fate = (request) => (request === "GET /api/org" ? { status: 502 } : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow("status 502");
  expect(world.alive).toEqual(["current"]);
  expect(world.requests).not.toContain(`POST ${TOKENS}`);
});

test.each([
  [Object.assign(new Error("connect to glsa_secret-1"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [new DOMException("glsa_secret-1 took too long", "TimeoutError"), "TimeoutError"],
])("no way to the workspace: %s says so by its code, which names nothing", async (error, code) => {
  world.has("current", DAY, "AWSCURRENT");
  world.cut = error;
  await expect(world.invoke(ROTATE)).rejects.toThrow(`Grafana GET /api/org: no answer (${code})`);
  expect(world.alive).toEqual(["current"]);
  expect(world.lines.filter((line) => line.includes("glsa_"))).toEqual([]);
});

test("a secret that may not be read is no reason for a new token", async () => {
  world.has("current", DAY, "AWSCURRENT");
  const denied = { status: 400, body: { __type: "AccessDeniedException", Message: "no right" } };
  world.fate = (request) => (request === "GetSecretValue" ? denied : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow("Secrets Manager GetSecretValue: no right (status 400)");
  expect(world.alive).toEqual(["current"]);
});

test("a plugin that does not come up in two minutes is a failure, after the token is in its place", async () => {
  world.startsAfter = 1e6;
  await expect(world.invoke(ROTATE, 600_000)).rejects.toThrow(
    /^the token is in order, but not the plugins: .+ not there two minutes after its installation/,
  );
  expect(world.secretWorks).toBe(true);
});

test("plugins that cannot be downloaded are told by name, and the token is not called old", async () => {
  world.has("current", 2 * DAY, "AWSCURRENT");
  world.fate = (request) => (request.endsWith("/install") ? { status: 500, body: "no way out" } : "done");
  await expect(world.invoke(ROTATE, 600_000)).rejects.toThrow(
    new RegExp(PLUGIN_IDS.map((id) => `${id}: CallError`).join(".+")),
  );
  expect(metricsOf(world.logged)).toMatchObject({ task: "rotate", TokenAgeDays: 2 });
});

test("a plugin that fails keeps no other from being installed", async () => {
  const [first = "", second = ""] = PLUGIN_IDS;
  world.fate = (request) => (request === `POST /api/plugins/${first}/install` ? REFUSED : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow(`${first}: CallError: Grafana POST`);
  expect([...world.plugins]).toEqual([second]);
});

test.each([
  ["no list", {}],
  ["a token without its times", { serviceAccountTokens: [{ id: "1", name: "x" }] }],
])("an answer with %s revokes nothing", async (_, body) => {
  given();
  world.fate = (request) => (request.startsWith("GET /workspaces") ? { body } : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow("the answer has");
  expect(world.alive).toEqual(["oldest", "previous", "current"]);
});

test("a list without an end is given up", async () => {
  const body = { serviceAccountTokens: [], nextToken: "again" };
  world.fate = (request) => (request.startsWith("GET /workspaces") ? { body } : "done");
  await expect(world.invoke(ROTATE)).rejects.toThrow("more than 20 pages");
});

test("nothing is tried again past the time that is left", async () => {
  world.fate = () => ({ status: 503 });
  const start = world.now;
  await expect(world.invoke(ROTATE, 10_000)).rejects.toThrow("status 503");
  expect(world.now - start).toBe(6000);
});

test("no key is in the log, in an error or in what Terraform keeps, whatever fails", async () => {
  const said: string[] = [];
  for (const step of ["nothing", ...steps()]) {
    world.plugins = new Set();
    given();
    world.fate = (request) => (request === step ? REFUSED : "done");
    const result = await world.invoke(ROTATE).catch((error: unknown) => error);
    said.push(String(result), JSON.stringify(result));
  }
  expect(said.length).toBeGreaterThan(20);
  expect(world.lines.length).toBeGreaterThan(20);
  expect([...said, ...world.lines].filter((line) => line.includes("glsa_"))).toEqual([]);
});
