import { parse } from "yaml";
import {
  alertmanagerConfig,
  alertmanagerDefinition,
  TEMPLATE_FILE,
} from "../../dashboards/rules/alertmanager";
import { ATTRIBUTES, MESSAGE_BODY } from "../../dashboards/rules/alertmanager-template";
import { MAX_ALERTS, type AlertMessage } from "../../dashboards/rules/message";
import { installTools } from "../tools/tools";
import { runWith } from "./promtool";

const { amtool } = installTools();

const TOPIC = "arn:aws:sns:eu-west-1:111111111111:tenantscope-alert-routing";
const REFERENCE = "${aws_sns_topic.routing.arn}";

/** What AMP makes of the definition after Terraform put in the reference. */
const unwrapped = (): { template: string; config: string } => {
  const definition = alertmanagerDefinition({ topicArn: REFERENCE, region: "eu-west-1" });
  const rendered = definition.replaceAll(REFERENCE, () => TOPIC);
  expect(rendered).not.toMatch(/[$%]\{/);
  const { template_files: templates, alertmanager_config: config } = parse(rendered) as {
    template_files: Record<string, string>;
    alertmanager_config: string;
  };
  expect(Object.keys(templates)).toEqual([TEMPLATE_FILE]);
  return { template: templates[TEMPLATE_FILE] ?? "", config };
};

const files = (): Record<string, string> => {
  const { template, config } = unwrapped();
  return { "alertmanager.yml": config, [TEMPLATE_FILE]: template };
};

test("the unwrapped configuration is the one that is rendered, and alertmanager takes it", () => {
  expect(unwrapped().config).toBe(alertmanagerConfig({ topicArn: TOPIC, region: "eu-west-1" }));
  const said = runWith(files(), amtool, ["check-config", "alertmanager.yml"]);
  expect(said).toContain("SUCCESS");
  expect(said).toMatch(/- 4 inhibit rules\n - 1 receivers\n - 1 templates/);
});

test.each([
  ["a critical alert", ["alertname=TenantSilent", "severity=critical", "tenant=acme"]],
  ["a warning", ["alertname=CpuSaturated", "severity=warning", "tenant=acme", "service=orders"]],
  ["one of the fleet", ["alertname=ManyTenantsSilent", "severity=critical"]],
  ["one that nobody thought of", ["alertname=Strange"]],
])("%s goes to the routing topic", (_name, labels) => {
  const args = ["config", "routes", "test", "--config.file=alertmanager.yml", ...labels];
  expect(runWith(files(), amtool, args).trim()).toBe("routing-topic");
});

test("critical alerts and warnings have routes of their own", () => {
  const route = (...labels: string[]): string =>
    runWith(files(), amtool, [
      "config",
      "routes",
      "test",
      "--tree",
      "--config.file=alertmanager.yml",
      ...labels,
    ]);
  expect(route("severity=critical")).toContain('{severity="critical"}');
  expect(route("severity=warning")).toContain('{severity="warning"}');
  expect(route("severity=warning")).not.toContain("critical");
});

interface Template {
  readonly alerts: readonly Readonly<Record<string, unknown>>[];
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly status: string;
}

/** What alertmanager writes for a group; its templates run in Go as they do there. */
const render = (text: string, data: Template): string =>
  runWith({ ...files(), "data.json": JSON.stringify({ receiver: "routing-topic", ...data }) }, amtool, [
    "template",
    "render",
    `--template.glob=${TEMPLATE_FILE}`,
    "--template.data=data.json",
    `--template.text=${text}`,
  ]);
const message = (data: Template): AlertMessage => JSON.parse(render(MESSAGE_BODY, data)) as AlertMessage;

const TEXTS = { summary: "s", description: "d", runbook_url: "https://runbooks.example/CpuSaturated.md" };
const STARTED = "2026-11-21T07:14:55.123456789+01:00";
const LABELS = { alertname: "CpuSaturated", service: "orders", severity: "warning", tenant: "acme" };
const group = (...alerts: Readonly<Record<string, unknown>>[]): Template => ({
  status: "firing",
  groupLabels: { alertname: "CpuSaturated", service: "orders", tenant: "acme" },
  commonLabels: LABELS,
  alerts,
});
const firing = (labels: Readonly<Record<string, string>>, annotations: object = TEXTS) => ({
  status: "firing",
  labels,
  annotations,
  startsAt: STARTED,
});

/** As Go counts them. */
const characters = (text = ""): number => Array.from(text).length;

describe("the message", () => {
  test("has exactly the fields that the router reads", () => {
    const resolved = { ...firing(LABELS), status: "resolved" };
    expect(message(group(firing(LABELS), resolved))).toEqual({
      version: 1,
      status: "firing",
      alertname: "CpuSaturated",
      tenant: "acme",
      severity: "warning",
      groupKey: "acme/CpuSaturated/orders/warning",
      alerts: ["firing", "resolved"].map((status) => ({
        status,
        labels: LABELS,
        annotations: TEXTS,
        startsAt: "2026-11-21T06:14:55Z",
      })),
      truncated: 0,
    });
  });

  test("of an alert without tenant, service or texts is whole as well", () => {
    const bare = { alertname: "ManyTenantsSilent", severity: "critical" };
    const data: Template = {
      status: "resolved",
      groupLabels: { alertname: "ManyTenantsSilent" },
      commonLabels: bare,
      alerts: [firing(bare, {})],
    };
    expect(message(data)).toEqual({
      version: 1,
      status: "resolved",
      alertname: "ManyTenantsSilent",
      tenant: "_fleet",
      severity: "critical",
      groupKey: "_fleet/ManyTenantsSilent//critical",
      alerts: [
        {
          status: "firing",
          labels: bare,
          annotations: { summary: "", description: "", runbook_url: "" },
          startsAt: "2026-11-21T06:14:55Z",
        },
      ],
      truncated: 0,
    });
  });

  const awkward = {
    quote: "a \"b\" 'c'",
    newline: "a\nb\r\nc\td",
    backslash: "C:\\new\\u0041",
    markup: "<b>&amp;</b> {{ .Status }} ${x} %{y}",
    letters: "Grüße, 東京, é, 😀",
  };
  test.each(Object.entries(awkward))(
    "with a %s in labels and texts is the same text in JSON",
    (_name, text) => {
      const labels = { ...LABELS, exporter: text };
      const [alert] = message(group(firing(labels, { ...TEXTS, description: text }))).alerts;
      expect(alert?.labels).toEqual(labels);
      expect(alert?.annotations.description).toBe(text);
    },
  );

  test("has a space for what has no letter", () => {
    const controls = "a\u0000b\u0007c\u000bd\u001be\u007ff\u0085g\u200bh\ufeffi\ufffdj\u{e0001}k";
    const [alert] = message(group(firing({ ...LABELS, exporter: controls }))).alerts;
    expect(alert?.labels["exporter"]).toBe("a b c d e f g h i j k");
  });

  test("is cut to what SNS takes, and says so", () => {
    const long = '"\\😀'.repeat(1000);
    const many = Array.from({ length: 300 }, (_, index) =>
      firing(
        { ...LABELS, exporter: `${index}${long}`, reason: long, signal: long, window: long },
        { summary: long, description: long, runbook_url: long },
      ),
    );
    const body = render(MESSAGE_BODY, group(...many));
    expect(Buffer.byteLength(body)).toBeLessThan(256 * 1024);
    const { alerts, truncated } = JSON.parse(body) as AlertMessage;
    expect([alerts.length, truncated]).toEqual([MAX_ALERTS, 300 - MAX_ALERTS]);
    expect(characters(alerts[0]?.labels["reason"])).toBe(128);
    expect(characters(alerts[0]?.annotations.description)).toBe(400);
  });
});

test("no attribute is ever empty", () => {
  const attributes = (data: Template): Record<string, string> =>
    Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, text]) => [name, render(text, data).trim()]));
  expect(attributes(group(firing(LABELS)))).toEqual({
    alertname: "CpuSaturated",
    severity: "warning",
    status: "firing",
    tenant: "acme",
  });
  expect(attributes({ status: "firing", groupLabels: {}, commonLabels: {}, alerts: [firing({})] })).toEqual({
    alertname: "unknown",
    severity: "warning",
    status: "firing",
    tenant: "_fleet",
  });
});
