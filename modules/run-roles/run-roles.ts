import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformResource } from "cdktf";
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

const border = (
  scope: Construct,
  id: string,
  name: string,
  document: PolicyDocument,
  isKept: boolean,
): IamPolicy =>
  new IamPolicy(scope, id, {
    name,
    path: RUN_PATH,
    description: "What a role can do at most",
    policy: JSON.stringify(document),
    lifecycle: { preventDestroy: isKept },
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
    border(this, "services-boundary", BOUNDARIES.services, servicesBoundary(), true);
    this.made = [
      border(this, "run-boundary", BOUNDARIES.run, runBoundary(accountId, issuer.hostname), true),
      ...(manageOidcProvider
        ? [
            new IamOpenidConnectProvider(this, "oidc-provider", {
              url: `https://${issuer.hostname}`,
              clientIdList: [TOKEN_AUDIENCE],
              lifecycle: { preventDestroy: true },
            }),
          ]
        : []),
    ];
  }
}

/** Border of the roles that a tenant's stack makes in the central account. */
export const tenantBorder = (
  scope: Construct,
  id: string,
  { tenant, place, isKept }: { readonly tenant: string; readonly place: Place; readonly isKept: boolean },
): IamPolicy => border(scope, id, BOUNDARIES.tenant(tenant), tenantBoundary(tenant, place), isKept);

export interface RunRolesProps {
  readonly stack: string;
  readonly accountId: string;
  readonly issuer: TokenIssuer;
  readonly rights: Rights;
  readonly trust: CentralTrust;
  /** Whether Terraform refuses to take them away: without them nothing that their runs made can be destroyed. */
  readonly isKept: boolean;
}

/** The two roles in the central account of the runs of one stack: one plans, the other applies. */
export class RunRoles extends Construct {
  /** References. */
  readonly arns: Readonly<Record<Phase, string>>;
  /** All that the runs need. */
  readonly made: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: RunRolesProps) {
    super(scope, id);
    const { stack, accountId, issuer, rights, trust, isKept } = props;
    const made: TerraformResource[] = [];
    const lifecycle = { preventDestroy: isKept };
    const role = (phase: Phase): string => {
      const identity = new IamRole(this, phase, {
        name: centralRunRole(stack, phase),
        path: RUN_PATH,
        description: `Runs in HCP Terraform that ${phase} ${stack}`,
        maxSessionDuration: 3600,
        permissionsBoundary: boundaryArn(accountId, BOUNDARIES.run),
        assumeRolePolicy: JSON.stringify(
          runTrust({ accountId, issuer, workspace: workspaceName(stack), phase }),
        ),
        lifecycle,
      });
      createAfter(identity, ...trust.made);
      const given = new IamRolePolicy(this, `${phase}-policy`, {
        name: phase,
        role: attribute(identity, "name"),
        policy: JSON.stringify(policy(...rights[phase])),
        lifecycle,
      });
      made.push(identity, given);
      return attribute(identity, "arn");
    };
    const [plan, apply] = PHASES.map(role) as [string, string];
    this.arns = { plan, apply };
    this.made = made;
  }
}
