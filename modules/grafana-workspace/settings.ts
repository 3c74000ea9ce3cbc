import type { GrafanaWorkspaceConfig } from "@cdktf/provider-aws/lib/grafana-workspace";
import type { Central } from "../../fleet/types";

export type GrafanaSettings = Central["grafana"];

/** A workspace can be moved to a newer version and never back, so a newer one is chosen here and nowhere else. */
export const GRAFANA_VERSION = "12.4";

/** Grafana's own settings, as far as the service has them. */
export const WORKSPACE_CONFIGURATION = {
  // The data sources of X-Ray and of Prometheus are plugins, which the admin function installs.
  plugins: { pluginAdminEnabled: true },
  unifiedAlerting: { enabled: true },
} as const;

/** Roles in the whole workspace and the groups that have them; a role without groups is left out. */
export function roleGroups(
  settings: Pick<GrafanaSettings, "adminGroupIds" | "editorGroupIds" | "viewerGroupIds">,
): { readonly role: "ADMIN" | "EDITOR" | "VIEWER"; readonly groupIds: readonly string[] }[] {
  return (
    [
      { role: "ADMIN", groupIds: settings.adminGroupIds },
      { role: "EDITOR", groupIds: settings.editorGroupIds },
      { role: "VIEWER", groupIds: settings.viewerGroupIds },
    ] as const
  ).filter(({ groupIds }) => groupIds.length > 0);
}

/** Whether the workspace answers to addresses of its choice only. */
export const isRestricted = ({ networkAccess: access }: Pick<GrafanaSettings, "networkAccess">): boolean =>
  access.prefixListIds.length + access.vpcEndpointIds.length > 0;

/** From where the workspace answers. With two empty lists it would answer to nobody. */
export const networkAccess = (
  settings: Pick<GrafanaSettings, "networkAccess">,
): Pick<GrafanaWorkspaceConfig, "networkAccessControl"> =>
  isRestricted(settings)
    ? {
        networkAccessControl: {
          prefixListIds: [...settings.networkAccess.prefixListIds],
          vpceIds: [...settings.networkAccess.vpcEndpointIds],
        },
      }
    : {};
