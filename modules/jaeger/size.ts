import type { ServiceTraces } from "../../fleet/trace-types";

/** CPU units and MiB of the Jaeger container in a tenant's task. */
export const JAEGER_SIDECAR = { cpu: 64, memory: 256 } as const;

/** Whether the service's tasks run a Jaeger of their own. */
export const hasJaegerSidecar = ({ destinations, jaeger }: ServiceTraces): boolean =>
  jaeger === "sidecar" && destinations.includes("jaeger");

/** Whether the service's traces go to the Jaeger that all share. */
export const usesSharedJaeger = (traces: ServiceTraces): boolean =>
  traces.destinations.includes("jaeger") && !hasJaegerSidecar(traces);

/** Whether the service's collector listens for Zipkin spans: only when they go somewhere. */
export const takesZipkin = ({ destinations, zipkin }: ServiceTraces): boolean =>
  zipkin && destinations.length > 0;
