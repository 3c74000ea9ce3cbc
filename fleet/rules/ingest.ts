import type { Problem } from "../../lib/errors";
import { forServices, forTenants, type Rule } from "./rule";

export const burstCoversRate: Rule = ({ central: { document, ingest } }) => {
  if (!ingest || ingest.burst >= ingest.requestsPerSecond) return [];
  const key = document.has("/ingest/burst") ? "burst" : "requestsPerSecond";
  const message = `makes the burst (${String(ingest.burst)}) smaller than the rate (${String(ingest.requestsPerSecond)})`;
  const remedy = "write a burst that is at least requestsPerSecond";
  return [document.problem(`/ingest/${key}`, { message, value: ingest[key], remedy })];
};

export const tasksHaveARange: Rule = ({ central: { document, ingest } }) => {
  if (!ingest || ingest.tasks.max >= ingest.tasks.min) return [];
  const key = document.has("/ingest/tasks/max") ? "max" : "min";
  const message = `makes the most tasks (${String(ingest.tasks.max)}) fewer than the least (${String(ingest.tasks.min)})`;
  const remedy = "write a max that is at least min";
  return [document.problem(`/ingest/tasks/${key}`, { message, value: ingest.tasks[key], remedy })];
};

/** A private API is reached through VPC endpoints, which are of one Region. */
export const ingestIsReachable = forServices(
  ({ pointer, service }, { document, region, lifecycle }, { central }) => {
    const elsewhere = region !== undefined && central.region !== undefined && region !== central.region;
    if (!elsewhere || central.ingest?.exposure !== "private" || lifecycle === "offboarding") return [];
    if (!service.logs.destinations.includes("loki")) return [];
    const message = `cannot have "loki" in ${region}: the ingest API is private and in ${central.region ?? ""}`;
    const remedy = 'set ingest.exposure to "public" in central.json, or let its services log to cloudwatch';
    return [document.problem(`${pointer}/logs/destinations`, { message, remedy })];
  },
);

/** The DNS name of an endpoint begins with its id and names its Region. */
export const ingestEndpointMatches = forTenants(({ document, network, region }): Problem[] => {
  if (!network?.ingestEndpoint) return [];
  const { endpointId, dnsName } = network.ingestEndpoint;
  const say = (message: string) =>
    document.problem("/network/ingestEndpoint/dnsName", {
      message,
      value: dnsName,
      remedy: "copy the DNS name of that endpoint",
    });
  if (!dnsName.startsWith(`${endpointId}-`)) return [say(`is not a name of ${endpointId}`)];
  const [, , dnsRegion] = dnsName.split(".");
  if (region === undefined || dnsRegion === region) return [];
  return [say(`is in ${dnsRegion ?? ""}, not in the tenant's Region ${region}`)];
});
