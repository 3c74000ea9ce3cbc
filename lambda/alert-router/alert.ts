import type { AlertMessage, AlertOfMessage, AlertStatus, Severity } from "../../dashboards/rules/message";

type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What the alertmanager sent; undefined for every other text, which people then read as it is. */
export function parseAlertMessage(text: string): AlertMessage | undefined {
  const value = parseJson(text);
  if (!isRecord(value) || value["version"] !== 1 || !Array.isArray(value["alerts"])) return undefined;
  const status = statusOf(value["status"]);
  const severity = severityOf(value["severity"]);
  const alerts = (value["alerts"] as unknown[]).map(alertOf);
  if (status === undefined || severity === undefined || !alerts.every((alert) => alert !== undefined)) {
    return undefined;
  }
  const truncated = Number(value["truncated"] ?? 0);
  return {
    version: 1,
    status,
    alertname: textOf(value["alertname"]),
    tenant: textOf(value["tenant"]),
    severity,
    groupKey: textOf(value["groupKey"]),
    alerts,
    truncated: Number.isSafeInteger(truncated) && truncated > 0 ? truncated : 0,
  };
}

function alertOf(value: unknown): AlertOfMessage | undefined {
  if (!isRecord(value)) return undefined;
  const status = statusOf(value["status"]);
  if (status === undefined) return undefined;
  return {
    status,
    labels: textsOf(value["labels"]),
    annotations: { summary: "", description: "", runbook_url: "", ...textsOf(value["annotations"]) },
    startsAt: textOf(value["startsAt"]),
  };
}

const statusOf = (value: unknown): AlertStatus | undefined =>
  value === "firing" || value === "resolved" ? value : undefined;

const severityOf = (value: unknown): Severity | undefined =>
  value === "critical" || value === "warning" ? value : undefined;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

/** Every tenant that a message names, of the group or of one of its alerts. */
export const tenantsOf = ({ tenant, alerts }: AlertMessage): Set<string> =>
  new Set([tenant, ...alerts.map(({ labels }) => labels["tenant"] ?? "")].filter((name) => name !== ""));
