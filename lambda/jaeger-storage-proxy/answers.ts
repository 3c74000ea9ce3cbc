import { errorBody, type ErrorType, type Refusal } from "./refusal";

/** An error that the caller gets, in OpenSearch's shape. */
export interface Failure {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
  readonly body: Buffer;
}

/** Something on the way is busy or not up: the same request may succeed soon. */
export const isPassing = (status: number): boolean => [429, 502, 503, 504].includes(status);

const failure = (status: number, type: string, reason: string): Failure => ({
  status,
  type,
  reason,
  body: errorBody(status, type, reason),
});

export const failureOf = ({ status, type, message }: Refusal): Failure => failure(status, type, message);

const OWN_WORDS: Readonly<Record<number, readonly [ErrorType, string]>> = {
  413: ["content_too_long_exception", "OpenSearch takes no request of this length"],
  429: ["rejected_execution_exception", "OpenSearch is busy; try again later"],
  503: ["unavailable_exception", "OpenSearch is not available"],
  504: ["timeout_exception", "OpenSearch did not answer in time"],
};

/**
 * What the caller gets of an answer that is no success. OpenSearch's own errors go on as they are, except that it does
 * not know the proxy's role: that is not the caller's doing, and names the role. What stands before OpenSearch answers in
 * other shapes, which are replaced.
 */
export function failureFrom(status: number, body: Buffer): Failure {
  const error = openSearchError(body);
  if (status === 401 || (status === 403 && (error === undefined || error.type === "security_exception"))) {
    return failure(502, "bad_gateway_exception", `OpenSearch refuses the proxy's role (${status})`);
  }
  if (status < 400) return failure(502, "bad_gateway_exception", `OpenSearch answered with status ${status}`);
  if (error !== undefined) return { status, ...error, body };
  const [type, reason] = OWN_WORDS[status] ?? [
    "bad_gateway_exception",
    `the answer with status ${status} is not one of OpenSearch`,
  ];
  return failure(OWN_WORDS[status] === undefined ? 502 : status, type, reason);
}

function openSearchError(body: Buffer): { type: string; reason: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || !("error" in parsed)) return undefined;
  const { error } = parsed;
  if (typeof error === "string") return { type: "exception", reason: error };
  if (typeof error !== "object" || error === null) return undefined;
  const { type, reason } = error as { type?: unknown; reason?: unknown };
  if (typeof type !== "string") return undefined;
  return { type, reason: typeof reason === "string" ? reason : type };
}
