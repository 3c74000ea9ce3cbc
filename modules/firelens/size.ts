import type { LogDestination } from "../../fleet/types";

/** CPU units and MiB of the log router. */
export const ROUTER_CPU = 32;
export const ROUTER_MEMORY = 128;

/** Whether a service's lines take FireLens; to CloudWatch alone the log driver sends them by itself. */
export const usesRouter = ({ destinations }: { readonly destinations: readonly LogDestination[] }): boolean =>
  destinations.some((destination) => destination !== "cloudwatch");
