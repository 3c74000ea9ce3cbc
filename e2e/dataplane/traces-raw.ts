import { randomBytes } from "node:crypto";

/** OTLP requests with one span that no SDK makes: keys more than once, values that are none, far too much of a kind. */

export interface Attribute {
  readonly key?: string;
  readonly value?: object;
}

export interface RawSpan {
  readonly service: string;
  readonly resource?: readonly Attribute[];
  /** Further fields of the span, as in JSON. */
  readonly span?: object;
  readonly scope?: object;
}

export interface RawRequest {
  readonly traceId: string;
  readonly request: object;
}

export const attribute = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });

const nanoseconds = (): bigint => BigInt(Date.now() - 1000) * 1_000_000n;

export function rawSpan({ service, resource = [], span = {}, scope = {} }: RawSpan): RawRequest {
  const traceId = randomBytes(16).toString("hex");
  const start = nanoseconds();
  const spans = [
    {
      traceId,
      spanId: randomBytes(8).toString("hex"),
      name: "work",
      kind: 2,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 1_000_000n),
      ...span,
    },
  ];
  const attributes = [attribute("service.name", service), ...resource];
  return {
    traceId,
    request: { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope, spans }] }] },
  };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}

/** A field of a message of Protocol Buffers with a length. */
function field(number: number, ...content: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((each) => Buffer.from(each)));
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function time(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9, number * 8 + 1);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

/**
 * A request in the binary form, which has one byte for a control character: a span with one attribute, a list of one text
 * of so many of them. Nothing makes a longer document of a request's bytes.
 */
export function controlCharacters(service: string, count: number): { traceId: string; body: Buffer } {
  const id = randomBytes(16);
  const text = (value: string): Buffer => field(1, value);
  const start = nanoseconds();
  const list = field(2, field(5, field(1, text("\u0001".repeat(count)))));
  const span = [
    field(1, id),
    field(2, randomBytes(8)),
    field(5, "work"),
    time(7, start),
    time(8, start + 1_000_000n),
    field(9, text("controls"), list),
  ];
  const name = field(1, text("service.name"), field(2, text(service)));
  return { traceId: id.toString("hex"), body: field(1, field(1, name), field(2, field(2, ...span))) };
}
