import type { Problem } from "../../lib/errors";
import { forServices, forTenants } from "./rule";

/** A private API is reached through VPC endpoints, which are of one Region. */
export const jaegerIsReachable = forServices(
  ({ pointer, service }, { document, region, lifecycle }, { central }) => {
    const { destinations, jaeger } = service.traces;
    const elsewhere = region !== undefined && central.region !== undefined && region !== central.region;
    if (!elsewhere || !destinations.includes("jaeger") || jaeger !== "central") return [];
    if (central.ingest?.exposure !== "private" || lifecycle === "offboarding") return [];
    const message = `cannot have "jaeger" in ${region}: the ingest API is private and in ${central.region ?? ""}`;
    const remedy = 'set ingest.exposure to "public" in central.json, or send its traces to "xray" alone';
    return [document.problem(`${pointer}/traces`, { message, remedy })];
  },
);

/** Jaeger signs its calls but cannot add the header that tells an endpoint's own name which API is meant. */
export const sidecarReachesStorage = forServices(
  ({ pointer, service }, { document, region, network, lifecycle }, { central }) => {
    const { destinations, jaeger } = service.traces;
    if (jaeger !== "sidecar" || !destinations.includes("jaeger") || lifecycle === "offboarding") return [];
    const at = `${pointer}/traces/jaeger`;
    if (region !== undefined && central.region !== undefined && region !== central.region) {
      const message = `cannot be "sidecar" in ${region}: the storage API is private and in ${central.region}`;
      return [document.problem(at, { message, remedy: 'use "central", or send its traces to "xray" alone' })];
    }
    if (!network || !central.ingest || central.ingest.domain || network.ingestEndpoint?.privateDns) return [];
    const message =
      'cannot be "sidecar": Jaeger needs an address of the storage API that works without a header of its own';
    const remedy =
      "set ingest.domain in central.json, or name an endpoint with private DNS in network.ingestEndpoint";
    return [document.problem(at, { message, remedy })];
  },
);

/** The endpoint that the tenant's stack makes admits the tasks that it runs itself; it knows no other security group. */
export const attachedReachesJaeger = forServices(
  ({ pointer, service }, { document, network, lifecycle }, { central }) => {
    if (service.mode !== "attached" || !service.traces.destinations.includes("jaeger")) return [];
    if (central.ingest?.exposure !== "private" || lifecycle === "offboarding" || !network) return [];
    if (network.ingestEndpoint !== undefined) return [];
    const message =
      'of an attached service has "jaeger", and its tasks cannot reach the endpoint that is made for the tenant';
    const remedy =
      'name an endpoint that admits them in network.ingestEndpoint, or send its traces to "xray" alone';
    return [document.problem(`${pointer}/traces`, { message, remedy })];
  },
);

/** X-Ray's own sampling is only for traces that go there. */
export const remoteSamplingNeedsXray = forServices(({ pointer, service }, { document }) => {
  const { destinations, sampling } = service.traces;
  if (!sampling.xrayRemote || destinations.includes("xray")) return [];
  const message = 'has no effect: the service sends no traces to "xray"';
  const remedy = 'add "xray" to the destinations or remove it';
  return [document.problem(`${pointer}/traces/sampling/xrayRemote`, { message, remedy })];
});

/** The SDK sends only what X-Ray's rule lets it: the sidecar never sees the traces that it should keep beside them. */
export const remoteSamplingDecidesAlone = forServices(({ pointer, service }, { document }) => {
  const { xrayRemote, keepErrors, keepSlowerThanMs } = service.traces.sampling;
  if (!xrayRemote) return [];
  const at = `${pointer}/traces/sampling`;
  const written = [
    // It is on by default: only who asks for it is told.
    ...(keepErrors && document.has(`${at}/keepErrors`) ? ["keepErrors"] : []),
    ...(keepSlowerThanMs === undefined ? [] : ["keepSlowerThanMs"]),
  ];
  const message =
    "has no effect: with xrayRemote X-Ray's rule decides, before there is an error or a duration";
  const remedy = "remove it, or xrayRemote";
  return written.map((key) => document.problem(`${at}/${key}`, { message, remedy }));
});

/** The retention is that of indices of the tenant's own. */
export const traceRetentionNeedsSidecar = forTenants(({ document, whole }): Problem[] => {
  const value = whole?.limits.traceRetentionDays;
  if (!whole || value === undefined || whole.services.length === 0) return [];
  const own = whole.services.some(
    ({ traces }) => traces.jaeger === "sidecar" && traces.destinations.includes("jaeger"),
  );
  if (own) return [];
  const message = "has no effect: no service of the tenant keeps its traces in indices of its own";
  const remedy = 'remove it, or set traces.jaeger to "sidecar"';
  return [document.problem("/limits/traceRetentionDays", { message, value, remedy })];
});

/** Warning: with all traces kept there is nothing to keep beside them. */
export const tailRuleNeedsRatio = forServices(({ pointer, service }, { document }) => {
  const { ratio, keepSlowerThanMs, xrayRemote } = service.traces.sampling;
  if (ratio < 1 || keepSlowerThanMs === undefined || xrayRemote) return [];
  const message = "has no effect: all traces are kept";
  const remedy = "set a ratio below 1 or remove it";
  return [document.problem(`${pointer}/traces/sampling/keepSlowerThanMs`, { message, remedy })];
});
