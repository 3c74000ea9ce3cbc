import type { Post } from "./post";
import { CallError, isPassingStatus } from "./attempts";

/** Attributes of a message that subscriptions filter by. */
export type Attributes = Readonly<Record<string, { readonly type: string; readonly value: string }>>;

export interface Publication {
  readonly subject: string;
  /** What every protocol gets that has nothing of its own. */
  readonly text: string;
  /** What programs get: HTTPS endpoints, functions and queues. @default the text */
  readonly json?: string;
  readonly attributes: Attributes;
}

const PROGRAMS = ["https", "lambda", "sqs"];

/** SNS refuses more than 256 KiB, attributes included. */
export const MAX_MESSAGE_BYTES = 240 * 1024;

/** What SNS is given as the message: structured where programs get something else than people. */
export const messageOf = ({ text, json }: Publication): string =>
  json === undefined
    ? text
    : JSON.stringify({ default: text, ...Object.fromEntries(PROGRAMS.map((protocol) => [protocol, json])) });

/** @returns the form that SNS's Publish takes */
export function publishForm(topicArn: string, publication: Publication): string {
  const { subject, json, attributes } = publication;
  const form = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: topicArn,
    Subject: subject,
    Message: messageOf(publication),
    ...(json === undefined ? {} : { MessageStructure: "json" }),
  });
  for (const [index, [name, { type, value }]] of Object.entries(attributes).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, type);
    form.set(`${entry}.Value.StringValue`, value);
  }
  return form.toString();
}

/**
 * One attempt to publish.
 * @throws CallError
 */
export async function publish(
  post: Post,
  topicArn: string,
  publication: Publication,
  limitMs: number,
): Promise<void> {
  const { status, body } = await post({
    target: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: publishForm(topicArn, publication),
    limitMs,
  });
  if (status === 200) return;
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? "";
  throw new CallError(
    `SNS answered ${status} ${code}`.trimEnd(),
    isPassingStatus(status) || code.startsWith("Throttl"),
  );
}
