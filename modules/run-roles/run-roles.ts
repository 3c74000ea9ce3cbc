import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { policy, type PolicyDocument } from "../../lib/iam";
import { workspaceName } from "../../lib/names";
import {
  BOUNDARIES,
  boundaryArn,
  centralRunRole,
  PHASES,
  RUN_PATH,
  TOKEN_AUDIENCE,
  type Phase,
} from "../../lib/run-names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { runBoundary, tenantBoundary } from "./boundaries";
import type { Place, Rights } from "./rights";
import { servicesBoundary } from "./services-boundary";
import { runTrust, type TokenIssuer } from "./trust";

const border = (scope: Construct, id: string, name: string, document: PolicyDocument): IamPolicy =>
  new IamPolicy(scope, id, {
    name,
    path: RUN_PATH,
    description: "What a role can do at most",
    policy: JSON.stringify(document),
  });

export interface CentralTrustProps extends Place {
  readonly issuer: TokenIssuer;
  /** Whether to make the provider; an account has one. */
  readonly manageOidcProvider: boolean;
}

/** What the central account has once: the trust in HCP Terraform's tokens, and the borders that are nobody's in particular. */
export class CentralTrust extends Construct {
  /** What the runs' roles come after. */
  readonly made: readonly (IamPolicy | IamOpenidConnectProvider)[];

  constructor(scope: Construct, id: string, { accountId, issuer, manageOidcProvider }: CentralTrustProps) {
    super(scope, id);
    border(this, "services-boundary", BOUNDARIES.services, servicesBoundary());
    this.made = [
      border(this, "run-boundary", BOUNDARIES.run, runBoundary(accountId, issuer.hostname)),
      ...(manageOidcProvider
        ? [
            new IamOpenidConnectProvider(this, "oidc-provider", {
              url: `https://${issuer.hostname}`,
              clientIdList: [TOKEN_AUDIENCE],
            }),
          ]
        : []),
    ];
  }
}

/** Border of the roles that a tenant's stack makes in the central account. */
export const tenantBorder = (scope: Construct, id: string, tenant: string, place: Place): IamPolicy =>
  border(scope, id, BOUNDARIES.tenant(tenant), tenantBoundary(tenant, place));

export interface RunRolesProps {
  readonly stack: string;
  readonly accountId: string;
  readonly issuer: TokenIssuer;
  readonly rights: Rights;
  readonly trust: CentralTrust;
}

/** The two roles in the central account of the runs of one stack: one plans, the other applies. */
export class RunRoles extends Construct {
  /** References. */
  readonly arns: Readonly<Record<Phase, string>>;

  constructor(scope: Construct, id: string, { stack, accountId, issuer, rights, trust }: RunRolesProps) {
    super(scope, id);
    const role = (phase: Phase): string => {
      const made = new IamRole(this, phase, {
        name: centralRunRole(stack, phase),
        path: RUN_PATH,
        description: `Runs in HCP Terraform that ${phase} ${stack}`,
        maxSessionDuration: 3600,
        permissionsBoundary: boundaryArn(accountId, BOUNDARIES.run),
        assumeRolePolicy: JSON.stringify(
          runTrust({ accountId, issuer, workspace: workspaceName(stack), phase }),
        ),
      });
      createAfter(made, ...trust.made);
      new IamRolePolicy(this, `${phase}-policy`, {
        name: phase,
        role: attribute(made, "name"),
        policy: JSON.stringify(policy(...rights[phase])),
      });
      return attribute(made, "arn");
    };
    const [plan, apply] = PHASES.map(role) as [string, string];
    this.arns = { plan, apply };
  }
}
