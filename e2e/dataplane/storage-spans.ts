import { randomBytes } from "node:crypto";

export interface SpanOptions {
  readonly service: string;
  readonly name?: string;
  /** Bytes of one attribute, to make spans of a real one's size. */
  readonly padding?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  /** How long ago the spans began, in milliseconds. @default 1000 */
  readonly ageMs?: number;
  /** Of the resource, besides the service's name. */
  readonly resource?: Readonly<Record<string, string>>;
}

export interface SpanBatch {
  /** An OTLP request. */
  readonly request: object;
  readonly traceId: string;
  readonly spans: number;
}

const list = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** One trace of so many spans, all below the first. */
export function spanBatch(count: number, options: SpanOptions): SpanBatch {
  const { service, name = "work", padding = 0, attributes = {}, resource = {}, ageMs = 1000 } = options;
  const traceId = randomBytes(16).toString("hex");
  const [root = "", ...others] = Array.from({ length: count }, () => randomBytes(8).toString("hex"));
  const start = BigInt(Date.now() - ageMs) * 1_000_000n;
  const shared = list({ ...attributes, ...(padding > 0 && { padding: "x".repeat(padding) }) });
  const spans = [root, ...others].map((spanId) => ({
    traceId,
    spanId,
    ...(spanId !== root && { parentSpanId: root }),
    name,
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 5_000_000n),
    attributes: shared,
  }));
  const of = list({ "service.name": service, ...resource });
  return {
    traceId,
    spans: count,
    request: { resourceSpans: [{ resource: { attributes: of }, scopeSpans: [{ spans }] }] },
  };
}

/** The part of an index name of the day so many days ago. */
export const dayAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Today's part of an index name. */
export const today = (): string => dayAgo(0);

/** One trace in which a service calls another so many times. */
export function callBatch(from: string, to: string, calls: number, ageMs: number): SpanBatch {
  const { traceId, request: callers } = spanBatch(1, { service: from, ageMs });
  const { request: called } = spanBatch(calls, { service: to, ageMs });
  const caller = (callers as OtlpRequest).resourceSpans[0];
  const parent = caller?.scopeSpans[0]?.spans[0]?.spanId;
  const spans = (called as OtlpRequest).resourceSpans.map(({ resource, scopeSpans }) => ({
    resource,
    scopeSpans: scopeSpans.map((scope) => ({
      spans: scope.spans.map((span) => ({ ...span, traceId, parentSpanId: parent })),
    })),
  }));
  return { traceId, spans: calls + 1, request: { resourceSpans: [caller, ...spans] } };
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: object;
    readonly scopeSpans: readonly { readonly spans: readonly { readonly spanId: string }[] }[];
  }[];
}

/** The body of a bulk of spans, at most `bytes` long and less than a span shorter. */
export function bulkOf(bytes: number, index: string, padding = 900): { body: Buffer; documents: number } {
  const action = `${JSON.stringify({ index: { _index: index } })}\n`;
  const lines: string[] = [];
  let size = 0;
  for (;;) {
    const source = `${JSON.stringify({
      traceID: randomBytes(16).toString("hex"),
      spanID: randomBytes(8).toString("hex"),
      operationName: "bulk",
      startTime: Date.now() * 1000,
      startTimeMillis: Date.now(),
      duration: 1,
      tags: [{ key: "padding", type: "string", value: "x".repeat(padding) }],
      process: { serviceName: "bulk", tags: [] },
    })}\n`;
    if (size + action.length + source.length > bytes) break;
    size += action.length + source.length;
    lines.push(action, source);
  }
  return { body: Buffer.from(lines.join("")), documents: lines.length / 2 };
}
