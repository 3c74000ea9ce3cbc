import { GRAFANA_REGIONS, OPT_IN_REGIONS } from "../regions";
import { forTenants, type Rule } from "./rule";

/** The central account runs Grafana too, which fewer Regions have than the rest. */
export const centralRegionHasGrafana: Rule = ({ central: { document, region } }) => {
  if (region === undefined || GRAFANA_REGIONS.has(region)) return [];
  const message = "has no Amazon Managed Grafana";
  const remedy = `choose one of ${[...GRAFANA_REGIONS].join(", ")}; tenants may be in any Region`;
  return [document.problem("/region", { message, value: region, remedy })];
};

/** Warning: STS of a Region gives credentials only of accounts that have the Region enabled. */
export const optInRegions = forTenants(({ document, region }, { central }) => {
  if (region === undefined || region === central.region || !OPT_IN_REGIONS.has(region)) return [];
  const message = "is an opt-in Region, where the sidecars assume a role of the central account";
  const remedy = "enable the Region in the central account too";
  return [document.problem("/region", { message, value: region, remedy })];
});
