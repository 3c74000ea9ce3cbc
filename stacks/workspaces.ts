import type { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import { DataTfeOrganizationMembership } from "@cdktf/provider-tfe/lib/data-tfe-organization-membership";
import { Project } from "@cdktf/provider-tfe/lib/project";
import { ProjectVariableSet } from "@cdktf/provider-tfe/lib/project-variable-set";
import { TfeProvider } from "@cdktf/provider-tfe/lib/provider";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { CloudBackend } from "../fleet/cloud-types";
import type { Fleet, Tenant } from "../fleet/types";
import { stackNames } from "../lib/names";
import { DEFAULT_HOSTNAME, remoteRuns } from "../lib/remote-runs";
import { CENTRAL_CREDENTIALS, runRoleArn, tenantRunRole, type Phase } from "../lib/run-names";
import { assumedRoles, awsProvider, configureStack } from "../lib/stack-options";
import { centralTags } from "../lib/tags";
import { attribute, literal } from "../lib/terraform-text";
import { githubProvider } from "../modules/github-roles/roles";
import { credentialsSet, roleEnvironment } from "../modules/hcp-workspace/credentials";
import { HcpWorkspace, type HcpWorkspaceProps } from "../modules/hcp-workspace/hcp-workspace";
import { centralRights, grafanaRights, limitsRights } from "../modules/run-roles/central-rights";
import type { Rights } from "../modules/run-roles/rights";
import { CentralTrust, RunRoles, tenantBorder } from "../modules/run-roles/run-roles";
import { runRolesIn, runRolesStackSet } from "../modules/run-roles/tenant-accounts";
import { tenantAccountTemplate } from "../modules/run-roles/template";
import { tenantCentralRights } from "../modules/run-roles/tenant-central-rights";
import type { TokenIssuer } from "../modules/run-roles/trust";

/** What runs need to get credentials, when they are remote. */
interface Runs {
  readonly issuer: TokenIssuer;
  readonly trust: CentralTrust;
  readonly stackSet?: CloudformationStackSet;
  readonly organizationalUnitIds: readonly string[];
  /** Reference. */
  readonly centralCredentialsId: string;
}

/**
 * HCP Terraform's side of the fleet: a workspace for every stack, and the AWS roles of their runs. Its own runs are always
 * local: whoever could run it remotely could give every run whatever it likes.
 */
export class WorkspacesStack extends TerraformStack {
  private readonly common: Pick<HcpWorkspaceProps, "projectId" | "notifiedUserIds">;

  constructor(
    scope: Construct,
    private readonly fleet: Fleet,
    private readonly backend: CloudBackend,
    /** Name of a tenant's wave. */
    private readonly waveOf: (tenant: Tenant) => string,
  ) {
    super(scope, stackNames.workspaces);
    const { central, tenants } = fleet;
    configureStack(this, stackNames.workspaces, central);
    const { organization, hostname, notifications } = backend;
    // Its token comes from the environment, and so is in no state.
    new TfeProvider(this, "tfe", { organization, ...(hostname === undefined ? {} : { hostname }) });
    const project = new Project(this, "project", {
      name: backend.project,
      description: "Observability of all tenants",
      lifecycle: { preventDestroy: true },
    });
    this.common = {
      projectId: attribute(project, "id"),
      notifiedUserIds: notifications.emails.map((email, index) => {
        const member = new DataTfeOrganizationMembership(this, `member-${String(index)}`, {
          organization,
          email: literal(email),
        });
        return `\${data.${member.terraformResourceType}.${member.friendlyUniqueId}.user_id}`;
      }),
    };
    const runs = remoteRuns(central) === undefined ? undefined : this.runs(attribute(project, "id"));
    this.sharedWorkspace(stackNames.workspaces, { ...backend, executionMode: "local", assessments: false });
    const place = { accountId: central.accountId, region: central.region };
    this.sharedWorkspace(stackNames.central, backend, runs && { runs, rights: centralRights(place) });
    this.sharedWorkspace(stackNames.limits, backend, runs && { runs, rights: limitsRights(place) });
    this.sharedWorkspace(stackNames.grafana, backend, runs && { runs, rights: grafanaRights(place) });
    for (const tenant of tenants) this.tenantWorkspace(tenant, runs);
  }

  /** What the runs of all stacks have in common. */
  private runs(projectId: string): Runs {
    const { backend } = this;
    const { accountId, region, ingest, tags, registry } = this.fleet.central;
    const { centralRoleName } = assumedRoles(this.fleet.central);
    awsProvider(this, "aws", {
      accountId,
      region,
      ...(centralRoleName === undefined ? {} : { roleName: centralRoleName }),
      tags: centralTags({ tags }, stackNames.workspaces),
    });
    if (registry?.github?.manageOidcProvider === true) githubProvider(this, "github-provider");
    const issuer = {
      hostname: backend.hostname ?? DEFAULT_HOSTNAME,
      organization: backend.organization,
      project: backend.project,
    };
    const credentials = credentialsSet(this, "credentials", {
      setName: "tenantscope-credentials",
      description: "AWS credentials of every run",
    });
    new ProjectVariableSet(this, "project-credentials", {
      projectId,
      variableSetId: attribute(credentials, "id"),
    });
    const centralCredentials = credentialsSet(this, "central-credentials", {
      setName: "tenantscope-central-credentials",
      description: "AWS credentials for the central account of the tenants' runs",
      name: CENTRAL_CREDENTIALS,
    });
    const template = tenantAccountTemplate(issuer, ingest.domain && { name: ingest.domain.name, accountId });
    new TerraformOutput(this, "tenant_account_template", {
      description: "CloudFormation template of what a tenant's account needs",
      value: literal(JSON.stringify(template)),
    });
    const { manageOidcProvider, stackSet } = backend;
    return {
      issuer,
      trust: new CentralTrust(this, "trust", { accountId, region, issuer, manageOidcProvider }),
      ...(stackSet === undefined ? {} : { stackSet: runRolesStackSet(this, "tenant-accounts", template) }),
      organizationalUnitIds: stackSet?.organizationalUnitIds ?? [],
      centralCredentialsId: attribute(centralCredentials, "id"),
    };
  }

  private roles(stack: string, { issuer, trust }: Runs, rights: Rights, isKept: boolean): RunRoles {
    const { accountId } = this.fleet.central;
    return new RunRoles(this, `run-${stack}`, { stack, accountId, issuer, trust, rights, isKept });
  }

  private sharedWorkspace(
    stack: string,
    settings: HcpWorkspaceProps["settings"],
    remote?: { readonly runs: Runs; readonly rights: Rights },
  ): void {
    const roles = remote && this.roles(stack, remote.runs, remote.rights, true);
    new HcpWorkspace(this, `workspace-${stack}`, {
      ...this.common,
      stack,
      description: `The stack ${stack}, which all tenants share`,
      settings,
      tags: { kind: "shared" },
      isKept: true,
      comesAfter: roles?.made ?? [],
      environment: roles === undefined ? {} : roleEnvironment(roles.arns),
      variableSetIds: {},
    });
  }

  private tenantWorkspace(tenant: Tenant, runs: Runs | undefined): void {
    const { name, accountId, lifecycle } = tenant;
    const stack = stackNames.tenant(name);
    const isKept = lifecycle !== "offboarding";
    const roles = runs && this.tenantRoles(tenant, runs, isKept);
    const own = (phase: Phase): string => runRoleArn(accountId, tenantRunRole(phase));
    new HcpWorkspace(this, `workspace-${stack}`, {
      ...this.common,
      stack,
      description: `Everything of tenant ${name}, in both accounts`,
      settings: this.backend,
      tags: { kind: "tenant", tenant: name, wave: this.waveOf(tenant), lifecycle },
      isKept,
      comesAfter: roles?.made ?? [],
      environment:
        roles === undefined
          ? {}
          : {
              ...roleEnvironment({ plan: own("plan"), apply: own("apply") }),
              ...roleEnvironment(roles.arns, CENTRAL_CREDENTIALS),
            },
      variableSetIds: runs === undefined ? {} : { central: runs.centralCredentialsId },
    });
  }

  /** Of the runs of a tenant's stack, and their borders, in both accounts. */
  private tenantRoles(
    { name, accountId }: Tenant,
    runs: Runs,
    isKept: boolean,
  ): Pick<RunRoles, "arns" | "made"> {
    const { central } = this.fleet;
    const place = { accountId: central.accountId, region: central.region };
    const border = tenantBorder(this, `boundary-${name}`, { tenant: name, place, isKept });
    const { arns, made } = this.roles(
      stackNames.tenant(name),
      runs,
      tenantCentralRights(name, place),
      isKept,
    );
    if (runs.stackSet === undefined) return { arns, made: [border, ...made] };
    const inAccount = runRolesIn(this, `tenant-account-${name}`, {
      stackSet: runs.stackSet,
      tenant: name,
      accountId,
      region: central.region,
      organizationalUnitIds: runs.organizationalUnitIds,
      hasOidcProvider: this.backend.stackSet?.accountsWithOidcProvider?.includes(accountId) === true,
      isKept,
    });
    return { arns, made: [border, ...made, inAccount] };
  }
}
