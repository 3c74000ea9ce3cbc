import { CallError, persist, type Clock } from "../alert-router/attempts";
import { Delivered } from "../alert-router/delivered";
import { snsRecords, type SnsRecord } from "../alert-router/event";
import type { AwsPost, Post } from "../alert-router/post";
import type { LambdaContext } from "../alert-router/router";
import { notificationOf } from "./notification";
import { toPagerDuty, type PagerDutyRegion } from "./pager-duty";
import { secrets } from "./secrets";
import type { Settings } from "./settings";
import { toSlack } from "./slack";

export interface NotifierParts {
  readonly settings: Settings;
  readonly aws: AwsPost;
  readonly slack: Post;
  readonly pagerDuty: (region: PagerDutyRegion) => Post;
  readonly clock: Clock;
  /** Writes a line of the log. */
  readonly write: (line: string) => void;
}

export type NotifierHandler = (event: unknown, context: LambdaContext) => Promise<void>;

interface Target {
  readonly name: "PagerDuty" | "Slack";
  readonly secretArn: string;
  readonly attempt: (secret: string, record: SnsRecord, limitMs: number) => Promise<void>;
}

const MARGIN_MS = 1000;

/**
 * Tells Slack and PagerDuty what comes through the tenant's topic.
 * @throws when one of them could not be told, so that the message is tried again and then kept
 */
export function notifierHandler(parts: NotifierParts): NotifierHandler {
  const { settings, aws, clock, write } = parts;
  const known = secrets(aws, clock);
  const delivered = new Delivered();
  const { tenant, slackSecretArn, pagerDutySecretArn } = settings;
  // Whoever is woken up comes first.
  const targets: readonly Target[] = [
    ...(pagerDutySecretArn === undefined
      ? []
      : [
          {
            name: "PagerDuty",
            secretArn: pagerDutySecretArn,
            attempt: (secret, record, limitMs) =>
              toPagerDuty(parts.pagerDuty, secret, { tenant, notification: notificationOf(record) }, limitMs),
          } satisfies Target,
        ]),
    ...(slackSecretArn === undefined
      ? []
      : [
          {
            name: "Slack",
            secretArn: slackSecretArn,
            attempt: (secret, record, limitMs) =>
              toSlack(parts.slack, secret, notificationOf(record), limitMs),
          } satisfies Target,
        ]),
  ];

  async function deliver({ secretArn, attempt }: Target, record: SnsRecord, deadline: number): Promise<void> {
    const once = async (): Promise<void> => {
      const secret = await persist(clock, deadline, (limitMs) => known.read(secretArn, limitMs));
      await persist(clock, deadline, (limitMs) => attempt(secret, record, limitMs));
    };
    try {
      await once();
    } catch (error) {
      const isRefused = error instanceof CallError && !error.isPassing;
      // An address that was replaced is refused.
      if (!isRefused || !known.forget(secretArn)) throw error;
      await once();
    }
  }

  return async (event, context) => {
    const end = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
    const failed = new Set<string>();
    const pairs = snsRecords(event).flatMap((record) => targets.map((target) => ({ record, target })));
    for (const [index, { record, target }] of pairs.entries()) {
      const about = { messageId: record.messageId, target: target.name };
      // What is not to be reached leaves the others their share of the time.
      const deadline = clock.now() + (end - clock.now()) / (pairs.length - index);
      try {
        await delivered.once(record.messageId, target.name, () => deliver(target, record, deadline));
        write(JSON.stringify({ level: "info", ...about, message: "delivered" }));
      } catch (error) {
        failed.add(target.name);
        // Only our own errors are known to name no address.
        const reason = error instanceof CallError ? error.message : "an unexpected error";
        write(JSON.stringify({ level: "error", ...about, message: reason }));
      }
    }
    if (failed.size > 0) throw new Error(`${[...failed].join(" and ")} could not be told`);
  };
}
