import { forTenants } from "./rule";

/** A link needs a sink in its own Region, which the central stack makes for the Regions that it knows. */
export const sharedRegionHasSink = forTenants(({ document, region, share, lifecycle }, { central }) => {
  if (region === undefined || !central.regions || !share || lifecycle === "offboarding") return [];
  if (central.regions.includes(region) || !Object.values(share).includes(true)) return [];
  const message = 'is missing from "regions" of central.json while the tenant shares telemetry';
  const remedy = 'add it there, or set everything in "share" to false';
  return [document.problem("/region", { message, value: region, remedy })];
});
