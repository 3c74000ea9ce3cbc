/** Ports of the Jaeger sidecar inside the task's network namespace; the collector has the usual ones. */
export const JAEGER_OTLP_PORT = 14318;
export const JAEGER_HEALTH_PORT = 13134;

/** Ports of the central Jaeger. */
export const JAEGER_COLLECTOR_PORT = 4318;
export const JAEGER_QUERY_PORT = 16686;
export const JAEGER_CENTRAL_HEALTH_PORT = 13133;
