import { CloudwatchLogMetricFilter } from "@cdktf/provider-aws/lib/cloudwatch-log-metric-filter";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { apiAlarms, type ApiAlarm } from "../ingest/alarms";
import { STORAGE_NAMES } from "./names";
import { STORAGE_STAGE } from "./routes";

const ALARMS: readonly ApiAlarm[] = [
  {
    id: "server-errors",
    metricName: "5XXError",
    statistic: "Average",
    threshold: 0.01,
    description:
      "More than 1 % of Jaeger's requests fail: OpenSearch or the storage proxy is away. Collectors keep spans for a while.",
  },
  {
    id: "client-errors",
    metricName: "4XXError",
    statistic: "Average",
    threshold: 0.05,
    description:
      "More than 5 % of Jaeger's requests are refused: OpenSearch is throttled (429), bulks are too large (413) or rights " +
      "are missing (403). The access log says which.",
  },
  {
    id: "latency",
    metricName: "Latency",
    extendedStatistic: "p99",
    threshold: 10_000,
    description: "1 % of Jaeger's requests take longer than 10 s: OpenSearch is slow.",
  },
];

const FORBIDDEN = "Forbidden";
/** In five minutes. */
const FORBIDDEN_THRESHOLD = 20;

/** Alarms of the whole API; `logGroupName` is a reference to its access log. */
export function storageAlarms(
  scope: Construct,
  { topicArn, logGroupName }: { readonly topicArn: string; readonly logGroupName: string },
): void {
  apiAlarms(scope, { name: STORAGE_NAMES.api, stage: STORAGE_STAGE, topicArn }, ALARMS);
  new CloudwatchLogMetricFilter(scope, "forbidden", {
    name: `${STORAGE_NAMES.api}-forbidden`,
    logGroupName,
    // Access logs of API Gateway have strings only.
    pattern: '{ $.status = "403" }',
    metricTransformation: {
      namespace: STORAGE_NAMES.metricsNamespace,
      name: FORBIDDEN,
      value: "1",
      defaultValue: "0",
    },
  });
  new CloudwatchMetricAlarm(scope, "alarm-forbidden", {
    alarmName: `${STORAGE_NAMES.api}-forbidden`,
    alarmDescription:
      "Somebody asks for what is not theirs: another owner's store, or an operation that Jaeger has not. The access log has " +
      "role and path.",
    namespace: STORAGE_NAMES.metricsNamespace,
    metricName: FORBIDDEN,
    statistic: "Sum",
    period: 300,
    evaluationPeriods: 1,
    threshold: FORBIDDEN_THRESHOLD,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
  });
}
