import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { INGEST_NAMES } from "./names";
import { INGEST_STAGE } from "./routes";

export interface ApiAlarm {
  readonly id: string;
  readonly metricName: "4XXError" | "5XXError" | "Latency";
  /** The average of an error metric is the share of requests that failed. */
  readonly statistic?: "Average";
  readonly extendedStatistic?: "p99";
  readonly threshold: number;
  readonly description: string;
}

const ALARMS: readonly ApiAlarm[] = [
  {
    id: "server-errors",
    metricName: "5XXError",
    statistic: "Average",
    threshold: 0.01,
    description:
      "More than 1 % of the requests to the ingest API fail. Collectors try again until their queues are full.",
  },
  {
    id: "client-errors",
    metricName: "4XXError",
    statistic: "Average",
    threshold: 0.05,
    description:
      "More than 5 % of the requests to the ingest API are refused: a tenant over its limits (429), a batch that is too " +
      "large (413) or a role without rights (403). The access log says which.",
  },
  {
    id: "latency",
    metricName: "Latency",
    extendedStatistic: "p99",
    threshold: 5000,
    description:
      "1 % of the requests to the ingest API take longer than 5 s: the programs behind it are slow.",
  },
];

export interface AlarmedApi {
  readonly name: string;
  readonly stage: string;
  readonly topicArn: string;
}

/** Alarms of one stage of a REST API, all methods together. */
export function apiAlarms(
  scope: Construct,
  { name, stage, topicArn }: AlarmedApi,
  alarms: readonly ApiAlarm[],
): void {
  for (const { id, metricName, statistic, extendedStatistic, threshold, description } of alarms) {
    new CloudwatchMetricAlarm(scope, `alarm-${id}`, {
      alarmName: `${name}-${id}`,
      alarmDescription: description,
      namespace: "AWS/ApiGateway",
      metricName,
      dimensions: { ApiName: name, Stage: stage },
      statistic,
      extendedStatistic,
      period: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      threshold,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    });
  }
}

export const ingestAlarms = (scope: Construct, topicArn: string): void => {
  apiAlarms(scope, { name: INGEST_NAMES.api, stage: INGEST_STAGE, topicArn }, ALARMS);
};
