/** What people see, and who is told. */

/** `central.json` `grafana`: the Amazon Managed Grafana workspace. */
export interface CentralGrafana {
  /**
   * `enterprise`: teams follow the directory's groups, and a data source is for those that it names. `standard`: folders
   * are closed, but whoever may sign in can query every data source, and teams are filled by hand.
   */
  readonly licence: "standard" | "enterprise";
  /** IAM Identity Center groups that have a role in the whole workspace. Ids. */
  readonly adminGroupIds: readonly string[];
  readonly editorGroupIds: readonly string[];
  /** Who may sign in at all: a group with the people of every tenant. */
  readonly viewerGroupIds: readonly string[];
  /** From where the workspace's address answers; from everywhere when both are empty. */
  readonly networkAccess: {
    readonly prefixListIds: readonly string[];
    readonly vpcEndpointIds: readonly string[];
  };
}

/** What a tenant's people could also see of other tenants, and see nonetheless. */
export type SharedQuery = "metrics" | "traces";

/** A tenant's `grafana`. */
export interface TenantGrafana {
  /** IAM Identity Center groups of the tenant's people. Ids. */
  readonly groupIds: readonly string[];
  /** In the order of {@link SharedQuery}: the pooled workspace, the shared Jaeger. */
  readonly sharedQueries: readonly SharedQuery[];
}

/** When an alert fires. */
export interface AlertThresholds {
  /** Share of requests that may fail: the error budget, 0 to 1. */
  readonly errorRatio: number;
  /** 95th percentile of a request's duration, in seconds. */
  readonly latencySeconds: number;
  /** Share of a task's reserved CPU and memory, 0 to 1. */
  readonly cpuRatio: number;
  readonly memoryRatio: number;
  /** Tasks of a service that were replaced within an hour. */
  readonly taskRestarts: number;
  /** Share of a sidecar's queue that waits, 0 to 1. */
  readonly queueRatio: number;
  /** Share of a limit of active series, 0 to 1. */
  readonly seriesRatio: number;
}

/** `central.json` `alerts`. */
export interface CentralAlerts {
  readonly emails: readonly string[];
  /** Where the pages of `docs/runbooks` are; an alert's link begins so. */
  readonly runbooksUrl: string;
  readonly thresholds: AlertThresholds;
}

/** A tenant's `alerts`. */
export interface TenantAlerts {
  readonly emails: readonly string[];
  /** HTTPS endpoints that confirm a subscription of SNS. */
  readonly httpsUrls: readonly string[];
  /** Secrets in the tenant's account: the URL of a Slack webhook, a PagerDuty integration key. */
  readonly slackSecretArn?: string;
  readonly pagerDutySecretArn?: string;
  /** Customer-managed keys of these secrets. */
  readonly secretKmsKeyArns: readonly string[];
  /** Those that differ from the central ones. */
  readonly thresholds: Partial<AlertThresholds>;
}
