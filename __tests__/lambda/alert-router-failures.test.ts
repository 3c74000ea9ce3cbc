import { ROUTE_MS } from "../../lambda/alert-router/routes";
import { ACME, CENTRAL, setUp } from "./alert-router-setup";
import { alertMessage, context, snsEvent, type Answers } from "./alert-support";

describe("failures that pass", () => {
  test.each<[string, ReturnType<Answers>]>([
    ["throttled with 429", { status: 429 }],
    ["throttled with 400", { status: 400, body: "<Code>Throttling</Code>" }],
    ["an error of the server", { status: 503 }],
    ["a connection that breaks", undefined],
  ])("%s: tried again, with growing pauses", async (_name, failure) => {
    let failures = 2;
    const { route, publishedTo, clock } = setUp(({ to }) => {
      if (to !== "sns.eu-central-1" || failures === 0) return "usual";
      failures -= 1;
      return failure;
    });
    await route(alertMessage());
    expect(publishedTo()).toEqual([ACME, ACME, ACME]);
    expect(clock.slept).toEqual([500, 1000]);
  });

  test("four attempts at most, then the central topic", async () => {
    const { route, publishedTo, clock } = setUp(({ to }) =>
      to === "sns.eu-central-1" ? { status: 500 } : "usual",
    );
    await route(alertMessage());
    expect(publishedTo()).toEqual([ACME, ACME, ACME, ACME, CENTRAL]);
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  test("however long the tenant's Region takes, there is time for the central topic", async () => {
    const setup = setUp(({ to, limitMs }) => {
      if (to !== "sns.eu-central-1") return "usual";
      setup.clock.time += limitMs * 8;
      return undefined;
    });
    const start = setup.clock.time;
    await setup.route(alertMessage());
    expect(setup.publishedTo()).toEqual([ACME, CENTRAL]);
    expect(setup.clock.time - start).toBeLessThan(60_000);
  });

  test("when the central topic fails as well, the function fails, so that the message is kept", async () => {
    const { route, logged } = setUp(({ to }) => (to.startsWith("sns") ? { status: 500 } : "usual"));
    await expect(route(alertMessage())).rejects.toThrow("1 of the messages could not be published");
    expect(logged().at(-1)).toEqual({
      level: "error",
      messageId: "m-1",
      message: "CallError: SNS answered 500",
    });
  });

  test("a copy that fails is tried again with the message, which reaches the tenant only once", async () => {
    let isDown = true;
    const { route, publishedTo } = setUp(({ to }) =>
      to === "sns.eu-west-1" && isDown ? { status: 403 } : "usual",
    );
    const message = alertMessage({ severity: "critical" });
    await expect(route(message)).rejects.toThrow();
    isDown = false;
    await route(message);
    expect(publishedTo()).toEqual([ACME, CENTRAL, CENTRAL]);
  });
});

describe("routes", () => {
  test("are asked for by the exact name, and known for a minute", async () => {
    const { route, network, clock, handler } = setUp();
    await route(alertMessage());
    await handler(snsEvent("text", { tenant: "acme" }, { messageId: "m-2" }), context);
    clock.time += ROUTE_MS - 1;
    await handler(snsEvent("text", { tenant: "acme" }, { messageId: "m-3" }), context);
    expect(network.to("ssm").map(({ headers, body }) => [headers["x-amz-target"], body])).toEqual([
      ["AmazonSSM.GetParameter", '{"Name":"/tenantscope/alert-routes/acme"}'],
    ]);
    clock.time += 1;
    await handler(snsEvent("text", { tenant: "acme" }, { messageId: "m-4" }), context);
    expect(network.to("ssm")).toHaveLength(2);
  });

  test("one that is gone is forgotten; one that cannot be read is as it was", async () => {
    let answer: ReturnType<Answers> | "usual" = "usual";
    const { handler, publishedTo, clock } = setUp(({ to }) => (to.startsWith("ssm") ? answer : "usual"));
    const next = async (messageId: string): Promise<string | undefined> => {
      clock.time += ROUTE_MS;
      await handler(snsEvent("text", { tenant: "acme" }, { messageId }), context);
      return publishedTo().at(-1);
    };
    expect(await next("1")).toBe(ACME);
    answer = { status: 400, body: '{"__type":"com.amazonaws.ssm#ThrottlingException"}' };
    expect(await next("2")).toBe(ACME);
    answer = { status: 400, body: '{"__type":"ParameterNotFound"}' };
    expect(await next("3")).toBe(CENTRAL);
    answer = { status: 500 };
    expect(await next("4")).toBe(CENTRAL);
    answer = { status: 400, body: '{"__type":"AccessDeniedException"}' };
    expect(await next("5")).toBe(CENTRAL);
  });
});
