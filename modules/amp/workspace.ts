import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import { PrometheusQueryLoggingConfiguration } from "@cdktf/provider-aws/lib/prometheus-query-logging-configuration";
import { PrometheusWorkspace } from "@cdktf/provider-aws/lib/prometheus-workspace";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { centralNames } from "../../lib/names";
import { attribute, createAfter } from "../../lib/terraform-text";
import { EncryptionKey, logsStatement } from "../kms-key/kms-key";

export interface AmpWorkspaceProps {
  /** Alias of the workspace; also names its log groups and keys. */
  readonly alias: string;
  /** Account and Region of the workspace. */
  readonly accountId: string;
  readonly region: string;
  readonly logRetentionDays: number;
  /** Queries that touch at least so many samples are logged. */
  readonly queryLogMinSamples: number;
  /** The account's log delivery policy, where this stack makes it. */
  readonly logDelivery?: CloudwatchLogResourcePolicy;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

/**
 * An Amazon Managed Prometheus workspace with its own key, its vended logs (rejected samples, rule errors) and the log
 * of expensive queries. Fields are Terraform references.
 */
export class AmpWorkspace extends Construct {
  readonly id: string;
  readonly arn: string;
  readonly remoteWriteUrl: string;
  /** Where it is queried, with a slash at the end. */
  readonly queryUrl: string;

  constructor(scope: Construct, id: string, props: AmpWorkspaceProps) {
    super(scope, id);
    const { provider, accountId, region, alias } = props;
    const metricsKey = new EncryptionKey(this, "metrics-key", {
      provider,
      alias: centralNames.kmsAlias(alias, "metrics"),
      description: `Metrics of the Prometheus workspace ${alias}`,
      accountId,
      region,
      // The service works through a grant that whoever creates the workspace makes by IAM; no statement needed.
      statements: [],
      usedThrough: ["aps"],
    });
    const vended = centralNames.ampLogGroup(alias);
    const queries = centralNames.ampQueryLogGroup(alias);
    const logsKey = new EncryptionKey(this, "logs-key", {
      provider,
      alias: centralNames.kmsAlias(alias, "metrics-logs"),
      description: `Logs of the Prometheus workspace ${alias}`,
      accountId,
      region,
      statements: [logsStatement(region, accountId, [vended, queries])],
      usedThrough: ["logs"],
    });
    const logGroup = (groupId: string, name: string): CloudwatchLogGroup =>
      new CloudwatchLogGroup(this, groupId, {
        provider,
        name,
        retentionInDays: props.logRetentionDays,
        kmsKeyId: logsKey.arn,
      });
    const vendedGroup = logGroup("log", vended);
    const queryGroup = logGroup("query-log", queries);
    const workspace = new PrometheusWorkspace(this, "workspace", {
      provider,
      alias,
      kmsKeyArn: metricsKey.arn,
      // The API wants the stream wildcard, the resource's ARN comes without.
      loggingConfiguration: { logGroupArn: `${attribute(vendedGroup, "arn")}:*` },
    });
    this.id = attribute(workspace, "id");
    this.arn = attribute(workspace, "arn");
    this.queryUrl = attribute(workspace, "prometheus_endpoint");
    this.remoteWriteUrl = `${this.queryUrl}api/v1/remote_write`;
    const queryLogging = new PrometheusQueryLoggingConfiguration(this, "query-logging", {
      provider,
      workspaceId: this.id,
      destination: [
        {
          cloudwatchLogs: [{ logGroupArn: `${attribute(queryGroup, "arn")}:*` }],
          filters: [{ qspThreshold: props.queryLogMinSamples }],
        },
      ],
    });
    if (props.logDelivery !== undefined) {
      createAfter(workspace, props.logDelivery);
      createAfter(queryLogging, props.logDelivery);
    }
  }
}
