/**
 * What one document of a span may become. Spans of every tenant share a `_bulk` request, and one that is too long is lost as
 * a whole: API Gateway and Lambda take about 4.4 MB, and the deployed Jaeger sends it uncompressed. Jaeger sends a bulk when
 * the documents that it has reach {@link BULK_BYTES}: a request to the storage is at most that and one document more.
 */

/** Bytes of an OTLP request after decompression; more is answered 400. No span, with its resource, is larger. */
export const MAX_REQUEST_BYTES = 350_000;

/** Bytes of one `_bulk` request, but for its last document. */
export const BULK_BYTES = 1_000_000;

/** How many of a kind one span may have: two bytes of a request make some forty of a document. OpenTelemetry's SDKs allow 128. */
export const MOST = { attributes: 256, events: 256, links: 256, eventAttributes: 64 } as const;

/** For the `filter` processor: what has more is dropped. None of its conditions can fail. */
export const LARGE_FILTER = {
  error_mode: "propagate",
  traces: {
    resource: [`Len(attributes) > ${MOST.attributes}`],
    span: [
      `Len(attributes) > ${MOST.attributes} or Len(events) > ${MOST.events} or Len(links) > ${MOST.links}`,
    ],
    spanevent: [`Len(attributes) > ${MOST.eventAttributes}`],
  },
} as const;
