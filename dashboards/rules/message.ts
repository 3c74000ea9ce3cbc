/**
 * What alertmanager sends to the routing topic: the contract with the router behind it. `alertmanager-template.ts`
 * writes it; the body of the SNS message is its JSON, at most 256 KB.
 */
export interface AlertMessage {
  readonly version: 1;
  /** `resolved` when no alert of the group fires any more. */
  readonly status: AlertStatus;
  readonly alertname: string;
  /** Name of a tenant, or {@link FLEET_WIDE}. */
  readonly tenant: string;
  readonly severity: Severity;
  /** The same for every message about one group of alerts, from its first to `resolved`. */
  readonly groupKey: string;
  readonly alerts: readonly AlertOfMessage[];
  /** How many further alerts of the group were left out. */
  readonly truncated: number;
}

export interface AlertOfMessage {
  readonly status: AlertStatus;
  /** `alertname` and `severity` among them, `tenant` and `service` where the alert has one. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: AlertAnnotations;
  /** RFC 3339, UTC. */
  readonly startsAt: string;
}

/** What every alert says to people; the last is the address of its page. */
export interface AlertAnnotations {
  readonly summary: string;
  readonly description: string;
  readonly runbook_url: string;
}

export type AlertStatus = "firing" | "resolved";
export type Severity = "critical" | "warning";

/** Attributes of the SNS message, for filters; none is ever empty. */
export const MESSAGE_ATTRIBUTES = ["alertname", "severity", "status", "tenant"] as const;

/** Stands for the tenant of an alert that concerns the fleet; no tenant can be called so. */
export const FLEET_WIDE = "_fleet";

/** Alerts in one message; with the limits below no message comes near SNS's 256 KB, whatever the labels say. */
export const MAX_ALERTS = 25;
/** Characters of a label and of an annotation. */
export const MAX_LABEL = 128;
export const MAX_ANNOTATION = 400;
