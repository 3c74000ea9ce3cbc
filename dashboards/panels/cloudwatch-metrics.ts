import {
  MetricEditorMode,
  MetricQueryType,
  MetricsQueryBuilder,
  QueryMode,
} from "@grafana/grafana-foundation-sdk/cloudwatch";
import type { Query } from "../queries";
import { sourceRef } from "../sources";

export interface CloudwatchSearch {
  readonly uid: string;
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** Further conditions of CloudWatch's search, such as `ClusterName="a"`. */
  readonly where?: string;
  /** Name of a line; CloudWatch fills in `${PROP('Dim.x')}`. */
  readonly legend: string;
  /** Seconds. */
  readonly period?: number;
}

/** Metrics by a search expression: it finds what is there, whatever dimensions the service writes. */
export const cloudwatchSearch =
  ({ uid, region, namespace, metric, statistic, where, legend, period = 300 }: CloudwatchSearch): Query =>
  (refId) => {
    const condition = [
      `Namespace="${namespace}"`,
      `MetricName="${metric}"`,
      ...(where === undefined ? [] : [where]),
    ];
    return new MetricsQueryBuilder()
      .datasource(sourceRef("cloudwatch", uid))
      .refId(refId)
      .id(`q${refId.toLowerCase()}`)
      .region(region)
      .queryMode(QueryMode.Metrics)
      .metricQueryType(MetricQueryType.Search)
      .metricEditorMode(MetricEditorMode.Code)
      .namespace(namespace)
      .metricName(metric)
      .dimensions({})
      .matchExact(false)
      .statistic(statistic)
      .period(String(period))
      .expression(`SEARCH('${condition.join(" ")}', '${statistic}', ${period})`)
      .label(legend);
  };
