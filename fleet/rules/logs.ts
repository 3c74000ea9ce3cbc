import type { Problem } from "../../lib/errors";
import { forServices, forTenants } from "./rule";

/** Loki's address is reached, and the tenant known, only from networks that the central file names. */
export const directNetworkIsNamed = forServices(
  ({ pointer, service }, { document, name, lifecycle }, { central }) => {
    const index = service.logs.destinations.indexOf("loki-direct");
    if (index === -1 || name === undefined || !central.loki || lifecycle === "offboarding") return [];
    if (central.loki.direct.some(({ tenant }) => tenant === name)) return [];
    const message = `has "loki-direct" while loki.direct of central.json names no network of tenant "${name}"`;
    const remedy = 'add the network there, or use "loki"';
    return [document.problem(`${pointer}/logs/destinations`, { message, remedy })];
  },
);

/** The endpoint that the tenant's stack makes admits the tasks that it runs itself; it knows no other security group. */
export const attachedReachesIngest = forServices(
  ({ pointer, service }, { document, network, lifecycle }, { central }) => {
    if (service.mode !== "attached" || !service.logs.destinations.includes("loki")) return [];
    if (central.ingest?.exposure !== "private" || lifecycle === "offboarding" || !network) return [];
    if (network.ingestEndpoint !== undefined) return [];
    const message =
      'of an attached service has "loki", and its tasks cannot reach the endpoint that is made for the tenant';
    const remedy =
      "name an endpoint that admits them in network.ingestEndpoint, or let the service log to cloudwatch";
    return [document.problem(`${pointer}/logs/destinations`, { message, remedy })];
  },
);

/** Warning: a limit of something that nobody sends. */
export const logLimitsHaveLogs = forTenants(({ document, whole }): Problem[] => {
  if (!whole || whole.services.length === 0) return [];
  const stored = whole.services.some(({ logs }) => logs.destinations.some((each) => each !== "cloudwatch"));
  if (stored) return [];
  return (["logMiBPerSecond", "logRetentionDays"] as const).flatMap((key): Problem[] => {
    const value = whole.limits[key];
    if (value === undefined) return [];
    const message = "has no effect: no service of the tenant logs to Loki";
    return [document.problem(`/limits/${key}`, { message, value, remedy: "remove it" })];
  });
});
