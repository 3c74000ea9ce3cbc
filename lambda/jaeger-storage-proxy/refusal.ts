/** The types of OpenSearch's errors that the proxy answers with, and their statuses. */
const STATUSES = {
  parse_exception: 400,
  security_exception: 403,
  content_type_not_supported_exception: 406,
  content_too_long_exception: 413,
  rejected_execution_exception: 429,
  bad_gateway_exception: 502,
  unavailable_exception: 503,
  timeout_exception: 504,
} as const;

export type ErrorType = keyof typeof STATUSES;

/** What the proxy answers instead of OpenSearch. The reason names places and limits, never values of the request. */
export class Refusal extends Error {
  readonly status: number;

  constructor(
    readonly type: ErrorType,
    reason: string,
  ) {
    super(reason);
    this.status = STATUSES[type];
  }
}

/** Not allowed for this owner, or not used by Jaeger. */
export const denied = (reason: string): Refusal => new Refusal("security_exception", reason);

/** Not the syntax that it should be. */
export const malformed = (reason: string): Refusal => new Refusal("parse_exception", reason);

/** The body of an error as OpenSearch writes it. */
export function errorBody(status: number, type: string, reason: string): Buffer {
  return Buffer.from(JSON.stringify({ error: { root_cause: [{ type, reason }], type, reason }, status }));
}
