import type { AlertMessage, AlertOfMessage } from "../../dashboards/rules/message";
import { CallError, type Clock } from "../../lambda/alert-router/attempts";
import type { AwsPost, Post, PostAnswer, PostRequest } from "../../lambda/alert-router/post";

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
  time = Date.parse("2026-11-21T03:00:00Z");
  readonly slept: number[] = [];

  now = (): number => this.time;
  sleep = (ms: number): Promise<void> => {
    this.slept.push(ms);
    this.time += ms;
    return Promise.resolve();
  };
  random = (): number => 1;
}

export interface Sent extends PostRequest {
  /** `sns.eu-west-1`, `Slack`. */
  readonly to: string;
}

export type Answers = (sent: Sent) => Partial<PostAnswer> | undefined;

/** What answers instead of the network; no answer is a connection that breaks. */
export class FakeNetwork {
  readonly sent: Sent[] = [];

  constructor(public answers: Answers) {}

  post =
    (to: string): Post =>
    (request) => {
      const sent = { to, ...request };
      this.sent.push(sent);
      const answer = this.answers(sent);
      if (answer === undefined)
        return Promise.reject(new CallError(`${to} cannot be reached (ECONNRESET)`, true));
      return Promise.resolve({ status: 200, body: "", retryAfterSeconds: 0, ...answer });
    };

  aws: AwsPost = (service, region) => this.post(`${service}.${region}`);

  to = (name: string): Sent[] => this.sent.filter(({ to }) => to.startsWith(name));
}

export interface Published {
  readonly region: string;
  readonly topicArn: string;
  readonly subject: string;
  /** Of each protocol; only `default` for a message without structure. */
  readonly message: Readonly<Record<string, string>>;
  readonly isStructured: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What was asked of SNS. */
export function publishedIn({ to, body }: Sent): Published {
  const form = new URLSearchParams(body);
  const text = (name: string): string => form.get(name) ?? "";
  const isStructured = text("MessageStructure") === "json";
  const attributes: Record<string, string> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const entry = `MessageAttributes.entry.${index}`;
    attributes[text(`${entry}.Name`)] =
      `${text(`${entry}.Value.DataType`)} ${text(`${entry}.Value.StringValue`)}`;
  }
  return {
    region: to.replace("sns.", ""),
    topicArn: text("TopicArn"),
    subject: text("Subject"),
    message: isStructured
      ? (JSON.parse(text("Message")) as Record<string, string>)
      : { default: text("Message") },
    isStructured,
    attributes,
  };
}

export const alert = (over: Partial<AlertOfMessage> = {}): AlertOfMessage => ({
  status: "firing",
  labels: { alertname: "HighErrorRatio", severity: "warning", tenant: "acme", service: "orders" },
  annotations: {
    summary: "orders fails",
    description: "6 % of the requests fail.",
    runbook_url: "https://runbooks.example/high-error-ratio.md",
  },
  startsAt: "2026-11-21T02:55:00Z",
  ...over,
});

export const alertMessage = (over: Partial<AlertMessage> = {}): AlertMessage => ({
  version: 1,
  status: "firing",
  alertname: "HighErrorRatio",
  tenant: "acme",
  severity: "warning",
  groupKey: '{}:{tenant="acme", alertname="HighErrorRatio"}',
  alerts: [alert()],
  truncated: 0,
  ...over,
});

/** An event as Lambda gets it from SNS. */
export const snsEvent = (
  message: unknown,
  attributes: Readonly<Record<string, string>> = {},
  { messageId = "m-1", subject }: { readonly messageId?: string; readonly subject?: string } = {},
): object => ({
  Records: [
    {
      EventSource: "aws:sns",
      Sns: {
        MessageId: messageId,
        TopicArn: "arn:aws:sns:eu-west-1:111111111111:tenantscope-alert-routing",
        Subject: subject ?? null,
        Message: typeof message === "string" ? message : JSON.stringify(message),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]),
        ),
      },
    },
  ],
});

export const attributesOf = ({
  tenant,
  severity,
  status,
  alertname,
}: AlertMessage): Record<string, string> => ({
  tenant,
  severity,
  status,
  alertname,
});

export const context = { getRemainingTimeInMillis: (): number => 60_000 };
