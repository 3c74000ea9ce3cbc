import { policy, type PolicyDocument } from "../../lib/iam";
import { TOKEN_AUDIENCE, type Phase } from "../../lib/run-names";

/** Where the tokens come from. */
export interface TokenIssuer {
  /** Host name of HCP Terraform or Terraform Enterprise. */
  readonly hostname: string;
  readonly organization: string;
  readonly project: string;
}

export const oidcProviderArn = (accountId: string, { hostname }: TokenIssuer): string =>
  `arn:aws:iam::${accountId}:oidc-provider/${hostname}`;

/** What a token says that it is about: exactly one workspace, in exactly one phase. */
export const tokenSubject = (
  { organization, project }: TokenIssuer,
  workspace: string,
  phase: Phase,
): string => `organization:${organization}:project:${project}:workspace:${workspace}:run_phase:${phase}`;

/** The runs of one workspace in one phase, and nobody else. */
export const runTrust = (input: {
  /** Of the role. */
  readonly accountId: string;
  readonly issuer: TokenIssuer;
  readonly workspace: string;
  readonly phase: Phase;
}): PolicyDocument =>
  policy({
    Sid: "Runs",
    Effect: "Allow",
    Principal: { Federated: oidcProviderArn(input.accountId, input.issuer) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${input.issuer.hostname}:aud`]: TOKEN_AUDIENCE,
        [`${input.issuer.hostname}:sub`]: tokenSubject(input.issuer, input.workspace, input.phase),
      },
    },
  });
