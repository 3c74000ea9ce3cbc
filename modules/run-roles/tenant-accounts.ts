import { CloudformationStackSet } from "@cdktf/provider-aws/lib/cloudformation-stack-set";
import { CloudformationStackSetInstance } from "@cdktf/provider-aws/lib/cloudformation-stack-set-instance";
import type { Construct } from "constructs";
import { attribute, literal } from "../../lib/terraform-text";
import { EXISTING, TRUST, type Template } from "./template";

/** AWS Organizations lets a member account deploy to others when it is the delegated administrator of stack sets. */
const CALL_AS = "DELEGATED_ADMIN";

/** The runs' side of the tenants' accounts, kept by CloudFormation: a provider of Terraform's for each would be a process each. */
export const runRolesStackSet = (scope: Construct, id: string, template: Template): CloudformationStackSet =>
  new CloudformationStackSet(scope, id, {
    name: "tenantscope-run-roles",
    description: "What runs in HCP Terraform may do in the tenants' accounts",
    permissionModel: "SERVICE_MANAGED",
    callAs: CALL_AS,
    capabilities: ["CAPABILITY_NAMED_IAM"],
    // Accounts get the roles by name, not by being in a unit.
    autoDeployment: { enabled: false },
    // Of the set itself, which nobody is; each account has its own.
    parameters: { Tenant: "none", [TRUST]: "make" },
    templateBody: literal(JSON.stringify(template)),
    // AWS says it back although it has no meaning here.
    lifecycle: { ignoreChanges: ["administration_role_arn"], preventDestroy: true },
  });

export interface RunRolesInProps {
  readonly stackSet: CloudformationStackSet;
  readonly tenant: string;
  readonly accountId: string;
  /** Of the CloudFormation stack; what it makes has none. */
  readonly region: string;
  readonly organizationalUnitIds: readonly string[];
  /** Whether the account trusts HCP Terraform's tokens already. */
  readonly hasOidcProvider: boolean;
  readonly isKept: boolean;
}

/** The runs' roles in one tenant's account. */
export const runRolesIn = (
  scope: Construct,
  id: string,
  props: RunRolesInProps,
): CloudformationStackSetInstance =>
  new CloudformationStackSetInstance(scope, id, {
    stackSetName: attribute(props.stackSet, "name"),
    callAs: CALL_AS,
    stackSetInstanceRegion: props.region,
    deploymentTargets: {
      organizationalUnitIds: [...props.organizationalUnitIds],
      accounts: [props.accountId],
      accountFilterType: "INTERSECTION",
    },
    parameterOverrides: { Tenant: props.tenant, ...(props.hasOidcProvider ? { [TRUST]: EXISTING } : {}) },
    lifecycle: { preventDestroy: props.isKept },
  });
