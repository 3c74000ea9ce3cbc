import { NotificationConfiguration } from "@cdktf/provider-tfe/lib/notification-configuration";
import { Variable } from "@cdktf/provider-tfe/lib/variable";
import { Workspace } from "@cdktf/provider-tfe/lib/workspace";
import { WorkspaceSettings } from "@cdktf/provider-tfe/lib/workspace-settings";
import { WorkspaceVariableSet } from "@cdktf/provider-tfe/lib/workspace-variable-set";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { CloudBackend } from "../../fleet/cloud-types";
import { workspaceName } from "../../lib/names";
import { attribute, createAfter, literal } from "../../lib/terraform-text";

export interface HcpWorkspaceProps {
  readonly stack: string;
  readonly description: string;
  /** Reference. */
  readonly projectId: string;
  readonly settings: Pick<CloudBackend, "executionMode" | "agentPoolId" | "terraformVersion" | "assessments">;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether Terraform refuses to take it away, and to destroy what it holds. */
  readonly isKept: boolean;
  /**
   * What its runs work with. It goes before these do: as long as it manages anything HCP Terraform does not delete it, and
   * its runs must be able to destroy that.
   */
  readonly comesAfter: readonly TerraformResource[];
  /** Environment of its runs; no secrets. References. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variable sets beside those of the project; references. */
  readonly variableSetIds: Readonly<Record<string, string>>;
  /** Ids of the members of the organization that are told; references. */
  readonly notifiedUserIds: readonly string[];
}

const RUN_TRIGGERS = ["run:errored", "run:needs_attention"];
const ASSESSMENT_TRIGGERS = ["assessment:check_failure", "assessment:drifted", "assessment:failed"];

/**
 * Where HCP Terraform keeps the state of one stack and runs it. Nothing starts a run by itself, neither another
 * workspace's run nor a repository, and no other workspace reads its state.
 */
export class HcpWorkspace extends Construct {
  constructor(scope: Construct, id: string, props: HcpWorkspaceProps) {
    super(scope, id);
    const { settings } = props;
    const workspace = new Workspace(this, "workspace", {
      name: workspaceName(props.stack),
      description: literal(props.description),
      projectId: props.projectId,
      terraformVersion: settings.terraformVersion,
      tags: { ...props.tags },
      // The first run is somebody's decision.
      queueAllRuns: false,
      allowDestroyPlan: !props.isKept,
      // HCP Terraform itself refuses to delete a workspace that still manages something.
      forceDelete: false,
      lifecycle: { preventDestroy: props.isKept },
    });
    createAfter(workspace, ...props.comesAfter);
    const workspaceId = attribute(workspace, "id");
    new WorkspaceSettings(this, "settings", {
      workspaceId,
      executionMode: settings.executionMode,
      ...(settings.agentPoolId === undefined ? {} : { agentPoolId: settings.agentPoolId }),
      autoApply: false,
      assessmentsEnabled: settings.assessments,
      globalRemoteState: false,
    });
    for (const [key, value] of Object.entries(props.environment)) {
      new Variable(this, `variable-${key}`, { workspaceId, key, value, category: "env" });
    }
    for (const [name, variableSetId] of Object.entries(props.variableSetIds)) {
      new WorkspaceVariableSet(this, `variable-set-${name}`, { workspaceId, variableSetId });
    }
    if (props.notifiedUserIds.length > 0) {
      new NotificationConfiguration(this, "notification", {
        workspaceId,
        name: "tenantscope",
        destinationType: "email",
        emailUserIds: [...props.notifiedUserIds],
        enabled: true,
        triggers: [...RUN_TRIGGERS, ...(settings.assessments ? ASSESSMENT_TRIGGERS : [])],
      });
    }
  }
}
