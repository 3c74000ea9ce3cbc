/**
 * What Terraform says (as a pattern of its errors, on one line), and what to do about it; the first that fits. `$1` and so
 * on are the pattern's groups. What keeps Terraform from working at all stands before what it works on: without
 * credentials the name of a parameter that cannot be read says nothing.
 */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /ExpiredToken|security token included in the request is (?:expired|invalid)|SSO session has expired|SSOProviderInvalidToken|InvalidClientTokenId|UnrecognizedClientException|RequestExpired/,
    "the AWS credentials have expired or are not valid: sign in again, then resume",
  ],
  [
    /[Nn]o valid credential sources|failed to refresh cached credentials|no EC2 IMDS role found/,
    "there are no AWS credentials: sign in with those of docs/BOOTSTRAP.md, then resume",
  ],
  [
    /Cannot assume IAM Role|sts:AssumeRole/,
    "the role that central.json names for the account cannot be assumed: see docs/BOOTSTRAP.md",
  ],
  [
    /Required token could not be found|run "?terraform login/,
    "there is no token for HCP Terraform: run `terraform login`, or set TF_TOKEN_app_terraform_io",
  ],
  [
    /Error acquiring the state lock.*? ID: (\S+) .*?Who: (\S+)/,
    "the state is locked by $2: wait for that run; if it is gone for good, run `terraform force-unlock $1` in the stack's folder and resume",
  ],
  [
    /Error acquiring the state lock/,
    "the state is locked: wait for the other run; if it is gone for good, run `terraform force-unlock` with the lock's ID in the stack's folder and resume",
  ],
  [
    /Required plugins are not installed|Inconsistent dependency lock file|any of the checksums recorded in the dependency lock file|Unrecognized remote plugin message|Could not load plugin/,
    "the providers on this machine are incomplete: delete .terraform and .terraform.lock.hcl in the stack's folder, and .tenantscope/plugins, then resume",
  ],
  [
    /Failed to query available provider packages|Failed to install provider|Could not retrieve the list of available versions/,
    "the providers could not be fetched: this machine needs the registry, or a mirror of it under `provider_installation` in Terraform's CLI configuration",
  ],
  [
    /Saved plans not allowed for workspaces with a VCS connection/,
    "the workspace on HCP Terraform is connected to a repository, which rules out saved plans: remove its connection (the `workspaces` stack makes none)",
  ],
  [
    /unredacted JSON plan data/,
    "HCP Terraform shows a plan's values only to those with admin rights on the workspace: use a token that has them",
  ],
  [
    /Saving a generated plan is currently not supported/,
    "this Terraform Enterprise cannot save plans: it needs saved plans (HCP Terraform has them), or workspaces with local execution",
  ],
  [
    /Grafana client is required/,
    'there is no token for Grafana: set GRAFANA_AUTH, as docs/GRAFANA.md says under "The token"',
  ],
  [
    /\]\[401\]|\(status 401\)|status: 401,|Invalid API key/,
    'Grafana does not accept the token in GRAFANA_AUTH: fetch the present one, as docs/GRAFANA.md says under "The token"',
  ],
  [
    /\]\[403\]|\(status 403\)|status: 403,/,
    'the token in GRAFANA_AUTH may not do that: it must be the one of the service account tenantscope-terraform, as docs/GRAFANA.md says under "The token"',
  ],
  [
    /not authorized to perform: (\S+?)[\s,;]/,
    "the role in use has no right to $1: docs/BOOTSTRAP.md lists those of the deploy roles",
  ],
  [
    /AccessDenied|UnauthorizedOperation|not authorized to perform/,
    "the role in use has no right to do that: docs/BOOTSTRAP.md lists those of the deploy roles",
  ],
  [
    /Throttl|Rate exceeded|TooManyRequests|RequestLimitExceeded|SlowDown/,
    "AWS takes no more requests for the moment: resume in some minutes, with fewer stacks at a time (`concurrency` of the wave in central.json, `--concurrency` of plan and drift)",
  ],
  [
    /(?:couldn't find resource|ParameterNotFound).{0,300}\/tenantscope\/contract\/v\d+|\/tenantscope\/contract\/v\d+.{0,40}(?:couldn't find resource|ParameterNotFound)/,
    "the central stack has not published its contract: deploy it first, with `deploy --shared`",
  ],
];

/** Says in one line why Terraform failed, with the remedy where it is known. */
export function explain(output: string, code: number): string {
  // A box is drawn around each error, and its lines are folded.
  const plain = output.replace(/^[│╷╵ ]+/gm, "");
  // Before it come warnings, and whatever names Terraform has worked on.
  const first = /^Error: (.+)$/m.exec(plain);
  if (first === null) return `Terraform ended with status ${code}`;
  const errors = plain.slice(first.index).replace(/\s+/g, " ");
  const error = first[1] ?? "";
  for (const [pattern, remedy] of KNOWN) {
    const found = pattern.exec(errors);
    if (found)
      return `${error}; ${remedy.replace(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? "")}`;
  }
  return error;
}
