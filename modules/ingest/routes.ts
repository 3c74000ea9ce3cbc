/** The ingest API's stage, which is part of every method ARN and so of every writer's rights. */
export const INGEST_STAGE = "v1";

/** Limit of API Gateway for a request's body, in MiB. */
export const MAX_BODY_MIB = 10;

/** What tenants send, below `/t/<tenant>`. The path after it is also the one at the program that takes the signal. */
export const INGEST_ROUTES = {
  logs: "/otlp/v1/logs",
  traces: "/v1/traces",
} as const;

export type IngestRoute = keyof typeof INGEST_ROUTES;

/** In a fixed order, so that everything that is rendered from them is the same every time. */
export const INGEST_ROUTE_NAMES = ["logs", "traces"] as const satisfies readonly IngestRoute[];

/** Path at the ingest API without the stage; `tenant` may be a name, a template or a wildcard. */
export const ingestPath = (tenant: string, route: IngestRoute): string =>
  `/t/${tenant}${INGEST_ROUTES[route]}`;

/** What IAM calls the methods of one tenant; `executionArn` is the API's, an ARN or a reference. */
export const methodArns = (executionArn: string, tenant: string): string[] =>
  INGEST_ROUTE_NAMES.map((route) => `${executionArn}/${INGEST_STAGE}/POST${ingestPath(tenant, route)}`);
