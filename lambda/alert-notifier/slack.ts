import { CallError, isPassingStatus } from "../alert-router/attempts";
import type { Post } from "../alert-router/post";
import { cut } from "../alert-router/text";
import type { Item, Notification } from "./notification";

export const SLACK_ORIGIN = "https://hooks.slack.com";

/** Slack's limits, in characters. */
const MAX_HEADER = 150;
/** Together with a link they stay below the 3,000 of a section. */
const MAX_TITLE = 600;
const MAX_TEXT = 1800;

const COLOURS = { critical: "#c4183c", warning: "#e8912d", info: "#4a6fa5", resolved: "#2eb67d" } as const;

/** Makes Slack show the text as it is: no mentions, links or entities of the text's own. */
const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** Escaped and cut: an entity that the cut goes through is left out. */
const shown = (text: string, limit: number): string =>
  cut(escaped(text), limit).replace(/&[a-z]{0,3}…$/, "…");

const mrkdwn = (text: string): object => ({ type: "section", text: { type: "mrkdwn", text } });

/** What an incoming webhook takes. */
export function slackBody(notification: Notification): object {
  const { title, state, severity, since, items, omitted } = notification;
  const blocks = [
    { type: "header", text: { type: "plain_text", text: cut(title, MAX_HEADER), emoji: false } },
    ...items.map(section),
    ...(omitted > 0 ? [mrkdwn(`${omitted} more are not shown.`)] : []),
    ...(since === undefined ? [] : [mrkdwn(`Since ${shown(since, MAX_TITLE)}`)]),
  ];
  return {
    text: escaped(cut(title, MAX_HEADER)),
    attachments: [{ color: state === "resolved" ? COLOURS.resolved : COLOURS[severity], blocks }],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function section({ title, text, link }: Item): object {
  const parts = [
    ...(title === "" ? [] : [`*${shown(title.replace(/\*/g, "∗").replace(/\s+/g, " "), MAX_TITLE)}*`]),
    ...(text === "" ? [] : [shown(text, MAX_TEXT)]),
    ...(link === undefined ? [] : [`<${escaped(link)}|Runbook>`]),
  ];
  // Slack refuses an empty section.
  return mrkdwn(parts.length === 0 ? "No details." : parts.join("\n"));
}

/**
 * The path of an incoming webhook. The address is a secret: whoever has it can write into the channel.
 * @throws CallError for every other address
 */
export function webhookPath(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isSlack =
    url?.origin === SLACK_ORIGIN &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (!isSlack || url.pathname === "/") {
    throw new CallError("the secret is not the address of a Slack webhook", false);
  }
  return url.pathname;
}

/**
 * One attempt.
 * @param post to {@link SLACK_ORIGIN}
 * @throws CallError
 */
export async function toSlack(
  post: Post,
  address: string,
  notification: Notification,
  limitMs: number,
): Promise<void> {
  const { status, retryAfterSeconds } = await post({
    target: webhookPath(address),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(slackBody(notification)),
    limitMs,
  });
  if (status !== 200)
    throw new CallError(`Slack answered ${status}`, isPassingStatus(status), retryAfterSeconds);
}
