import { FLEET_WIDE, type AlertMessage, type AlertOfMessage } from "../../dashboards/rules/message";

/** SNS takes no longer subject. */
export const MAX_SUBJECT = 100;
/** Alerts that a text describes; the others are counted. */
const MAX_DESCRIBED = 20;
/** Of one annotation, in characters. */
const MAX_ANNOTATION = 2000;

/** Labels that the heading says already, or that the words of the annotations say. */
const SAID = ["alertname", "tenant", "severity", "__name__"];

/** One line of printable ASCII, as SNS wants a subject: it becomes a header of an email. */
export function subjectLine(text: string): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/g, "?")
    .trim();
  return (line === "" ? "Alert" : line).slice(0, MAX_SUBJECT).trimEnd();
}

/** How many alerts fire, or were resolved when none does. */
const countOf = ({ alerts, status, truncated }: AlertMessage): number =>
  alerts.filter((alert) => alert.status === status).length + truncated;

export function headingOf(message: AlertMessage): string {
  const { status, severity, tenant, alertname } = message;
  const state = status === "firing" ? `FIRING ${severity}` : "RESOLVED";
  const who = tenant === "" || tenant === FLEET_WIDE ? "" : `${tenant}: `;
  const count = countOf(message);
  return `[${state}] ${who}${alertname === "" ? "alerts" : alertname}${count > 1 ? ` (${count})` : ""}`;
}

/** What a person reads in an email: plain text, firing alerts first. */
export function alertText(message: AlertMessage): string {
  const sorted = [...message.alerts].sort(
    (a, b) => Number(a.status !== "firing") - Number(b.status !== "firing"),
  );
  const omitted = sorted.length - Math.min(sorted.length, MAX_DESCRIBED) + message.truncated;
  return [
    headingOf(message),
    ...sorted.slice(0, MAX_DESCRIBED).map(describe),
    ...(omitted > 0 ? [`${omitted} more of this group are not shown.`] : []),
  ].join("\n\n");
}

function describe(alert: AlertOfMessage): string {
  const { status, labels, annotations, startsAt } = alert;
  const { summary, description, runbook_url: runbook } = annotations;
  return [
    `${status === "firing" ? "Firing" : "Resolved"}: ${cut(summary === "" ? (labels["alertname"] ?? "alert") : summary)}`,
    ...(description === "" ? [] : [cut(description)]),
    ...(startsAt === "" ? [] : [`Since: ${startsAt}`]),
    ...labelLines(alert),
    ...(runbook === "" ? [] : [`Runbook: ${cut(runbook)}`]),
  ].join("\n");
}

function labelLines({ labels }: AlertOfMessage): string[] {
  const shown = Object.entries(labels).filter(([name]) => !SAID.includes(name));
  return shown.length === 0
    ? []
    : [`Labels: ${cut(shown.map(([name, value]) => `${name}=${value}`).join(", "))}`];
}

export const cut = (text: string, limit: number = MAX_ANNOTATION): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
