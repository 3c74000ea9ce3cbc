import type { AlertMessage } from "../../dashboards/rules/message";
import { ACME, CENTRAL, NOTE, parameter, ROUTES, setUp } from "./alert-router-setup";
import { alert, alertMessage, context, snsEvent } from "./alert-support";

describe("a tenant's alert", () => {
  test("is published to its topic, in that topic's Region, for people and for programs", async () => {
    const { route, published, logged } = setUp();
    const message = alertMessage();
    await route(message);
    expect(published()).toEqual([
      {
        region: "eu-central-1",
        topicArn: ACME,
        subject: "[FIRING warning] acme: HighErrorRatio",
        isStructured: true,
        message: {
          default: [
            "[FIRING warning] acme: HighErrorRatio",
            "",
            "Firing: orders fails",
            "6 % of the requests fail.",
            "Since: 2026-11-21T02:55:00Z",
            "Labels: service=orders",
            "Runbook: https://runbooks.example/high-error-ratio.md",
          ].join("\n"),
          https: JSON.stringify(message),
          lambda: JSON.stringify(message),
          sqs: JSON.stringify(message),
        },
        attributes: {
          tenant: "String acme",
          severity: "String warning",
          status: "String firing",
          alertname: "String HighErrorRatio",
        },
      },
    ]);
    expect(logged()).toEqual([
      {
        level: "info",
        messageId: "m-1",
        tenant: "acme",
        kind: "alerts",
        status: "firing",
        alerts: 1,
        message: "published",
        to: ["tenant"],
      },
    ]);
  });

  test("that is critical reaches the central topic as well, without a note", async () => {
    const { route, published } = setUp();
    await route(alertMessage({ severity: "critical", status: "resolved" }));
    const [tenant, central] = published();
    expect([tenant?.topicArn, central?.topicArn, central?.region]).toEqual([ACME, CENTRAL, "eu-west-1"]);
    expect(central?.subject).toBe("[RESOLVED] acme: HighErrorRatio");
    expect(central?.message).toEqual(tenant?.message);
    expect(central?.attributes).toEqual(tenant?.attributes);
  });

  test("that is text is passed on as it is", async () => {
    const { handler, published } = setUp();
    const event = snsEvent("alerts of acme\n1 firing", { tenant: "acme" }, { subject: "Héllo\nyou" });
    await handler(event, context);
    expect(published()).toEqual([
      {
        region: "eu-central-1",
        topicArn: ACME,
        subject: "H?llo you",
        isStructured: false,
        message: { default: "alerts of acme\n1 firing" },
        attributes: { tenant: "String acme" },
      },
    ]);
  });

  test("that is critical text is copied, too", async () => {
    const { handler, publishedTo } = setUp();
    await handler(snsEvent("broken {", { tenant: "acme", severity: "critical" }), context);
    expect(publishedTo()).toEqual([ACME, CENTRAL]);
  });
});

describe("an alert of the fleet", () => {
  test("goes to the central topic, without a note", async () => {
    const { route, published, logged } = setUp();
    await route(
      alertMessage({ tenant: "_fleet", alerts: [alert({ labels: { alertname: "HighErrorRatio" } })] }),
    );
    expect(published().map(({ topicArn, subject }) => [topicArn, subject])).toEqual([
      [CENTRAL, "[FIRING warning] HighErrorRatio"],
    ]);
    expect(published()[0]?.message["default"]).not.toContain(NOTE);
    expect(logged().map(({ level }) => level)).toEqual(["info"]);
  });
});

describe("what has no way to a tenant goes to the central topic with a note", () => {
  const wrong = (topicArn: unknown) => ({ acme: JSON.stringify({ topicArn }) });
  const UNUSABLE = "the route of tenant acme is not the ARN of its alert topic";
  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ["no tenant", {}, ROUTES, "it names no tenant"],
    ["an empty tenant", { tenant: "" }, ROUTES, "it names no tenant"],
    ["a tenant that can be none", { tenant: "../acme" }, ROUTES, "it names no tenant"],
    ["a tenant in capitals", { tenant: "ACME" }, ROUTES, "it names no tenant"],
    ["a tenant and a line break", { tenant: "acme\n" }, ROUTES, "it names no tenant"],
    ["a tenant without a route", { tenant: "acme" }, {}, "tenant acme has no route"],
    ["another tenant's topic", { tenant: "acme" }, { acme: ROUTES["globex"] ?? "" }, UNUSABLE],
    ["the central topic", { tenant: "acme" }, wrong(CENTRAL), UNUSABLE],
    ["a topic whose name only begins right", { tenant: "acme" }, wrong(`${ACME}-2`), UNUSABLE],
    ["an ARN and a line break", { tenant: "acme" }, wrong(`${ACME}\n`), UNUSABLE],
    ["a queue", { tenant: "acme" }, wrong(ACME.replace(":sns:", ":sqs:")), UNUSABLE],
    [
      "another host as the Region",
      { tenant: "acme" },
      wrong(ACME.replace("eu-central-1", "evil.example/x")),
      UNUSABLE,
    ],
    ["no ARN", { tenant: "acme" }, wrong(7), UNUSABLE],
    ["no JSON", { tenant: "acme" }, { acme: ACME }, UNUSABLE],
  ])("%s", async (_name, attributes, routes, reason) => {
    const { route, published, logged } = setUp((sent) =>
      sent.to.startsWith("ssm") ? parameter(sent.body, routes) : "usual",
    );
    await route(alertMessage(), attributes);
    expect(published().map(({ topicArn }) => topicArn)).toEqual([CENTRAL]);
    const [{ message } = { message: {} as Record<string, string> }] = published();
    expect(message["default"]?.split("\n\n").slice(0, 2)).toEqual([
      `${NOTE}${reason}.`,
      "[FIRING warning] acme: HighErrorRatio",
    ]);
    expect(message["https"]).toBe(JSON.stringify(alertMessage()));
    expect(logged().map(({ level, reason: why }) => [level, why])).toEqual([
      ["warn", reason],
      ["info", undefined],
    ]);
  });

  test.each<[string, AlertMessage]>([
    ["the group", alertMessage({ tenant: "globex" })],
    ["one alert", alertMessage({ alerts: [alert(), alert({ labels: { tenant: "globex" } })] })],
  ])("%s speaks of another tenant than the attribute", async (_name, message) => {
    const { route, published } = setUp();
    await route(message, { tenant: "acme" });
    expect(published().map(({ topicArn }) => topicArn)).toEqual([CENTRAL]);
    expect(published()[0]?.message["default"]).toContain("it is for tenant acme, but speaks of another");
  });

  test("critical ones once, not twice", async () => {
    const { route, publishedTo } = setUp();
    await route(alertMessage({ severity: "critical", tenant: "unknown", alerts: [] }));
    expect(publishedTo()).toEqual([CENTRAL]);
  });

  test("a topic that does not let the router in", async () => {
    const { route, published, network } = setUp(({ to }) =>
      to === "sns.eu-central-1"
        ? {
            status: 403,
            body: "<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>",
          }
        : "usual",
    );
    await route(alertMessage());
    expect(network.to("sns")).toHaveLength(2);
    expect(published()[1]?.message["default"]).toContain(
      `${NOTE}tenant acme could not be reached: SNS answered 403 AuthorizationError.`,
    );
  });
});

test("an event of something else is an error", async () => {
  const { handler } = setUp();
  for (const event of [undefined, {}, { Records: [] }, { Records: [{ s3: {} }] }]) {
    await expect(handler(event, context)).rejects.toThrow(/of SNS/);
  }
});

test("nothing of a message's body is logged", async () => {
  const { route, handler, lines } = setUp(({ to }) =>
    to === "sns.eu-central-1" ? { status: 403 } : "usual",
  );
  await route(alertMessage({ severity: "critical" }));
  await handler(snsEvent("secret text", { tenant: "secret tenant" }), context);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join("\n")).not.toMatch(/orders|6 %|HighErrorRatio|runbooks|secret/);
});
