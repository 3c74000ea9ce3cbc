import type { AlertMessage } from "../../dashboards/rules/message";
import type { SnsRecord } from "./event";
import { MAX_MESSAGE_BYTES, messageOf, type Publication } from "./publish";
import { alertText, headingOf, subjectLine } from "./text";

/**
 * What is published for a record.
 * @param message undefined when the record is not the alertmanager's JSON: then it is passed on as it is
 * @param note for people, before everything else
 */
export function compose(record: SnsRecord, message: AlertMessage | undefined, note?: string): Publication {
  const { attributes } = record;
  const lead = note === undefined ? "" : `${note}\n\n`;
  if (message === undefined) {
    return {
      subject: subjectLine(record.subject),
      text: cutBytes(`${lead}${record.message}`, MAX_MESSAGE_BYTES),
      attributes,
    };
  }
  const of = (part: AlertMessage): Publication => ({
    subject: subjectLine(headingOf(message)),
    text: `${lead}${alertText(part)}`,
    json: JSON.stringify(part),
    attributes,
  });
  let part = message;
  let publication = of(part);
  // Programs get the JSON once for each protocol, so less fits than came.
  while (part.alerts.length > 0 && Buffer.byteLength(messageOf(publication)) > MAX_MESSAGE_BYTES) {
    const alerts = part.alerts.slice(0, Math.floor(part.alerts.length / 2));
    part = { ...part, alerts, truncated: part.truncated + part.alerts.length - alerts.length };
    publication = of(part);
  }
  return publication;
}

function cutBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  // A character that the cut goes through becomes U+FFFD.
  return bytes
    .subarray(0, limit)
    .toString()
    .replace(/\uFFFD$/, "");
}
