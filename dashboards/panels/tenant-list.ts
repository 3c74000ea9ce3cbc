import { PanelBuilder } from "@grafana/grafana-foundation-sdk/dashboardlist";
import type { Section } from "../layout";

/** Tag of every tenant's overview. */
export const OVERVIEW_TAG = "overview";

/** Links to the tenants' own overviews, by their tag: the fleet's dashboards name no tenant. */
export const tenantListSection = (): Section => ({
  title: "Tenants' own dashboards",
  panels: [
    new PanelBuilder()
      .title("Overviews")
      .description("A tenant with a workspace of its own is not in the numbers above: its overview has them.")
      .height(8)
      .span(24)
      .showSearch(true)
      .showStarred(false)
      .showRecentlyViewed(false)
      .showHeadings(false)
      .tags([OVERVIEW_TAG])
      .maxItems(100),
  ],
});
