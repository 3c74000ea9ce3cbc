/** What Terraform says (as a pattern), and what to do about it. `$1` and so on are the pattern's groups. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /Error acquiring the state lock[\s\S]*?ID:\s+(\S+)[\s\S]*?Who:\s+(\S+)/,
    "the state is locked by $2: wait for that run; if it is gone for good, run `terraform force-unlock $1` in the stack's folder and resume",
  ],
  [
    /Error acquiring the state lock/,
    "the state is locked: wait for the other run; if it is gone for good, run `terraform force-unlock` with the lock's ID in the stack's folder and resume",
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
    /Required token could not be found|terraform login/,
    "there is no token for HCP Terraform: run `terraform login`, or set TF_TOKEN_app_terraform_io",
  ],
  [
    /\/tenantscope\/contract\/v\d+/,
    "the central stack has not published its contract: deploy it first, with `deploy --shared`",
  ],
  [
    /No valid credential sources found|failed to refresh cached credentials|ExpiredToken|InvalidClientTokenId/,
    "there are no valid AWS credentials for the central account: sign in, then resume",
  ],
  [
    /Cannot assume IAM Role|AssumeRole[\s\S]*AccessDenied/,
    "the deploy role of the account cannot be assumed: see docs/BOOTSTRAP.md",
  ],
  [
    /grafana[\s\S]*(?:401|[Uu]nauthorized)/,
    "Grafana does not accept the token in GRAFANA_AUTH: make a new one",
  ],
];

/** The first error that Terraform printed, on one line. */
function firstError(text: string): string | undefined {
  // A box is drawn around each error.
  const plain = text.replace(/^[│╷╵ ]+/gm, "");
  return /^Error: (.+)$/m.exec(plain)?.[1];
}

/** Says in one line why Terraform failed, with the remedy where it is known. */
export function explain(output: string, code: number): string {
  const error = firstError(output) ?? `Terraform ended with status ${code}`;
  for (const [pattern, remedy] of KNOWN) {
    const found = pattern.exec(output);
    if (found)
      return `${error}; ${remedy.replace(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? "")}`;
  }
  return error;
}
