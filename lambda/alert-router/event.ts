import { isRecord } from "./alert";
import type { Attributes } from "./publish";

/** One message, as SNS gives it to a function. */
export interface SnsRecord {
  readonly messageId: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: Attributes;
}

/** SNS takes these as text; binary attributes are nobody's here. */
const TEXT_TYPES = ["String", "String.Array", "Number"];

/**
 * @returns the records of an event
 * @throws Error for an event that is not SNS's
 */
export function snsRecords(event: unknown): SnsRecord[] {
  const records = isRecord(event) ? event["Records"] : undefined;
  if (!Array.isArray(records) || records.length === 0) throw new Error("the event has no records of SNS");
  return records.map((record: unknown) => {
    const sns = isRecord(record) ? record["Sns"] : undefined;
    if (!isRecord(sns) || typeof sns["Message"] !== "string" || typeof sns["MessageId"] !== "string") {
      throw new Error("a record of the event is not of SNS");
    }
    return {
      messageId: sns["MessageId"],
      subject: typeof sns["Subject"] === "string" ? sns["Subject"] : "",
      message: sns["Message"],
      attributes: attributesOf(sns["MessageAttributes"]),
    };
  });
}

function attributesOf(given: unknown): Attributes {
  return Object.fromEntries(
    Object.entries(isRecord(given) ? given : {}).flatMap(([name, attribute]) => {
      const { Type: type, Value: value } = isRecord(attribute) ? attribute : {};
      return typeof type === "string" &&
        TEXT_TYPES.includes(type) &&
        typeof value === "string" &&
        value !== ""
        ? [[name, { type, value }] as const]
        : [];
    }),
  );
}
