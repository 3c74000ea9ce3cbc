/** An IAM policy document. Strings may hold Terraform references; everything else is literal. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in trust, key and other resource policies. */
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  /** Absent in trust policies. */
  readonly Resource?: string | readonly string[];
  /** Only in a Deny: everything but these. */
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export const policy = (...statements: Statement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});

/** The account's administrators manage the key through IAM; the only principal that may, so that no key is orphaned. */
export const keyAdministration = (accountId: string): Statement => ({
  Sid: "AccountAdministration",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: "kms:*",
  // In a key policy "*" is the key itself.
  Resource: "*",
});
