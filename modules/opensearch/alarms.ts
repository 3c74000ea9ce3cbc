import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { domainMetrics, type DomainMetric } from "./alarm-metrics";
import type { ClusterSize } from "./cluster";
import { RUNBOOK, TRACE_STORE } from "./names";

export interface DomainAlarmsProps {
  readonly accountId: string;
  readonly size: ClusterSize;
  readonly topicArn: string;
}

/** What is calculated from metrics of the domain, in the place of a metric. */
interface Calculated {
  readonly id: string;
  /** Of the metrics `m1`, `m2`..., each the sum of a minute. */
  readonly expression: string;
  readonly metrics: readonly string[];
  readonly evaluationPeriods: number;
  readonly threshold: number;
  readonly description: string;
}

/** Rejections are counted since the node's start; a node that starts anew makes the sum smaller. */
const CALCULATED: readonly Calculated[] = [
  {
    id: "write-rejected",
    expression: "DIFF(m1)",
    metrics: ["ThreadpoolWriteRejected"],
    evaluationPeriods: 1,
    threshold: 1,
    description:
      "A node turns writes away, its queue is full. The proxy tries again for 25 s, then spans are lost.",
  },
  {
    id: "search-rejected",
    expression: "DIFF(m1)",
    metrics: ["ThreadpoolSearchRejected"],
    evaluationPeriods: 1,
    threshold: 1,
    description: "A node turns searches away, its queue is full: people see errors in Jaeger.",
  },
  {
    id: "server-errors",
    expression: "100 * m1 / m2",
    metrics: ["5xx", "OpenSearchRequests"],
    // One answer of few requests is a tenth soon: five minutes.
    evaluationPeriods: 5,
    threshold: 10,
    description: "A tenth of the requests to OpenSearch fail: nodes are overloaded or away.",
  },
];

export function domainAlarms(scope: Construct, { accountId, size, topicArn }: DomainAlarmsProps): void {
  const of = { namespace: "AWS/ES", dimensions: { ClientId: accountId, DomainName: TRACE_STORE.domain } };
  const alarm = (
    id: string,
    description: string,
    config: Omit<CloudwatchMetricAlarmConfig, "alarmName" | "alarmDescription">,
  ) =>
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      ...config,
      alarmName: `${TRACE_STORE.domain}-${id}`,
      alarmDescription: `${description} ${RUNBOOK}`,
      // Some metrics are only there when there is something wrong, or when there are dedicated masters.
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  for (const { id, description, comparison, ...metric } of domainMetrics(size)) {
    alarm(id, description, { ...of, ...metric, comparisonOperator: OPERATORS[comparison ?? ">="] });
  }
  for (const { id, description, expression, metrics, ...rest } of CALCULATED) {
    const queries = metrics.map((metricName, index): CloudwatchMetricAlarmMetricQuery => ({
      id: `m${index + 1}`,
      metric: { ...of, metricName, period: 60, stat: "Sum" },
    }));
    alarm(id, description, {
      ...rest,
      metricQuery: [{ id: "e1", expression, label: id, returnData: true }, ...queries],
      comparisonOperator: OPERATORS[">="],
    });
  }
}

const OPERATORS: Readonly<Record<NonNullable<DomainMetric["comparison"]>, string>> = {
  ">=": "GreaterThanOrEqualToThreshold",
  "<=": "LessThanOrEqualToThreshold",
  "<": "LessThanThreshold",
};
