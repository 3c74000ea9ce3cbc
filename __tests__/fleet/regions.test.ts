import { GRAFANA_REGIONS, OPT_IN_REGIONS, REGIONS } from "../../fleet/regions";

test("opt-in Regions are Regions; those with Grafana are older", () => {
  const known = new Set<string>(REGIONS);
  expect([...OPT_IN_REGIONS, ...GRAFANA_REGIONS].filter((region) => !known.has(region))).toEqual([]);
  expect([...GRAFANA_REGIONS].filter((region) => OPT_IN_REGIONS.has(region))).toEqual([]);
  expect(REGIONS.length - OPT_IN_REGIONS.size).toBe(17);
});
