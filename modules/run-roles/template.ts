import { policy, type PolicyDocument } from "../../lib/iam";
import { stackNames, workspaceName } from "../../lib/names";
import { BOUNDARIES, PHASES, RUN_PATH, tenantRunRole, TOKEN_AUDIENCE } from "../../lib/run-names";
import { runBoundary } from "./boundaries";
import { applicationsBoundary, servicesBoundary } from "./services-boundary";
import { tenantAccountRights, type TenantAccountProps } from "./tenant-account-rights";
import { runTrust, type TokenIssuer } from "./trust";

/** What CloudFormation replaces. */
const ACCOUNT = "${AWS::AccountId}";
const TENANT = "${Tenant}";

/** Parameter that says whether the account's trust in HCP Terraform's tokens is made, or there already. */
export const TRUST = "OidcProviderIs";
export const EXISTING = "existing";

/** A CloudFormation template, as far as this program writes one. */
export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Parameters: Readonly<Record<string, object>>;
  readonly Conditions: Readonly<Record<string, object>>;
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Condition?: string;
        readonly DependsOn?: string;
        readonly Properties: object;
      }
    >
  >;
}

/** Plain data in which CloudFormation is to replace what stands in `${}`. */
function substituted(value: unknown): unknown {
  if (typeof value === "string") return value.includes("${") ? { "Fn::Sub": value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, substituted(each)]));
}

const managedPolicy = (name: string, description: string, document: PolicyDocument) => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: {
    ManagedPolicyName: name,
    Path: RUN_PATH,
    Description: description,
    PolicyDocument: substituted(document),
  },
});

/**
 * What an account needs so that the runs of its tenant's workspace can work in it: the trust in HCP Terraform's tokens,
 * one role to plan and one to apply, and the borders. The same for all tenants; the parameter `Tenant` is the tenant's name.
 */
export function tenantAccountTemplate(issuer: TokenIssuer, domain?: TenantAccountProps["domain"]): Template {
  const rights = tenantAccountRights({
    accountId: ACCOUNT,
    tenant: TENANT,
    ...(domain === undefined ? {} : { domain }),
  });
  const workspace = workspaceName(stackNames.tenant(TENANT));
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "tenantscope: what runs in HCP Terraform may do in the account of a tenant",
    Parameters: {
      Tenant: { Type: "String", AllowedPattern: "^[a-z][a-z0-9-]{1,20}$" },
      // An account has one provider for a host; its ARN is the same whoever made it.
      [TRUST]: { Type: "String", AllowedValues: ["make", EXISTING], Default: "make" },
    },
    Conditions: { MakesTrust: { "Fn::Equals": [{ Ref: TRUST }, "make"] } },
    Resources: {
      OidcProvider: {
        Type: "AWS::IAM::OIDCProvider",
        Condition: "MakesTrust",
        Properties: { Url: `https://${issuer.hostname}`, ClientIdList: [TOKEN_AUDIENCE] },
      },
      RunBoundary: managedPolicy(
        BOUNDARIES.run,
        "Border of the runs' roles",
        runBoundary(ACCOUNT, issuer.hostname),
      ),
      ServicesBoundary: managedPolicy(
        BOUNDARIES.services,
        "Border of the roles of tenantscope's own services",
        servicesBoundary(),
      ),
      ApplicationsBoundary: managedPolicy(
        BOUNDARIES.applications,
        "Border of the task roles of applications",
        applicationsBoundary(),
      ),
      // One role has no room for all of it.
      ApplyNamed: managedPolicy(
        "tenantscope-run-apply",
        "What applying may do with things that it names",
        policy(...rights.named),
      ),
      ...Object.fromEntries(
        PHASES.map((phase) => [
          `${phase === "plan" ? "Plan" : "Apply"}Role`,
          {
            Type: "AWS::IAM::Role",
            // CloudFormation passes over it where the condition is false.
            DependsOn: "OidcProvider",
            Properties: {
              RoleName: tenantRunRole(phase),
              Path: RUN_PATH,
              PermissionsBoundary: { Ref: "RunBoundary" },
              MaxSessionDuration: 3600,
              ...(phase === "apply" ? { ManagedPolicyArns: [{ Ref: "ApplyNamed" }] } : {}),
              AssumeRolePolicyDocument: substituted(
                runTrust({ accountId: ACCOUNT, issuer, workspace, phase }),
              ),
              Policies: [{ PolicyName: phase, PolicyDocument: substituted(policy(...rights[phase])) }],
            },
          },
        ]),
      ),
    },
  };
}
