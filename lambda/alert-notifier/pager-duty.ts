import { isRecord, parseJson } from "../alert-router/alert";
import { CallError, isPassingStatus } from "../alert-router/attempts";
import type { Post } from "../alert-router/post";
import { cut } from "../alert-router/text";
import type { Notification } from "./notification";

/** PagerDuty has two service regions; an account is in one of them. */
export const PAGER_DUTY_ORIGINS = {
  us: "https://events.pagerduty.com",
  eu: "https://events.eu.pagerduty.com",
} as const;
export type PagerDutyRegion = keyof typeof PAGER_DUTY_ORIGINS;

const MAX_SUMMARY = 1024;
/** PagerDuty takes 512 KB; nobody reads that much. */
const MAX_DETAIL = 4000;

export interface Integration {
  readonly key: string;
  readonly region: PagerDutyRegion;
}

/**
 * The secret: an integration key, or JSON `{"integrationKey": "...", "region": "us" | "eu"}`.
 * @throws CallError
 */
export function integrationOf(secret: string): Integration {
  const fields = parseJson(secret);
  const key = isRecord(fields) ? fields["integrationKey"] : secret;
  const region = (isRecord(fields) ? fields["region"] : undefined) ?? "us";
  if (typeof key === "string" && /^[A-Za-z0-9]{32}$/.test(key) && (region === "us" || region === "eu")) {
    return { key, region };
  }
  throw new CallError("the secret is not a PagerDuty integration key", false);
}

/**
 * An event of the Events API v2.
 * @returns undefined for an alarm that has no data: that neither begins a trouble nor ends one
 */
export function pagerDutyEvent(tenant: string, key: string, notification: Notification): object | undefined {
  const { state, title, severity, since, items, omitted } = notification;
  const common = { routing_key: key, dedup_key: notification.key };
  if (state === "resolved") return { ...common, event_action: "resolve" };
  if (state === "unknown") return undefined;
  const links = [...new Set(items.flatMap(({ link }) => (link === undefined ? [] : [link])))];
  return {
    ...common,
    event_action: "trigger",
    payload: {
      summary: cut(title, MAX_SUMMARY),
      source: tenant,
      severity,
      ...(since === undefined ? {} : { timestamp: since }),
      custom_details: {
        alerts: items.map((item) => ({
          title: cut(item.title, MAX_DETAIL),
          text: cut(item.text, MAX_DETAIL),
        })),
        ...(omitted > 0 ? { omitted } : {}),
      },
    },
    links: links.map((href) => ({ href, text: "Runbook" })),
  };
}

/**
 * One attempt.
 * @param post to the origin of a service region
 * @throws CallError
 */
export async function toPagerDuty(
  post: (region: PagerDutyRegion) => Post,
  secret: string,
  { tenant, notification }: { readonly tenant: string; readonly notification: Notification },
  limitMs: number,
): Promise<void> {
  const { key, region } = integrationOf(secret);
  const event = pagerDutyEvent(tenant, key, notification);
  if (event === undefined) return;
  const { status, retryAfterSeconds } = await post(region)({
    target: "/v2/enqueue",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
    limitMs,
  });
  if (status !== 202) {
    throw new CallError(`PagerDuty answered ${status}`, isPassingStatus(status), retryAfterSeconds);
  }
}
