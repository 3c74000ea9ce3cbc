import { metricsOf } from "./admin-opensearch";
import { DAY, HOUR, PLUGIN_IDS, SECRET, TOKENS, WORKSPACE, World } from "./grafana-admin-world";

const world = new World();
beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  world.reset();
});

const CREATE = { revision: "code workspace", tf: { action: "create", prev_input: null } };
const ROTATE = { task: "rotate" };
const LIST = `GET ${TOKENS}?maxResults=100`;
const RESULT = { serviceAccountId: "7", plugins: PLUGIN_IDS };
const MADE = /^tenantscope-[0-9a-f]{8}-[0-9a-f-]{27}$/;
const settingsOf = (id = ""): string => `GET /api/plugins/${id}/settings`;
const installOf = (id = ""): string => `POST /api/plugins/${id}/install`;
const reason = (): unknown => world.logged.find(({ rotated }) => rotated !== undefined)?.["rotated"];

describe("the first run", () => {
  test("makes a token of 30 days, tries it, keeps it, and installs what is missing, in this order", async () => {
    expect(await world.invoke(CREATE)).toEqual(RESULT);
    const [first = "", second = ""] = PLUGIN_IDS;
    expect(world.requests).toEqual([
      LIST,
      "DescribeSecret",
      `POST ${TOKENS}`,
      "GET /api/org",
      "PutSecretValue",
      ...[first, second].flatMap((id) => [settingsOf(id), installOf(id), settingsOf(id)]),
    ]);
    const [token] = world.tokens;
    expect(world.tokens).toHaveLength(1);
    expect(token?.name).toMatch(MADE);
    expect((token?.expiresAt ?? 0) - (token?.createdAt ?? 0)).toBe(30 * DAY);
    expect(world.versions).toEqual({
      [token?.name ?? ""]: { value: token?.key, stages: ["AWSCURRENT"] },
    });
    expect([...world.plugins].sort()).toEqual(PLUGIN_IDS);
    expect(reason()).toBe("the secret has none");
  });

  test("AWS's requests are signed, each for its service; the workspace sees the token and no signature", async () => {
    await world.invoke(CREATE);
    const scope = (service: string): RegExp =>
      new RegExp(`^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/eu-west-1/${service}/aws4_request`);
    for (const { authorization } of world.controlPlane.seen) expect(authorization).toMatch(scope("grafana"));
    for (const { authorization } of world.secrets.seen) {
      expect(authorization).toMatch(scope("secretsmanager"));
    }
    expect(new Set(world.workspace.seen.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer glsa_secret-1"]),
    );
    expect(world.secrets.seen.map(({ body }) => (body as { SecretId: string }).SecretId)).toEqual([
      SECRET,
      SECRET,
    ]);
  });

  test("waits for a token that does not count yet, for a plugin that starts, and for a busy workspace", async () => {
    let refusals = 2;
    world.startsAfter = 3;
    world.fate = (request) => {
      if (request === "GET /api/org" && refusals-- > 0) return { status: 401, body: { message: "not yet" } };
      return request === `POST ${TOKENS}` && world.requests.length < 5
        ? { status: 409, body: { message: "the workspace is being updated" } }
        : "done";
    };
    expect(await world.invoke(CREATE)).toEqual(RESULT);
    expect(world.secretWorks).toBe(true);
  });

  test("an answer with the new token that got lost makes another token under another name", async () => {
    let isLost = false;
    world.fate = (request) => {
      if (request !== `POST ${TOKENS}` || isLost) return "done";
      isLost = true;
      return { lost: { status: 503 } };
    };
    await world.invoke(CREATE);
    expect(world.secretWorks).toBe(true);
    expect(new Set(world.alive).size).toBe(2);
    // The next run but an hour revokes the one that nobody has.
    world.now += HOUR;
    await world.invoke(ROTATE);
    expect(world.alive).toEqual([world.at("AWSCURRENT")]);
  });
});

describe("a further run", () => {
  beforeEach(() => {
    world.plugins = new Set(PLUGIN_IDS);
  });

  test.each([ROTATE, { revision: "other code", tf: { action: "update", prev_input: {} } }])(
    "%j: a token that works and is not a week old stays",
    async (event) => {
      world.has("previous", 13 * DAY, "AWSPREVIOUS");
      world.has("current", 7 * DAY - HOUR, "AWSCURRENT");
      expect(await world.invoke(event)).toEqual(RESULT);
      expect(world.requests).toEqual([
        LIST,
        "DescribeSecret",
        "GetSecretValue",
        "GET /api/org",
        ...PLUGIN_IDS.map(settingsOf),
      ]);
      expect(world.alive).toEqual(["previous", "current"]);
      expect(world.at("AWSCURRENT")).toBe("current");
      expect(reason()).toBeUndefined();
    },
  );

  test("after a week: a new one; the one before it stays, older ones go", async () => {
    world.has("expired", 31 * DAY);
    world.has("oldest", 21 * DAY);
    world.has("previous", 14 * DAY, "AWSPREVIOUS");
    world.has("current", 7 * DAY, "AWSCURRENT");
    await world.invoke(ROTATE);
    const made = world.at("AWSCURRENT") ?? "";
    expect(made).toMatch(MADE);
    expect(world.at("AWSPREVIOUS")).toBe("current");
    expect(world.tokens.map(({ name }) => name)).toEqual(["current", made]);
    expect(world.secretWorks).toBe(true);
    expect(reason()).toBe("the secret's token is a week old");
    // Nothing is revoked before the new one is in the secret.
    expect(world.requests.indexOf("PutSecretValue")).toBeLessThan(
      world.requests.findIndex((request) => request.startsWith("DELETE")),
    );
  });

  test("a token that is in no secret may be another run's: it stays for an hour, unless it has expired", async () => {
    world.has("current", DAY, "AWSCURRENT");
    world.has("fresh", HOUR - 1);
    world.has("left", HOUR);
    await world.invoke(ROTATE);
    expect(world.alive).toEqual(["current", "fresh"]);
  });

  test("a list of several pages is read to its end", async () => {
    world.pageSize = 1;
    world.has("left", 2 * DAY);
    world.has("other", 2 * DAY);
    world.has("current", DAY, "AWSCURRENT");
    await world.invoke(ROTATE);
    expect(world.alive).toEqual(["current"]);
  });

  test.each([
    [
      "the secret's token is none of the service account",
      () => {
        world.versions["gone"] = { value: "glsa_other", stages: ["AWSCURRENT"] };
      },
    ],
    [
      "the secret's token has expired",
      () => {
        world.has("dead", 30 * DAY, "AWSCURRENT");
      },
    ],
    [
      "the workspace refuses the secret's token",
      () => {
        world.has("current", DAY, "AWSCURRENT");
        world.versions["current"] = { value: "glsa_changed-by-hand", stages: ["AWSCURRENT"] };
      },
    ],
    [
      "the secret's token cannot be read",
      () => {
        world.has("current", DAY, "AWSCURRENT");
        const missing = { status: 400, body: { __type: "a.b#ResourceNotFoundException", Message: "gone" } };
        world.fate = (request) => (request === "GetSecretValue" ? missing : "done");
      },
    ],
  ])("%s: a new one at once", async (expected, given) => {
    given();
    await world.invoke(ROTATE);
    expect(reason()).toBe(expected);
    expect(world.at("AWSCURRENT")).toMatch(MADE);
    expect(world.secretWorks).toBe(true);
  });

  test("the metrics say how old the token is that it leaves", async () => {
    world.has("left", 5 * DAY);
    world.has("current", 3 * DAY, "AWSCURRENT");
    await world.invoke(ROTATE);
    expect(metricsOf(world.logged)).toEqual({
      namespace: "Tenantscope/GrafanaAdmin",
      task: "rotate",
      TokenAgeDays: 3,
      TokensRevoked: 1,
    });
    world.lines.length = 0;
    world.now += 5 * DAY;
    await world.invoke(ROTATE);
    expect(metricsOf(world.logged)["TokenAgeDays"]).toBe(0);
  });

  test("a plugin that another installed in the meantime is no failure", async () => {
    world.plugins = new Set([PLUGIN_IDS[0] ?? ""]);
    world.fate = (request) => {
      if (request !== installOf(PLUGIN_IDS[1])) return "done";
      world.plugins.add(PLUGIN_IDS[1] ?? "");
      return { status: 409, body: { message: "Plugin already installed" } };
    };
    await world.invoke(CREATE);
    expect(world.requests).not.toContain(installOf(PLUGIN_IDS[0]));
    expect([...world.plugins].sort()).toEqual(PLUGIN_IDS);
  });
});

describe("the end", () => {
  const remove = { revision: "x", tf: { action: "delete", prev_input: null } };

  test("revokes every token and touches nothing else", async () => {
    world.has("previous", 8 * DAY, "AWSPREVIOUS");
    world.has("current", 1000, "AWSCURRENT");
    expect(await world.invoke(remove)).toEqual({ serviceAccountId: "7", plugins: [] });
    expect(world.tokens).toEqual([]);
    expect(world.requests).toEqual([LIST, `DELETE ${TOKENS}/1`, `DELETE ${TOKENS}/2`]);
  });

  test("what is gone already is no failure", async () => {
    world.has("current", DAY, "AWSCURRENT");
    world.fate = (request) => (request.startsWith("DELETE") ? { status: 404 } : "done");
    await world.invoke(remove);
    world.fate = () => ({ status: 404, body: { message: `${WORKSPACE} does not exist` } });
    await world.invoke(remove);
  });

  test("tokens that stay are a failure", async () => {
    world.has("current", DAY, "AWSCURRENT");
    world.fate = (request) => (request.startsWith("DELETE") ? { status: 403 } : "done");
    await expect(world.invoke(remove)).rejects.toThrow(`DELETE ${TOKENS}/1: refused without a reason`);
  });
});
