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

/** In five minutes, all requests together; `threshold` is what is still usual. */
interface CountAlarm {
  readonly id: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly threshold: number;
  readonly description: string;
}

const FORBIDDEN = "Forbidden";

const COUNTS: readonly CountAlarm[] = [
  {
    id: "forbidden",
    namespace: STORAGE_NAMES.metricsNamespace,
    metricName: FORBIDDEN,
    threshold: 20,
    description:
      "Somebody asks for what is not theirs: another owner's store, or an operation that Jaeger has not. The access log has " +
      "role and path.",
  },
  {
    id: "documents-failed",
    namespace: STORAGE_NAMES.proxyMetricsNamespace,
    metricName: "DocumentsFailed",
    dimensions: { route: "bulk" },
    // The request may have been answered with 200: nothing else tells of it.
    threshold: 0,
    description:
      "OpenSearch did not take some of the spans that Jaeger wrote; Jaeger 2.20 does not send them again. The storage " +
      "proxy's log says whose, OpenSearch's says why.",
  },
  {
    id: "failed-requests",
    namespace: STORAGE_NAMES.proxyMetricsNamespace,
    // All routes together.
    metricName: "Errors",
    // A single search may take too long without anything being wrong; what is lost of writing the alarm above tells.
    threshold: 5,
    description:
      "The storage proxy could not answer some of Jaeger's requests: OpenSearch is away or too slow, or refuses the proxy's " +
      "role. The proxy's log says which requests, and why.",
  },
];

/** Alarms of the whole API and of what is behind it; `logGroupName` is a reference to its access log. */
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
  for (const { id, namespace, metricName, dimensions, threshold, description } of COUNTS) {
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      alarmName: `${STORAGE_NAMES.api}-${id}`,
      alarmDescription: description,
      namespace,
      metricName,
      dimensions,
      statistic: "Sum",
      period: 300,
      evaluationPeriods: 1,
      threshold,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}
