import { Dashboard } from "@cdktf/provider-grafana/lib/dashboard";
import { Folder } from "@cdktf/provider-grafana/lib/folder";
import { FolderPermission } from "@cdktf/provider-grafana/lib/folder-permission";
import { Construct } from "constructs";
import { attribute, literal } from "../../lib/terraform-text";

/** A dashboard as Grafana takes it; its uid is its name in links. */
export interface DashboardDocument {
  readonly uid?: string;
}

export interface DashboardFolderProps {
  readonly uid: string;
  readonly title: string;
  /** Who sees it besides the workspace's administrators. */
  readonly teamIds: readonly string[];
  readonly roles: readonly ("Editor" | "Viewer")[];
  readonly dashboards: readonly DashboardDocument[];
}

/**
 * A folder with its dashboards. The list of who sees it is whole: without it, every editor and viewer of the workspace
 * would.
 */
export class DashboardFolder extends Construct {
  /** Terraform reference. */
  readonly uid: string;

  constructor(scope: Construct, id: string, props: DashboardFolderProps) {
    super(scope, id);
    const folder = new Folder(this, "folder", { uid: props.uid, title: literal(props.title) });
    this.uid = attribute(folder, "uid");
    new FolderPermission(this, "permission", {
      folderUid: this.uid,
      permissions: [
        ...props.roles.map((role) => ({ role, permission: "View" })),
        ...props.teamIds.map((teamId) => ({ teamId, permission: "View" })),
      ],
    });
    for (const dashboard of props.dashboards) {
      if (dashboard.uid === undefined) throw new Error(`${this.node.path}: a dashboard has no uid`);
      new Dashboard(this, `dashboard-${dashboard.uid}`, {
        folder: this.uid,
        configJson: literal(JSON.stringify(dashboard)),
        // One that a person made under the same uid is replaced rather than a reason to stop.
        overwrite: true,
      });
    }
  }
}
