import { createHash } from "node:crypto";
import type { AlertMessage } from "../../dashboards/rules/message";
import { isRecord, parseAlertMessage, parseJson } from "../alert-router/alert";
import type { SnsRecord } from "../alert-router/event";
import { cut, headingOf } from "../alert-router/text";

/** What is told, whatever it came from. */
export interface Notification {
  readonly title: string;
  /** `event`: something that happened and does not end; `unknown`: an alarm that has no data to judge by. */
  readonly state: "firing" | "resolved" | "event" | "unknown";
  readonly severity: "critical" | "warning" | "info";
  /** The same for everything about one trouble, at most 255 characters. */
  readonly key: string;
  /** RFC 3339; absent where the message does not say. */
  readonly since?: string;
  readonly items: readonly Item[];
  /** Items that are not in the list. */
  readonly omitted: number;
}

export interface Item {
  readonly title: string;
  readonly text: string;
  readonly link?: string;
}

/** Items that are shown: more than that nobody reads, and Slack takes 50 blocks. */
const MAX_ITEMS = 10;
const MAX_KEY = 255;

type Fields = Readonly<Record<string, unknown>>;

/** The alertmanager's groups, CloudWatch's alarms, events of EventBridge, and everything else as text. */
export function notificationOf(record: SnsRecord): Notification {
  const alerts = parseAlertMessage(record.message);
  if (alerts !== undefined) return ofAlerts(alerts, record);
  const fields = parseJson(record.message);
  if (isRecord(fields)) {
    const known = ofAlarm(fields) ?? ofEvent(fields);
    if (known !== undefined) return known;
  }
  return {
    title: record.subject.trim() === "" ? "Alert" : record.subject,
    state: "event",
    severity: "warning",
    key: record.messageId,
    items: [{ title: "", text: record.message }],
    omitted: 0,
  };
}

function ofAlerts(message: AlertMessage, record: SnsRecord): Notification {
  const { status, severity, alerts, truncated, tenant, groupKey } = message;
  const sorted = [...alerts].sort((a, b) => Number(a.status !== "firing") - Number(b.status !== "firing"));
  const shown = sorted.slice(0, MAX_ITEMS);
  const starts = alerts.map(({ startsAt }) => startsAt).filter((start) => start !== "");
  const [since] = starts.sort();
  return {
    title: headingOf(message),
    state: status,
    severity,
    key: keyOf(groupKey === "" ? record.messageId : `${tenant}/${groupKey}`),
    ...(since === undefined ? {} : { since }),
    items: shown.map(({ status: state, annotations, labels }) => ({
      title: `${state === "firing" ? "" : "Resolved: "}${annotations.summary === "" ? (labels["alertname"] ?? "") : annotations.summary}`,
      text: annotations.description,
      ...linkOf(annotations.runbook_url),
    })),
    omitted: alerts.length - shown.length + truncated,
  };
}

/** Only what a browser opens without doing anything, and no longer than an address is. */
const linkOf = (url: string): { readonly link?: string } =>
  /^https:\/\/[^\s<>|]{1,500}$/.test(url) ? { link: url } : {};

/** What CloudWatch publishes when an alarm changes its state. */
function ofAlarm(fields: Fields): Notification | undefined {
  const {
    AlarmName: name,
    NewStateValue: value,
    NewStateReason: reason,
    AlarmDescription: description,
  } = fields;
  if (typeof name !== "string" || typeof value !== "string") return undefined;
  const state = value === "ALARM" ? "firing" : value === "OK" ? "resolved" : "unknown";
  const since = fields["StateChangeTime"];
  return {
    title: `[${value}] ${name}`,
    state,
    severity: "warning",
    key: keyOf(typeof fields["AlarmArn"] === "string" ? fields["AlarmArn"] : name),
    ...(typeof since === "string" ? timeOf(since) : {}),
    items: [
      {
        title: typeof description === "string" ? description : "",
        text: typeof reason === "string" ? reason : "",
      },
    ],
    omitted: 0,
  };
}

/** CloudWatch writes +0000 where RFC 3339 wants a colon or Z. */
const timeOf = (text: string): { readonly since?: string } => {
  const time = new Date(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  return Number.isNaN(time.getTime()) ? {} : { since: time.toISOString() };
};

/** What EventBridge passes on. It says what happened, not that it is over. */
function ofEvent(fields: Fields): Notification | undefined {
  const { "detail-type": type, source, id, time, detail, resources } = fields;
  if (typeof type !== "string" || typeof source !== "string") return undefined;
  return {
    title: `${type} (${source})`,
    state: "event",
    severity: "warning",
    key: keyOf(typeof id === "string" ? id : `${source}/${type}`),
    ...(typeof time === "string" ? timeOf(time) : {}),
    items: [
      {
        title: Array.isArray(resources) ? resources.filter((arn) => typeof arn === "string").join(", ") : "",
        text: detail === undefined ? "" : cut(JSON.stringify(detail)),
      },
    ],
    omitted: 0,
  };
}

/** A key that is too long is its hash, so that two of them stay apart. */
const keyOf = (text: string): string =>
  text.length <= MAX_KEY ? text : createHash("sha256").update(text).digest("hex");
