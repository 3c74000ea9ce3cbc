import type { Problem } from "../../lib/errors";
import { forServices, forTenants } from "./rule";

/** A link needs a sink in its own Region, which the central stack makes for the Regions that it knows. */
export const sharedRegionHasSink = forTenants(({ document, region, share, lifecycle }, { central }) => {
  if (region === undefined || !central.regions || !share || lifecycle === "offboarding") return [];
  if (central.regions.includes(region) || !(share.logs || share.metrics || share.traces)) return [];
  const message = 'is missing from "regions" of central.json while the tenant shares telemetry';
  const remedy = "add it there, or set logs, metrics and traces of share to false";
  return [document.problem("/region", { message, value: region, remedy })];
});

/** Warning: what goes to the tenant's own account alone is not seen from the central one. */
export const keptIsShared = forServices(({ pointer, service }, { document, share, lifecycle }): Problem[] => {
  if (!share || lifecycle === "offboarding") return [];
  const { destinations } = service.logs;
  const logs = destinations.includes("cloudwatch") && !destinations.includes("loki") && !share.logs;
  const traces = service.traces.destinations.join() === "xray" && !share.traces;
  const say = (key: "logs" | "traces", where: string): Problem =>
    document.problem(`${pointer}/${key}/destinations`, {
      message: `are kept in ${where} of the tenant's account, which share.${key} hides from the central one`,
      remedy: `set share.${key} to true, or add a central destination`,
    });
  return [...(logs ? [say("logs", "CloudWatch")] : []), ...(traces ? [say("traces", "X-Ray")] : [])];
});
