import { notifierHandler } from "../../lambda/alert-notifier/notifier";
import { SECRET_MS } from "../../lambda/alert-notifier/secrets";
import { readSettings, type Settings } from "../../lambda/alert-notifier/settings";
import { alertMessage, context, FakeClock, FakeNetwork, snsEvent, type Answers } from "./alert-support";

const SLACK_SECRET = "arn:aws:secretsmanager:eu-central-1:222222222222:secret:slack-AbCdEf";
const PAGER_SECRET = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:pager-AbCdEf";
const WEBHOOK = "https://hooks.slack.com/services/T0/B0/verysecret";
const KEY = "0123456789abcdef0123456789abcdef";
const BOTH: Settings = { tenant: "acme", slackSecretArn: SLACK_SECRET, pagerDutySecretArn: PAGER_SECRET };
const SLACK_ONLY: Settings = { tenant: "acme", slackSecretArn: SLACK_SECRET };

function setUp(
  settings: Settings = BOTH,
  answers: (sent: Parameters<Answers>[0]) => ReturnType<Answers> | "usual" = () => "usual",
) {
  const clock = new FakeClock();
  const secrets: Record<string, unknown> = { [SLACK_SECRET]: `${WEBHOOK}\n`, [PAGER_SECRET]: KEY };
  const network = new FakeNetwork((sent) => {
    const answer = answers(sent);
    if (answer !== "usual") return answer;
    if (sent.to.startsWith("PagerDuty")) return { status: 202 };
    if (!sent.to.startsWith("secretsmanager")) return { body: "ok" };
    const { SecretId } = JSON.parse(sent.body) as { SecretId: string };
    return { body: JSON.stringify({ SecretString: secrets[SecretId] }) };
  });
  const lines: string[] = [];
  const handler = notifierHandler({
    settings,
    aws: network.aws,
    slack: network.post("Slack"),
    pagerDuty: (region) => network.post(`PagerDuty ${region}`),
    clock,
    write: (line) => lines.push(line),
  });
  return {
    clock,
    secrets,
    network,
    lines,
    notify: (messageId = "m-1") => handler(snsEvent(alertMessage(), {}, { messageId }), context),
    calls: () => network.sent.map(({ to, target }) => `${to} ${target}`),
  };
}

test("PagerDuty and Slack are told, with their secrets read where they are", async () => {
  const { notify, network, calls, lines } = setUp();
  await notify();
  expect(calls()).toEqual([
    "secretsmanager.eu-west-1 /",
    "PagerDuty us /v2/enqueue",
    "secretsmanager.eu-central-1 /",
    "Slack /services/T0/B0/verysecret",
  ]);
  expect(network.to("secretsmanager").map(({ headers, body }) => [headers["x-amz-target"], body])).toEqual([
    ["secretsmanager.GetSecretValue", JSON.stringify({ SecretId: PAGER_SECRET })],
    ["secretsmanager.GetSecretValue", JSON.stringify({ SecretId: SLACK_SECRET })],
  ]);
  const [pager] = network.to("PagerDuty");
  expect(JSON.parse(pager?.body ?? "")).toMatchObject({ routing_key: KEY, event_action: "trigger" });
  expect(network.to("Slack")[0]?.headers).toEqual({ "content-type": "application/json" });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: "info", messageId: "m-1", target: "PagerDuty", message: "delivered" },
    { level: "info", messageId: "m-1", target: "Slack", message: "delivered" },
  ]);
});

test("only those whose secret is named are told", async () => {
  const { notify, calls } = setUp(SLACK_ONLY);
  await notify();
  expect(calls().map((call) => call.split(" ")[0])).toEqual(["secretsmanager.eu-central-1", "Slack"]);
});

test("a secret is known for five minutes", async () => {
  const { notify, network, clock } = setUp(SLACK_ONLY);
  await notify("1");
  clock.time += SECRET_MS - 1;
  await notify("2");
  expect(network.to("secretsmanager")).toHaveLength(1);
  clock.time += 1;
  await notify("3");
  expect(network.to("secretsmanager")).toHaveLength(2);
});

describe("failures", () => {
  test.each<[string, ReturnType<Answers>, number[]]>([
    ["throttled", { status: 429 }, [500, 1000]],
    ["throttled, with a wish", { status: 429, retryAfterSeconds: 3 }, [3000, 3000]],
    ["an error of the server", { status: 502 }, [500, 1000]],
    ["a connection that breaks", undefined, [500, 1000]],
  ])("%s: tried again", async (_name, failure, slept) => {
    let failures = 2;
    const { notify, network, clock } = setUp(SLACK_ONLY, ({ to }) => {
      if (to !== "Slack" || failures === 0) return "usual";
      failures -= 1;
      return failure;
    });
    await notify();
    expect(network.to("Slack")).toHaveLength(3);
    expect(clock.slept).toEqual(slept);
  });

  test("a wait that is longer than the function lives is left to the next call of it", async () => {
    const { notify, network, clock } = setUp(SLACK_ONLY, ({ to }) =>
      to === "Slack" ? { status: 429, retryAfterSeconds: 600 } : "usual",
    );
    await expect(notify()).rejects.toThrow("Slack could not be told");
    expect([network.to("Slack").length, clock.slept]).toEqual([1, []]);
  });

  test.each([301, 302, 307, 400, 403, 404, 410])(
    "Slack answers %s: not tried again and not followed",
    async (status) => {
      const { notify, network } = setUp(SLACK_ONLY, ({ to }) => (to === "Slack" ? { status } : "usual"));
      await expect(notify()).rejects.toThrow("Slack could not be told");
      expect(network.to("Slack")).toHaveLength(1);
    },
  );

  test.each([200, 302, 400, 404])(
    "PagerDuty answers %s, which is no 202: not tried again",
    async (status) => {
      const { notify, network } = setUp({ tenant: "acme", pagerDutySecretArn: PAGER_SECRET }, ({ to }) =>
        to.startsWith("PagerDuty") ? { status } : "usual",
      );
      await expect(notify()).rejects.toThrow("PagerDuty could not be told");
      expect(network.to("PagerDuty")).toHaveLength(1);
    },
  );

  test("one that is refused leaves the other alone, and is the only one that the next call tells", async () => {
    let isDown = true;
    const { notify, calls } = setUp(BOTH, ({ to }) =>
      to === "PagerDuty us" && isDown ? { status: 400 } : "usual",
    );
    await expect(notify()).rejects.toThrow("PagerDuty could not be told");
    isDown = false;
    await notify();
    expect(calls().filter((call) => !call.startsWith("secrets"))).toEqual([
      "PagerDuty us /v2/enqueue",
      "Slack /services/T0/B0/verysecret",
      "PagerDuty us /v2/enqueue",
    ]);
  });

  test("one that does not answer leaves the other its time", async () => {
    const setup = setUp(BOTH, ({ to, limitMs }) => {
      if (to !== "PagerDuty us") return "usual";
      setup.clock.time += limitMs * 6;
      return undefined;
    });
    await expect(setup.notify()).rejects.toThrow("PagerDuty could not be told");
    expect(setup.network.to("Slack")).toHaveLength(1);
  });

  test("an address that was replaced since it was read is looked up again", async () => {
    let refused = "";
    const { notify, network, secrets } = setUp(SLACK_ONLY, ({ to, target }) =>
      to === "Slack" && target === refused ? { status: 404 } : "usual",
    );
    await notify("1");
    refused = "/services/T0/B0/verysecret";
    secrets[SLACK_SECRET] = "https://hooks.slack.com/services/T0/B0/new";
    await notify("2");
    expect(network.to("Slack").map(({ target }) => target)).toEqual([
      refused,
      refused,
      "/services/T0/B0/new",
    ]);
    expect(network.to("secretsmanager")).toHaveLength(2);
  });

  test("an address that is refused although it was just read is not looked up again", async () => {
    const { notify, network } = setUp(SLACK_ONLY, ({ to }) => (to === "Slack" ? { status: 403 } : "usual"));
    await expect(notify()).rejects.toThrow("Slack could not be told");
    expect([network.to("Slack").length, network.to("secretsmanager").length]).toEqual([1, 1]);
  });

  test.each([
    ["no webhook", "https://example.com/services/x"],
    ["a webhook of another host", "https://hooks.slack.com.evil.example/services/x"],
    ["a user in front of another host", "https://hooks.slack.com@evil.example/services/x"],
    ["another port", "https://hooks.slack.com:8443/services/x"],
    ["a user", "https://user:pass@hooks.slack.com/services/x"],
    ["not encrypted", "http://hooks.slack.com/services/x"],
    ["without a path", "https://hooks.slack.com"],
    ["no address", "xoxb-1"],
    ["empty", " "],
    ["binary", undefined],
  ])("a secret that is %s: nothing is sent", async (_name, secret) => {
    const { notify, network, secrets, lines } = setUp(SLACK_ONLY);
    secrets[SLACK_SECRET] = secret;
    await expect(notify()).rejects.toThrow("Slack could not be told");
    expect(network.to("Slack")).toEqual([]);
    if (secret !== undefined && secret.trim() !== "") expect(lines.join()).not.toContain(secret);
  });

  test("PagerDuty in the European service region, and what is no key", async () => {
    const { notify, network, secrets } = setUp({ tenant: "acme", pagerDutySecretArn: PAGER_SECRET });
    secrets[PAGER_SECRET] = JSON.stringify({ integrationKey: KEY, region: "eu" });
    await notify("1");
    expect(network.to("PagerDuty").map(({ to }) => to)).toEqual(["PagerDuty eu"]);
    for (const wrong of ["x", `${KEY}0`, "{}", JSON.stringify({ integrationKey: KEY, region: "mars" })]) {
      const other = setUp({ tenant: "acme", pagerDutySecretArn: PAGER_SECRET });
      other.secrets[PAGER_SECRET] = wrong;
      await expect(other.notify()).rejects.toThrow("PagerDuty could not be told");
      expect(other.network.to("PagerDuty")).toEqual([]);
    }
  });

  test.each<[string, ReturnType<Answers>, string]>([
    [
      "denied",
      { status: 400, body: '{"__type":"AccessDeniedException","Message":"no"}' },
      "400 AccessDeniedException",
    ],
    ["down", { status: 500, body: "<html>" }, "500 "],
  ])("the secret cannot be read: %s", async (_name, answer, reason) => {
    const { notify, lines } = setUp(SLACK_ONLY, ({ to }) => (to.startsWith("secrets") ? answer : "usual"));
    await expect(notify()).rejects.toThrow("Slack could not be told");
    expect(lines.join()).toContain(`secretsmanager.GetSecretValue answered ${reason}`);
  });
});

test("neither secrets nor messages are logged, whatever fails", async () => {
  for (const status of [200, 403, 500]) {
    const { notify, lines } = setUp(BOTH, ({ to }) => (to.startsWith("secrets") ? "usual" : { status }));
    await notify().catch((error: unknown) => lines.push(String(error)));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join("\n")).not.toMatch(/verysecret|hooks\.slack|0123456789|orders|HighErrorRatio/);
  }
});

describe("settings", () => {
  test("are read", () => {
    expect(
      readSettings({ TENANT: "acme", SLACK_SECRET_ARN: SLACK_SECRET, PAGERDUTY_SECRET_ARN: PAGER_SECRET }),
    ).toEqual(BOTH);
    expect(readSettings({ TENANT: "acme", SLACK_SECRET_ARN: SLACK_SECRET })).toEqual(SLACK_ONLY);
  });
  test("are refused with everything that is wrong", () => {
    expect(() => readSettings({})).toThrow(/TENANT must.*SLACK_SECRET_ARN or PAGERDUTY_SECRET_ARN must/);
    expect(() => readSettings({ TENANT: "acme", SLACK_SECRET_ARN: "slack" })).toThrow(
      "SLACK_SECRET_ARN must be the ARN of a secret",
    );
  });
});
