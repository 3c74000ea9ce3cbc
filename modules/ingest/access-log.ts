/** One line per request, as JSON; `path` names the tenant. No headers and no body. */
const FIELDS = {
  time: "$context.requestTime",
  requestId: "$context.requestId",
  caller: "$context.identity.userArn",
  account: "$context.identity.accountId",
  vpcEndpoint: "$context.identity.vpceId",
  sourceIp: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  route: "$context.resourcePath",
  status: "$context.status",
  // Why API Gateway itself refused; the text could hold quotes, the type cannot.
  refusal: "$context.error.responseType",
  latencyMs: "$context.responseLatency",
  gatewayStatus: "$context.integration.status",
  gatewayLatencyMs: "$context.integration.latency",
  responseBytes: "$context.responseLength",
} as const;

/** @param further fields, as `$context` variables that cannot hold quotes */
export const accessLogFormat = (further: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ ...FIELDS, ...further });

export const ACCESS_LOG_FORMAT = accessLogFormat();
