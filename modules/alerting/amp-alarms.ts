import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

export interface AmpAlarmsProps {
  /** Alias of the workspace: the alarms' names begin with it. */
  readonly alias: string;
  /** Reference. */
  readonly workspaceId: string;
  /** In the workspace's account and Region. */
  readonly topicArn: string;
  /** @default the stack's provider */
  readonly provider?: TerraformProvider;
}

type Alarm = Pick<CloudwatchMetricAlarmConfig, "alarmDescription" | "evaluationPeriods"> & {
  readonly id: string;
};

/** Of a quota, in percent: raising one takes AWS hours to days. */
const NEAR_QUOTA_PERCENT = 80;

/** `ResourceCount` of the workspace, in the form that CloudWatch finds the quota by. */
const QUOTAS: readonly (Alarm & { readonly resource: string })[] = [
  {
    id: "active-series",
    resource: "ActiveSeries",
    evaluationPeriods: 3,
    alarmDescription:
      "The workspace nears its quota of active series. Beyond it, new series of every tenant are rejected.",
  },
  {
    id: "ingestion-rate",
    resource: "IngestionRate",
    evaluationPeriods: 3,
    alarmDescription:
      "The workspace nears its quota of samples per second. Beyond it, samples of every tenant are rejected.",
  },
  {
    id: "active-alerts",
    resource: "ActiveAlerts",
    evaluationPeriods: 3,
    alarmDescription: "The workspace nears its quota of active alerts. Beyond it, new alerts are not raised.",
  },
];

/** What is counted with the workspace as its only dimension. */
const COUNTED: readonly (Alarm & { readonly metricName: string })[] = [
  {
    id: "notifications-failed",
    metricName: "AlertManagerNotificationsFailed",
    evaluationPeriods: 1,
    alarmDescription:
      "The alertmanager could not send alerts to the routing topic. The workspace's log says why.",
  },
  {
    id: "notifications-throttled",
    metricName: "AlertManagerNotificationsThrottled",
    evaluationPeriods: 1,
    alarmDescription: "The alertmanager sends more than it may: alerts are late.",
  },
];

/** What is counted by reason or by rule group: Metrics Insights adds up whatever there is, groups of later tenants included. */
const SUMMED: readonly (Alarm & { readonly metricName: string })[] = [
  {
    id: "discarded-samples",
    metricName: "DiscardedSamples",
    // Some come late or twice whenever a task is replaced.
    evaluationPeriods: 3,
    alarmDescription:
      "The workspace goes on discarding samples: a limit is reached, or a collector sends what is too old. The metric's reason says which.",
  },
  {
    id: "rule-failures",
    metricName: "RuleEvaluationFailures",
    evaluationPeriods: 2,
    alarmDescription:
      "Rules cannot be evaluated, so their alerts cannot fire. The workspace's log names them.",
  },
  {
    id: "rules-missed",
    metricName: "RuleGroupIterationsMissed",
    evaluationPeriods: 2,
    alarmDescription: "A rule group takes longer than its interval: its alerts are late or missing.",
  },
];

/** Alarms of an Amazon Managed Prometheus workspace, of metrics that AWS gives for nothing. A metric without values is 0. */
export function ampAlarms(scope: Construct, id: string, props: AmpAlarmsProps): void {
  const { alias, workspaceId, topicArn, provider } = props;
  const alarm = (
    { id: name, alarmDescription, evaluationPeriods }: Alarm,
    config: Omit<CloudwatchMetricAlarmConfig, "alarmName" | "evaluationPeriods" | "comparisonOperator">,
  ): void => {
    new CloudwatchMetricAlarm(scope, `${id}-${name}`, {
      provider,
      alarmName: `${alias}-${name}`,
      alarmDescription,
      evaluationPeriods,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...config,
    });
  };
  for (const quota of QUOTAS) {
    alarm(quota, {
      threshold: NEAR_QUOTA_PERCENT,
      metricQuery: [
        {
          id: "used",
          metric: {
            namespace: "AWS/Usage",
            metricName: "ResourceCount",
            dimensions: {
              Service: "Prometheus",
              Type: "Resource",
              Class: "None",
              Resource: quota.resource,
              ResourceId: workspaceId,
            },
            stat: "Maximum",
            period: 300,
          },
        },
        {
          id: "percent",
          expression: "100 * used / SERVICE_QUOTA(used)",
          label: "% of the quota",
          returnData: true,
        },
      ],
    });
  }
  for (const counted of COUNTED) {
    alarm(counted, {
      threshold: 0,
      namespace: "AWS/Prometheus",
      metricName: counted.metricName,
      dimensions: { Workspace: workspaceId },
      statistic: "Sum",
      period: 300,
    });
  }
  for (const { metricName, ...summed } of SUMMED) {
    alarm(summed, {
      threshold: 0,
      metricQuery: [
        {
          id: "total",
          expression: `SELECT SUM(${metricName}) FROM "AWS/Prometheus" WHERE Workspace = '${workspaceId}'`,
          period: 300,
          returnData: true,
        },
      ],
    });
  }
}
