import fc from "fast-check";
import type { SnsRecord } from "../../lambda/alert-router/event";
import { notificationOf, type Notification } from "../../lambda/alert-notifier/notification";
import { pagerDutyEvent } from "../../lambda/alert-notifier/pager-duty";
import { slackBody } from "../../lambda/alert-notifier/slack";
import { alert, alertMessage } from "./alert-support";

const KEY = "k".repeat(32);
const recordOf = (message: unknown, subject = ""): SnsRecord => ({
  messageId: "m-1",
  subject,
  message: typeof message === "string" ? message : JSON.stringify(message),
  attributes: {},
});
const told = (message: unknown, subject?: string): Notification => notificationOf(recordOf(message, subject));
const paged = (message: unknown): unknown => pagerDutyEvent("acme", KEY, told(message));

/** As CloudWatch publishes it. */
const ALARM = {
  AlarmName: "tenantscope-acme-orders-sidecar",
  AlarmDescription: "The sidecar of orders has stopped",
  AWSAccountId: "222222222222",
  NewStateValue: "ALARM",
  NewStateReason: "Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.0).",
  StateChangeTime: "2026-11-21T02:55:00.123+0000",
  Region: "EU (Ireland)",
  AlarmArn: "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:tenantscope-acme-orders-sidecar",
  OldStateValue: "OK",
  Trigger: { MetricName: "Stopped" },
};
/** As EventBridge passes it on. */
const EVENT = {
  version: "0",
  id: "e-1",
  "detail-type": "ECS Task State Change",
  source: "aws.ecs",
  account: "222222222222",
  time: "2026-11-21T02:55:00Z",
  region: "eu-west-1",
  resources: ["arn:aws:ecs:eu-west-1:222222222222:task/t"],
  detail: { lastStatus: "STOPPED" },
};

describe("what comes through the topic", () => {
  test("alerts: firing ones first, ten at most, one key for the group", () => {
    const resolved = alert({ status: "resolved", startsAt: "2026-11-21T01:00:00Z" });
    const message = alertMessage({
      severity: "critical",
      alerts: [resolved, ...Array.from({ length: 11 }, () => alert())],
      truncated: 5,
    });
    const { items, ...rest } = told(message);
    expect(rest).toEqual({
      title: "[FIRING critical] acme: HighErrorRatio (16)",
      state: "firing",
      severity: "critical",
      key: `acme/${message.groupKey}`,
      since: "2026-11-21T01:00:00Z",
      omitted: 7,
    });
    expect(items).toEqual(
      Array.from({ length: 10 }, () => ({
        title: "orders fails",
        text: "6 % of the requests fail.",
        link: "https://runbooks.example/high-error-ratio.md",
      })),
    );
    const over = { ...message, status: "resolved" as const, alerts: [resolved] };
    expect(told(over)).toMatchObject({
      state: "resolved",
      key: rest.key,
      items: [{ title: "Resolved: orders fails" }],
    });
  });

  test("a key that is too long is shortened, and stays its own", () => {
    const long = "x".repeat(300);
    const keys = [long, `${long}y`, long].map((groupKey) => told(alertMessage({ groupKey })).key);
    expect(keys.map((key) => key.length)).toEqual([64, 64, 64]);
    expect([keys[0] === keys[1], keys[0] === keys[2]]).toEqual([false, true]);
  });

  test.each([
    `https://${"x".repeat(501)}`,
    "http://x",
    "javascript:alert(1)",
    "https://x|y",
    "https://x>y",
    "https://x y",
    "",
  ])("a runbook at %j is no link", (runbook_url) => {
    const { annotations } = alert();
    const alerts = [alert({ annotations: { ...annotations, runbook_url } })];
    expect(told(alertMessage({ alerts })).items[0]).not.toHaveProperty("link");
  });

  test("an alarm of CloudWatch", () => {
    expect(told(ALARM)).toEqual({
      title: "[ALARM] tenantscope-acme-orders-sidecar",
      state: "firing",
      severity: "warning",
      key: ALARM.AlarmArn,
      since: "2026-11-21T02:55:00.123Z",
      items: [{ title: ALARM.AlarmDescription, text: ALARM.NewStateReason }],
      omitted: 0,
    });
    expect(told({ ...ALARM, NewStateValue: "OK" })).toMatchObject({ state: "resolved", key: ALARM.AlarmArn });
    expect(told({ ...ALARM, NewStateValue: "INSUFFICIENT_DATA" }).state).toBe("unknown");
    expect(
      told({ AlarmName: "x", NewStateValue: "ALARM", AlarmDescription: null, StateChangeTime: "?" }),
    ).toEqual({
      title: "[ALARM] x",
      state: "firing",
      severity: "warning",
      key: "x",
      items: [{ title: "", text: "" }],
      omitted: 0,
    });
  });

  test("an event of EventBridge", () => {
    expect(told(EVENT)).toEqual({
      title: "ECS Task State Change (aws.ecs)",
      state: "event",
      severity: "warning",
      key: "e-1",
      since: "2026-11-21T02:55:00.000Z",
      items: [{ title: EVENT.resources[0], text: '{"lastStatus":"STOPPED"}' }],
      omitted: 0,
    });
  });

  test.each(["plain text", "[1]", '{"some":"json"}', "null"])("everything else is text: %s", (text) => {
    expect(told(text, "Subject")).toEqual({
      title: "Subject",
      state: "event",
      severity: "warning",
      key: "m-1",
      items: [{ title: "", text }],
      omitted: 0,
    });
    expect(told(text).title).toBe("Alert");
  });
});

describe("PagerDuty", () => {
  test("an alert triggers, and resolves what it triggered", () => {
    const message = alertMessage();
    expect(paged(message)).toEqual({
      routing_key: KEY,
      dedup_key: `acme/${message.groupKey}`,
      event_action: "trigger",
      payload: {
        summary: "[FIRING warning] acme: HighErrorRatio",
        source: "acme",
        severity: "warning",
        timestamp: "2026-11-21T02:55:00Z",
        custom_details: { alerts: [{ title: "orders fails", text: "6 % of the requests fail." }] },
      },
      links: [{ href: "https://runbooks.example/high-error-ratio.md", text: "Runbook" }],
    });
    expect(paged({ ...message, status: "resolved" })).toEqual({
      routing_key: KEY,
      dedup_key: `acme/${message.groupKey}`,
      event_action: "resolve",
    });
  });

  test("alarms trigger and resolve, without data they do neither; events and text trigger", () => {
    const action = (message: unknown): unknown =>
      (paged(message) as { event_action?: string } | undefined)?.event_action;
    expect(action(ALARM)).toBe("trigger");
    expect(action({ ...ALARM, NewStateValue: "OK" })).toBe("resolve");
    expect(paged({ ...ALARM, NewStateValue: "INSUFFICIENT_DATA" })).toBeUndefined();
    expect([action(EVENT), action("text")]).toEqual(["trigger", "trigger"]);
  });

  test("keeps PagerDuty's limits", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.integer({ min: 1, max: 3000 }), (text, times) => {
        const event = pagerDutyEvent("acme", KEY, told(text.repeat(times), text.repeat(times))) as {
          dedup_key: string;
          payload: { summary: string };
        };
        expect(event.payload.summary.length).toBeLessThanOrEqual(1024);
        expect(event.dedup_key.length).toBeLessThanOrEqual(255);
        expect(JSON.stringify(event).length).toBeLessThan(100_000);
      }),
    );
  });
});

interface Block {
  readonly type: string;
  readonly text: { readonly type: string; readonly text: string };
}
interface SlackBody {
  readonly text: string;
  readonly attachments: readonly { readonly color: string; readonly blocks: readonly Block[] }[];
}

describe("Slack", () => {
  const posted = (notification: Notification): SlackBody => slackBody(notification) as SlackBody;

  test("has a heading, a section for each alert with its runbook, and when it began", () => {
    expect(slackBody(told(alertMessage({ truncated: 2 })))).toEqual({
      text: "[FIRING warning] acme: HighErrorRatio (3)",
      attachments: [
        {
          color: "#e8912d",
          blocks: [
            {
              type: "header",
              text: { type: "plain_text", text: "[FIRING warning] acme: HighErrorRatio (3)", emoji: false },
            },
            {
              type: "section",
              text: {
                type: "mrkdwn",
                text: "*orders fails*\n6 % of the requests fail.\n<https://runbooks.example/high-error-ratio.md|Runbook>",
              },
            },
            { type: "section", text: { type: "mrkdwn", text: "2 more are not shown." } },
            { type: "section", text: { type: "mrkdwn", text: "Since 2026-11-21T02:55:00Z" } },
          ],
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  test("shows by its colour what is bad, worse, and over", () => {
    const colour = (over: object): unknown => posted(told(alertMessage(over))).attachments[0]?.color;
    expect([
      colour({}),
      colour({ severity: "critical" }),
      colour({ severity: "critical", status: "resolved" }),
    ]).toEqual(["#e8912d", "#c4183c", "#2eb67d"]);
  });

  test("calls nobody and links nowhere because of what an alert says", () => {
    const annotations = {
      summary: "*<!channel>* & <@U1>",
      description: "<https://evil.example|Runbook>",
      runbook_url: "",
    };
    const { text } = posted(told(alertMessage({ alertname: "<!here>", alerts: [alert({ annotations })] })));
    expect(text).toBe("[FIRING warning] acme: &lt;!here&gt;");
    const [, section] =
      posted(told(alertMessage({ alerts: [alert({ annotations })] }))).attachments[0]?.blocks ?? [];
    expect(section?.text.text).toBe(
      "*∗&lt;!channel&gt;∗ &amp; &lt;@U1&gt;*\n&lt;https://evil.example|Runbook&gt;",
    );
  });

  test("keeps Slack's limits, whatever comes", () => {
    const text = fc.string({ unit: fc.constantFrom("<", "&", "x", "*", "\n"), maxLength: 4000 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 30 }), (summary, description, count) => {
        const annotations = { summary, description, runbook_url: "https://runbooks.example/x.md" };
        const alerts = Array.from({ length: count }, () => alert({ annotations }));
        const blocks =
          posted(told(alertMessage({ alertname: summary, alerts }))).attachments[0]?.blocks ?? [];
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const { type, text: shown } of blocks) {
          expect(shown.text.length).toBeLessThanOrEqual(type === "header" ? 150 : 3000);
          expect(shown.text.length).toBeGreaterThan(0);
          if (type === "header") continue;
          // Whole entities, whole links.
          expect(shown.text).not.toMatch(
            /&(?!amp;|lt;|gt;)|<(?!https:\/\/runbooks\.example\/x\.md\|Runbook>)/,
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  test("an alert without words still has a section", () => {
    const empty = { summary: "", description: "", runbook_url: "" };
    const blocks = posted(told(alertMessage({ alerts: [alert({ labels: {}, annotations: empty })] })))
      .attachments[0]?.blocks;
    expect(blocks?.[1]?.text.text).toBe("No details.");
  });
});
