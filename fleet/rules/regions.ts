import { GRAFANA_REGIONS } from "../regions";
import type { Rule } from "./rule";

/** The central account runs Grafana too, which fewer Regions have than the rest. */
export const centralRegionHasGrafana: Rule = ({ central: { document, region } }) => {
  if (region === undefined || GRAFANA_REGIONS.has(region)) return [];
  const message = "has no Amazon Managed Grafana";
  const remedy = `choose one of ${[...GRAFANA_REGIONS].join(", ")}; tenants may be in any Region`;
  return [document.problem("/region", { message, value: region, remedy })];
};
