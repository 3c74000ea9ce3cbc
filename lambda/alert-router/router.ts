import { FLEET_WIDE, type AlertMessage } from "../../dashboards/rules/message";
import { parseAlertMessage, tenantsOf } from "./alert";
import { CallError, persist, type Clock } from "./attempts";
import { compose } from "./compose";
import { Delivered } from "./delivered";
import { snsRecords, type SnsRecord } from "./event";
import type { AwsPost } from "./post";
import { publish, type Publication } from "./publish";
import { isTenant, NoRoute, routes } from "./routes";
import type { Settings } from "./settings";

export interface RouterParts {
  readonly settings: Settings;
  readonly aws: AwsPost;
  readonly clock: Clock;
  /** Writes a line of the log. */
  readonly write: (line: string) => void;
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type RouterHandler = (event: unknown, context: LambdaContext) => Promise<void>;

/** Milliseconds that are kept for the central topic, should the tenant's not be reached. */
const RESERVE_MS = 20_000;
const MARGIN_MS = 1000;

/**
 * Passes each message on to its tenant's topic. What has no way there goes to the central topic with a note, and what is
 * critical goes there as well.
 * @throws when the central topic cannot be reached, so that the message is tried again and then kept
 */
export function routerHandler({ settings, aws, clock, write }: RouterParts): RouterHandler {
  const findRoute = routes({ parameters: aws("ssm", settings.region), path: settings.routePath, clock });
  const delivered = new Delivered();
  // Nothing of a message's body is logged.
  const log = (level: "info" | "warn" | "error", fields: object): void => {
    write(JSON.stringify({ level, ...fields }));
  };

  const send = (
    topicArn: string,
    region: string,
    publication: Publication,
    deadline: number,
  ): Promise<void> =>
    persist(clock, deadline, (limitMs) => publish(aws("sns", region), topicArn, publication, limitMs));

  /** @returns why the tenant's topic has not got the message; undefined when it has */
  async function toTenant(
    record: SnsRecord,
    message: AlertMessage | undefined,
    deadline: number,
  ): Promise<string | undefined> {
    const tenant = record.attributes["tenant"]?.value ?? "";
    if (!isTenant(tenant)) return "it names no tenant";
    // The attribute decides; a body of somebody else's alerts must not come along.
    if (message !== undefined && [...tenantsOf(message)].some((named) => named !== tenant)) {
      return `it is for tenant ${tenant}, but speaks of another`;
    }
    try {
      const { topicArn, region } = await findRoute(tenant, deadline);
      const publication = compose(record, message);
      await delivered.once(record.messageId, topicArn, () => send(topicArn, region, publication, deadline));
      return undefined;
    } catch (error) {
      if (error instanceof NoRoute) return error.message;
      return `tenant ${tenant} could not be reached: ${error instanceof CallError ? error.message : "an unexpected error"}`;
    }
  }

  async function route(record: SnsRecord, end: number): Promise<void> {
    const message = parseAlertMessage(record.message);
    const attribute = (name: string): string => record.attributes[name]?.value ?? "";
    const tenant = attribute("tenant");
    const severity = message?.severity ?? attribute("severity");
    const about = {
      messageId: record.messageId,
      tenant: isTenant(tenant) ? tenant : "",
      kind: message === undefined ? "text" : "alerts",
      ...(message === undefined ? {} : { status: message.status, alerts: message.alerts.length }),
    };
    const isFleet = tenant === FLEET_WIDE;
    const problem = isFleet ? undefined : await toTenant(record, message, end - RESERVE_MS);
    const note =
      problem === undefined ? undefined : `This alert has reached the central topic only: ${problem}.`;
    if (problem !== undefined) log("warn", { ...about, message: "not routed", reason: problem });
    const isCopied = isFleet || problem !== undefined || severity === "critical";
    if (isCopied) {
      const publication = compose(record, message, note);
      await send(settings.centralTopicArn, settings.region, publication, end);
    }
    const to = [...(isFleet || problem !== undefined ? [] : ["tenant"]), ...(isCopied ? ["central"] : [])];
    log("info", { ...about, message: "published", to });
  }

  return async (event, context) => {
    const end = clock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
    const failures: unknown[] = [];
    for (const record of snsRecords(event)) {
      try {
        await route(record, end);
      } catch (error) {
        failures.push(error);
        log("error", { messageId: record.messageId, message: String(error) });
      }
    }
    if (failures.length > 0) throw new Error(`${failures.length} of the messages could not be published`);
  };
}
