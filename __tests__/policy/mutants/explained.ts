/** Mutants that no test can tell from the policy, and why that does no harm. */
export interface Explanation {
  /** Stack, address and attribute of the policy. */
  readonly where: RegExp;
  /** `<Sid>: <change>`. */
  readonly change: RegExp;
  readonly reason: string;
}

export const EXPLAINED: readonly Explanation[] = [
  {
    where: /^central aws_api_gateway_domain_name\.domain policy$/,
    change: /^OurRoles: (without ArnLike|ArnLike|the Allow is gone)/,
    reason:
      "Within the account the callers' own policies are enough, and everybody else the Deny beside it keeps out: the Allow decides nothing alone.",
  },
  ...[
    [
      /aws_iam_role_policy\.traces_admin_policy policy$/,
      /^AdministerDomain: (the Allow is gone|Action without)/,
    ] as const,
    [
      /aws_iam_role_policy\.traces_proxy_policy policy$/,
      /^UseDomain: (the Allow is gone|Action without)/,
    ] as const,
    [
      /aws_opensearch_domain\.traces_domain access_policies$/,
      /^Storage(Proxy|Admin): (the Allow is gone|Action without)/,
    ] as const,
  ].map(([where, change]) => ({
    where,
    change,
    reason:
      "The role's policy and the domain's both name the same actions, and within an account one is enough: less in one of them takes nothing away, and gives nothing.",
  })),
  {
    where: /^central aws_iam_role_policy\.ingest_logging-policy policy$/,
    change: /^WriteApiLogs: Action without logs:DescribeLogGroups$/,
    reason:
      "AWS takes the action on the form of every log group; its reference, and so the tables, know no resource for it.",
  },
];
