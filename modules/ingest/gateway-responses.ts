/** An answer that API Gateway gives by itself, without the integration. */
export interface GatewayResponse {
  /** The response type's own when absent. */
  readonly statusCode?: number;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** By API Gateway's response type. */
export type GatewayResponses = Readonly<Record<string, GatewayResponse>>;

/** `message` is JSON text: a string in quotes, or a variable of API Gateway's that brings its own. */
const answer = (statusCode: number, message: string, retryAfterSeconds?: number): GatewayResponse => ({
  statusCode,
  ...(retryAfterSeconds === undefined
    ? {}
    : { responseParameters: { "gatewayresponse.header.Retry-After": `'${retryAfterSeconds}'` } }),
  responseTemplates: {
    "application/json": `{"status":${statusCode},"message":${message},"requestId":"$context.requestId"}`,
  },
});

/** What the caller did wrong, in API Gateway's words. */
const REASON = "$context.error.messageString";

/**
 * Clear answers, with statuses that make a collector do the right thing: it drops a batch on 403 and 413, and tries
 * again on 429, 503 and 504. Failures of API Gateway itself are 500 by default, on which it would drop.
 */
export const GATEWAY_RESPONSES: GatewayResponses = {
  ACCESS_DENIED: answer(403, REASON),
  EXPIRED_TOKEN: answer(403, REASON),
  INVALID_SIGNATURE: answer(403, REASON),
  // Also the answer to a path or method that does not exist.
  MISSING_AUTHENTICATION_TOKEN: answer(403, '"no such method and path, or the request is not signed"'),
  REQUEST_TOO_LARGE: answer(413, '"the body is larger than 10 MB, send smaller batches"'),
  THROTTLED: answer(429, '"too many requests, try again later"', 1),
  INTEGRATION_FAILURE: answer(503, '"the gateway does not answer"', 5),
  INTEGRATION_TIMEOUT: answer(504, '"the gateway did not answer in time"'),
  DEFAULT_5XX: answer(503, '"the ingest API is not available"', 5),
};
