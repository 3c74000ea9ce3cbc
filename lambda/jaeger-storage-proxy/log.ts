import { type RouteKind } from "./types";

/** What is written about a request. Nothing of it comes from a body, a header or a credential. */
export interface RequestRecord {
  readonly owner: string;
  readonly method: string;
  readonly route: RouteKind;
  readonly status: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly durationMs: number;
  readonly retries: number;
  /** Type and reason of an error that the proxy itself answered. */
  readonly error?: string;
  /** The answer broke off. */
  readonly aborted?: boolean;
  /** Documents of a bulk request, those that OpenSearch did not take, and those of a day that cannot be written. */
  readonly documents?: number;
  readonly documentsFailed?: number;
  readonly documentsRefused?: number;
}

const METRICS = [
  { Name: "Requests", Unit: "Count" },
  { Name: "Refused", Unit: "Count" },
  { Name: "Throttled", Unit: "Count" },
  { Name: "Errors", Unit: "Count" },
  { Name: "Retries", Unit: "Count" },
  { Name: "Duration", Unit: "Milliseconds" },
  { Name: "RequestBytes", Unit: "Bytes" },
  { Name: "ResponseBytes", Unit: "Bytes" },
] as const;
const BULK_METRICS = [
  { Name: "Documents", Unit: "Count" },
  { Name: "DocumentsFailed", Unit: "Count" },
  { Name: "DocumentsRefused", Unit: "Count" },
] as const;
/** Without a dimension as well, for alarms: CloudWatch does not add a metric up over its dimensions. */
const TOTALS = [{ Name: "Errors", Unit: "Count" }] as const;

/**
 * One line of JSON in CloudWatch's embedded metric format: the log is the metric. By route only: a dimension for each
 * owner would be a metric for each tenant.
 * @param now milliseconds since 1970
 */
export function logLine(record: RequestRecord, namespace: string, now: number): string {
  const { status, retries, durationMs, requestBytes, responseBytes, documents } = record;
  const isBulk = documents !== undefined;
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [["route"]],
          Metrics: [...METRICS, ...(isBulk ? BULK_METRICS : [])],
        },
        { Namespace: namespace, Dimensions: [[]], Metrics: TOTALS },
      ],
    },
    level: levelOf(record),
    owner: record.owner,
    method: record.method,
    route: record.route,
    status,
    ...(record.error !== undefined && { error: record.error }),
    ...(record.aborted === true && { aborted: true }),
    Requests: 1,
    Refused: Number(record.error !== undefined && status < 500),
    Throttled: Number(status === 429),
    Errors: Number(status >= 500 || record.aborted === true),
    Retries: retries,
    Duration: durationMs,
    RequestBytes: requestBytes,
    ResponseBytes: responseBytes,
    ...(isBulk && {
      Documents: documents,
      DocumentsFailed: record.documentsFailed ?? 0,
      DocumentsRefused: record.documentsRefused ?? 0,
    }),
  });
}

function levelOf(record: RequestRecord): "info" | "warn" | "error" {
  const { status, aborted, documentsFailed = 0, documentsRefused = 0 } = record;
  if (status >= 500 || aborted === true || documentsFailed > 0) return "error";
  // That an index is not there is what was asked.
  return (status >= 400 && status !== 404) || documentsRefused > 0 ? "warn" : "info";
}
