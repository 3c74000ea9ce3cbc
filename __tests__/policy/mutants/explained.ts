/** Mutants that no test can tell from the policy, and why that does no harm. */
export interface Explanation {
  /** Stack, address and attribute of the policy. */
  readonly where: RegExp;
  /** `<Sid>: <change>`. */
  readonly change: RegExp;
  readonly reason: string;
}

export const EXPLAINED: readonly Explanation[] = [
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
    where:
      /aws_iam_role_policy\.(grafana_policy|loki_task-policy-\d+|notifier_subscriber_function_policy) policy$/,
    change:
      /^(EncryptAlerts|EncryptChunks|DecryptOverrides|EncryptFailed): without StringEquals kms:ViaService$/,
    reason:
      "The key's own policy keeps the account's principals to the same service (OnlyThroughServices), so the condition here decides nothing alone.",
  },
  ...[
    [/^tenant-\w+ /, /^FillCache: (the Allow is gone|Action without ecr:)/] as const,
    // Services that pull copies from the cache alone; images of their own are in the tables.
    [/^tenant-(acme2|umbrella|wonka) /, /^PullImages: (the Allow is gone|Action without ecr:)/] as const,
  ].map(([stack, change]) => ({
    where: new RegExp(`${stack.source}aws_iam_role_policy\\.service-[\\w-]+_execution-policy policy$`),
    change,
    reason:
      "Less than is needed, of repositories that no stack makes. The rule that compares these statements with the task's containers (rules/images.ts) needs whole stacks, and is broken by hand in mutations/images.ts; the script's stacks have one policy.",
  })),
  {
    where: /^tenant-initech aws_kms_key\.(alerts_key|logs-key) policy$/,
    change: /^OnlyThroughServices: Principal becomes another tenant's account$/,
    reason:
      "The other tenant that is put in is initech itself, and the Deny is for the account's own principals anyway.",
  },
  {
    where: /^central aws_iam_role_policy\.ingest_logging-policy policy$/,
    change: /^WriteApiLogs: Action without logs:DescribeLogGroups$/,
    reason:
      "AWS takes the action on the form of every log group; its reference, and so the tables, know no resource for it.",
  },
];
