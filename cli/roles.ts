import { loadFleet } from "../fleet/load";
import type { Fleet } from "../fleet/types";
import { UserError } from "../lib/errors";
import type { PolicyDocument } from "../lib/iam";
import { remoteRuns } from "../lib/remote-runs";
import {
  centralPlanPolicy,
  planCallerPolicy,
  tenantPlanPolicy,
  tokenPolicy,
  workspacesPlanPolicy,
} from "../modules/run-roles/plan-policies";
import { addCommand, type CommandOptions, type Output, type Register } from "./command";
import { USAGE } from "./exit-status";
import { findTenant } from "./find-tenant";
import { jsonText } from "./json";

interface RolesOptions extends CommandOptions {
  readonly central?: boolean;
  readonly tenant?: string;
  readonly caller?: boolean;
  readonly token?: boolean;
}

export const registerRoles: Register = (program, run) => {
  addCommand(program, "roles", "print the policy of a role that only plans, or of whoever takes it on")
    .option("--central", "of deploy.centralPlanRoleName: what planning reads in the central account")
    .option("--tenant <name>", "of deploy.tenantPlanRoleName in this tenant's account")
    .option("--caller", "of who plans, such as a CI job's role: the roles above, and the states")
    .option("--token", "of deploy.tokenRoleName: Grafana's token, and nothing else")
    .action((options: RolesOptions) => run(options, roles));
};

/** Prints one IAM policy, as `aws iam put-role-policy` takes it. */
export function roles({ root, central, tenant, caller, token }: RolesOptions, output: Output): number {
  if ([central, tenant, caller, token].filter((each) => each !== undefined).length !== 1) {
    output.err("error: say whose policy: one of --central, --tenant <name>, --caller, --token\n");
    return USAGE;
  }
  const fleet = loadFleet(root);
  const document =
    tenant !== undefined
      ? ofTenant(fleet, tenant)
      : caller === true
        ? ofCaller(fleet)
        : token === true
          ? tokenPolicy(fleet.central)
          : ofCentral(fleet);
  output.out(jsonText(document));
  return 0;
}

function ofCentral({ central }: Fleet): PolicyDocument {
  if (remoteRuns(central) !== undefined) return workspacesPlanPolicy(central);
  return centralPlanPolicy(central, central.registry?.github?.manageOidcProvider === true);
}

function ofTenant(fleet: Fleet, name: string): PolicyDocument {
  const { accountId } = findTenant(fleet.tenants, name);
  const { central } = fleet;
  if (remoteRuns(central) !== undefined) {
    throw new UserError(
      "runs in HCP Terraform plan tenants' stacks with roles of their own, which the stack workspaces makes",
    );
  }
  const { domain } = central.ingest;
  return tenantPlanPolicy({
    accountId,
    tenant: name,
    ...(domain === undefined ? {} : { domain: { name: domain.name, accountId: central.accountId } }),
  });
}

function ofCaller({ central }: Fleet): PolicyDocument {
  const { accountId, organizationId, deploy, backend } = central;
  const isRemote = remoteRuns(central) !== undefined;
  const { centralPlanRoleName, tenantPlanRoleName, tokenRoleName } = deploy;
  const missing = [
    ...(centralPlanRoleName === undefined ? ["centralPlanRoleName"] : []),
    ...(tenantPlanRoleName === undefined && !isRemote ? ["tenantPlanRoleName"] : []),
  ];
  if (centralPlanRoleName === undefined || missing.length > 0) {
    throw new UserError(
      `central.json does not name every role that only plans: set ${missing.map((key) => `deploy.${key}`).join(" and ")}`,
    );
  }
  return planCallerPolicy({
    ...{ accountId, organizationId },
    roles: {
      central: [centralPlanRoleName, ...(tokenRoleName === undefined ? [] : [tokenRoleName])],
      tenants: tenantPlanRoleName === undefined || isRemote ? [] : [tenantPlanRoleName],
    },
    ...(backend.type === "s3" && { state: backend }),
  });
}
