/** An answer that API Gateway gives by itself, without the integration. */
export interface GatewayResponse {
  /** The response type's own when absent. */
  readonly statusCode?: number;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** By API Gateway's response type. */
export type GatewayResponses = Readonly<Record<string, GatewayResponse>>;

/** What API Gateway's own answers say. */
export interface AnswerWording {
  /** The API and what stands behind it, for people. */
  readonly api: string;
  readonly behind: string;
  /** What a request that is too large is too large for; and what to do. */
  readonly tooLarge: string;
  /** The body: JSON text. `message` is JSON text, too: a string in quotes, or a variable that brings its own. */
  readonly body: (status: number, message: string) => string;
}

/** What the caller did wrong, in API Gateway's words. */
const REASON = "$context.error.messageString";

/**
 * Clear answers, with statuses that make a client do the right thing: a collector drops a batch on 403 and 413, and tries
 * again on 429, 503 and 504. Failures of API Gateway itself are 500 by default, on which it would drop.
 */
export function gatewayResponses({ api, behind, tooLarge, body }: AnswerWording): GatewayResponses {
  const answer = (statusCode: number, message: string, retryAfterSeconds?: number): GatewayResponse => ({
    statusCode,
    ...(retryAfterSeconds === undefined
      ? {}
      : { responseParameters: { "gatewayresponse.header.Retry-After": `'${retryAfterSeconds}'` } }),
    responseTemplates: { "application/json": body(statusCode, message) },
  });
  return {
    ACCESS_DENIED: answer(403, REASON),
    EXPIRED_TOKEN: answer(403, REASON),
    INVALID_SIGNATURE: answer(403, REASON),
    // Also the answer to a path or method that does not exist.
    MISSING_AUTHENTICATION_TOKEN: answer(403, '"no such method and path, or the request is not signed"'),
    REQUEST_TOO_LARGE: answer(413, `"${tooLarge}"`),
    THROTTLED: answer(429, '"too many requests, try again later"', 1),
    INTEGRATION_FAILURE: answer(503, `"the ${behind} does not answer"`, 5),
    INTEGRATION_TIMEOUT: answer(504, `"the ${behind} did not answer in time"`),
    DEFAULT_5XX: answer(503, `"the ${api} is not available"`, 5),
  };
}

export const GATEWAY_RESPONSES = gatewayResponses({
  api: "ingest API",
  behind: "gateway",
  tooLarge: "the body is larger than 10 MB, send smaller batches",
  body: (status, message) => `{"status":${status},"message":${message},"requestId":"$context.requestId"}`,
});
