import fc from "fast-check";
import { MAX_ALERTS, MAX_ANNOTATION, MAX_LABEL, type AlertMessage } from "../../dashboards/rules/message";
import { parseAlertMessage } from "../../lambda/alert-router/alert";
import { compose } from "../../lambda/alert-router/compose";
import { MAX_MESSAGE_BYTES, messageOf, publishForm } from "../../lambda/alert-router/publish";
import { readSettings } from "../../lambda/alert-router/settings";
import { alertText, headingOf, subjectLine } from "../../lambda/alert-router/text";
import { alert, alertMessage } from "./alert-support";

describe("a message of the alertmanager", () => {
  test("is read as it was written", () => {
    const message = alertMessage({ truncated: 3, alerts: [alert(), alert({ status: "resolved" })] });
    expect(parseAlertMessage(JSON.stringify(message))).toEqual(message);
  });

  test("may lack what people can do without", () => {
    const { alerts, ...rest } = alertMessage();
    const bare = { version: 1, status: "firing", severity: "warning", alerts: [{ status: "firing" }] };
    expect(parseAlertMessage(JSON.stringify(bare))).toEqual({
      ...rest,
      alertname: "",
      tenant: "",
      groupKey: "",
      alerts: [
        {
          ...{ status: "firing", labels: {}, startsAt: "" },
          annotations: { summary: "", description: "", runbook_url: "" },
        },
      ],
    });
    expect(alerts).toHaveLength(1);
  });

  test.each([
    ["no JSON", "firing: x"],
    ["a list", "[]"],
    ["null", "null"],
    ["another version", JSON.stringify({ ...alertMessage(), version: 2 })],
    ["another status", JSON.stringify({ ...alertMessage(), status: "pending" })],
    ["another severity", JSON.stringify({ ...alertMessage(), severity: "page" })],
    ["no list of alerts", JSON.stringify({ ...alertMessage(), alerts: {} })],
    ["an alert that is none", JSON.stringify({ ...alertMessage(), alerts: [alert(), "x"] })],
    ["a CloudWatch alarm", JSON.stringify({ AlarmName: "x", NewStateValue: "ALARM" })],
  ])("is not %s", (_name, text) => {
    expect(parseAlertMessage(text)).toBeUndefined();
  });
});

describe("subject", () => {
  test("is one line of at most 100 printable ASCII characters, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 300 }), (units) => {
        expect(subjectLine(String.fromCharCode(...units))).toMatch(
          /^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$/,
        );
      }),
    );
    expect(subjectLine("")).toBe("Alert");
  });

  test.each<[Partial<AlertMessage>, string]>([
    [{}, "[FIRING warning] acme: HighErrorRatio"],
    [{ severity: "critical", alerts: [alert(), alert()] }, "[FIRING critical] acme: HighErrorRatio (2)"],
    [{ alerts: [alert(), alert({ status: "resolved" })] }, "[FIRING warning] acme: HighErrorRatio"],
    [{ truncated: 7 }, "[FIRING warning] acme: HighErrorRatio (8)"],
    [{ status: "resolved", alerts: [alert({ status: "resolved" })] }, "[RESOLVED] acme: HighErrorRatio"],
    [{ tenant: "_fleet", alertname: "" }, "[FIRING warning] alerts"],
  ])("says what it is about: case %#", (over, heading) => {
    expect(headingOf(alertMessage(over))).toBe(heading);
  });
});

describe("text", () => {
  test("has the firing alerts first, and says how many are not shown", () => {
    const resolved = alert({ status: "resolved", labels: { alertname: "Old" }, startsAt: "" });
    const empty = { summary: "", description: "", runbook_url: "" };
    const alerts = [{ ...resolved, annotations: empty }, ...Array.from({ length: 20 }, () => alert())];
    const parts = alertText(alertMessage({ alerts, truncated: 2 })).split("\n\n");
    expect(parts).toHaveLength(22);
    expect(parts.slice(1, 21).every((part) => part.startsWith("Firing: orders fails\n"))).toBe(true);
    expect(parts.at(-1)).toBe("3 more of this group are not shown.");
    expect(alertText(alertMessage({ alerts: alerts.slice(0, 1) })).split("\n\n")[1]).toBe("Resolved: Old");
  });

  test("cuts what is too long", () => {
    const annotations = { summary: "s", description: "x".repeat(5000), runbook_url: "" };
    expect(alertText(alertMessage({ alerts: [alert({ annotations })] }))).toContain(
      `\n${"x".repeat(1999)}…\n`,
    );
  });
});

describe("what is published", () => {
  const record = { messageId: "m", subject: "s", message: "", attributes: {} };
  const big = (alerts: number, label: number): AlertMessage =>
    alertMessage({
      alerts: Array.from({ length: alerts }, () =>
        alert({
          labels: Object.fromEntries(
            Array.from({ length: 20 }, (_, index) => [`label_${index}`, '"'.repeat(label)]),
          ),
          annotations: {
            summary: "ä".repeat(MAX_ANNOTATION),
            description: "ä".repeat(MAX_ANNOTATION),
            runbook_url: `https://${"r".repeat(MAX_ANNOTATION)}`,
          },
        }),
      ),
    });

  test("fits, and counts what was left out, however much came", () => {
    for (const message of [big(MAX_ALERTS, MAX_LABEL), big(100, MAX_LABEL), big(3, 20_000)]) {
      const publication = compose(record, message, "note");
      const sent = messageOf(publication);
      expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      const { https = "", default: text = "" } = JSON.parse(sent) as Record<string, string>;
      const { alerts, truncated } = JSON.parse(https) as AlertMessage;
      expect(alerts.length + truncated).toBe(message.alerts.length);
      expect(truncated).toBeGreaterThan(0);
      expect(text).toMatch(/^note\n\n\[FIRING/);
      expect(text).toContain("more of this group are not shown.");
    }
  });

  test("a usual message loses nothing", () => {
    const message = alertMessage({ alerts: Array.from({ length: MAX_ALERTS }, () => alert()) });
    expect(compose(record, message).json).toBe(JSON.stringify(message));
  });

  test("text is cut between characters", () => {
    const { text, json } = compose({ ...record, message: "ä".repeat(200_000) }, undefined, "n");
    expect(json).toBeUndefined();
    expect(text).toMatch(/^n\n\nä+$/);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_MESSAGE_BYTES - 3);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  });

  test("has the form of SNS's Publish", () => {
    const form = publishForm("arn:x", {
      subject: "s & t",
      text: "ä=1",
      attributes: { tenant: { type: "String", value: "acme" }, n: { type: "Number", value: "1" } },
    });
    expect(Object.fromEntries(new URLSearchParams(form))).toEqual({
      Action: "Publish",
      Version: "2010-03-31",
      TopicArn: "arn:x",
      Subject: "s & t",
      Message: "ä=1",
      "MessageAttributes.entry.1.Name": "tenant",
      "MessageAttributes.entry.1.Value.DataType": "String",
      "MessageAttributes.entry.1.Value.StringValue": "acme",
      "MessageAttributes.entry.2.Name": "n",
      "MessageAttributes.entry.2.Value.DataType": "Number",
      "MessageAttributes.entry.2.Value.StringValue": "1",
    });
  });
});

describe("settings", () => {
  const right = {
    AWS_REGION: "eu-west-1",
    CENTRAL_TOPIC_ARN: "arn:aws:sns:eu-west-1:111111111111:tenantscope-alerts",
    ROUTE_PATH: "/tenantscope/alert-routes",
  };
  test("are read", () => {
    expect(readSettings(right)).toEqual({
      region: "eu-west-1",
      centralTopicArn: right.CENTRAL_TOPIC_ARN,
      routePath: right.ROUTE_PATH,
    });
  });
  test("are refused with everything that is wrong", () => {
    expect(() => readSettings({ CENTRAL_TOPIC_ARN: "x", ROUTE_PATH: "/a/" })).toThrow(
      /AWS_REGION must.*CENTRAL_TOPIC_ARN must.*ROUTE_PATH must/,
    );
  });
});
