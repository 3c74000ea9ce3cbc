import { Team } from "@cdktf/provider-grafana/lib/team";
import { Construct } from "constructs";
import { tenantGrafanaNames } from "../../lib/grafana-names";
import { attribute } from "../../lib/terraform-text";
import { dataSource } from "./data-source";
import type { DataSourceSpec } from "./data-sources";
import { DashboardFolder, type DashboardDocument } from "./folder";

export interface TenantContentProps {
  readonly tenant: string;
  readonly displayName: string;
  readonly licence: "standard" | "enterprise";
  /** IAM Identity Center groups of the tenant's people. */
  readonly groupIds: readonly string[];
  /** All of them for this team, and for nobody else. */
  readonly sources: readonly DataSourceSpec[];
  readonly dashboards: readonly DashboardDocument[];
}

/** What one tenant's people see: their team, a folder for it alone, their data sources and dashboards. */
export class TenantContent extends Construct {
  constructor(scope: Construct, id: string, props: TenantContentProps) {
    super(scope, id);
    const { tenant, displayName, licence, groupIds } = props;
    const names = tenantGrafanaNames(tenant);
    const team = new Team(this, "team", {
      name: names.team,
      // Those whom team sync brings by the tenant's groups are no difference to the plan. Members added by hand are
      // nobody's here: without a list of members Terraform leaves them alone until something of the team changes.
      ignoreExternallySyncedMembers: true,
      ...(licence === "enterprise" && groupIds.length > 0 ? { teamSync: [{ groups: [...groupIds] }] } : {}),
    });
    const teamId = attribute(team, "id");
    for (const spec of props.sources) {
      dataSource(this, spec.uid, spec, { licence, teamIds: [teamId], roles: [] });
    }
    new DashboardFolder(this, "folder", {
      uid: names.folder,
      title: displayName === tenant ? tenant : `${displayName} (${tenant})`,
      teamIds: [teamId],
      roles: [],
      dashboards: props.dashboards,
    });
  }
}
