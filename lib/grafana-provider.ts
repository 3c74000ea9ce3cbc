import { GrafanaProvider } from "@cdktf/provider-grafana/lib/provider";
import type { TerraformStack } from "cdktf";

/**
 * Provider of the Grafana workspace. Its token comes from the environment (`GRAFANA_AUTH`) and so is in no state; `url`
 * may be a reference.
 */
export const grafanaProvider = (stack: TerraformStack, url: string): GrafanaProvider =>
  new GrafanaProvider(stack, "grafana-api", {
    url,
    // A state holds a dashboard's hash instead of all of it.
    storeDashboardSha256: true,
  });
