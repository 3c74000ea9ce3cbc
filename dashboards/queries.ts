import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { DataqueryBuilder as LokiQueryBuilder } from "@grafana/grafana-foundation-sdk/loki";
import {
  DataqueryBuilder as PrometheusQueryBuilder,
  PromQueryFormat,
} from "@grafana/grafana-foundation-sdk/prometheus";
import { sourceRef } from "./sources";

/** A query of a panel before it has its letter. */
export type Query = (refId: string) => Builder<Dataquery>;

/**
 * Sidecars send every minute at the latest. As the shortest step it also makes `$__rate_interval` four minutes at
 * least, so that every rate sees several samples, whatever the data source's own setting is.
 */
const SHORTEST_STEP = "1m";

/** A line per series. `legend` may name labels: `{{service}}`. */
export const promRange =
  (uid: string, expression: string, legend: string): Query =>
  (refId) =>
    new PrometheusQueryBuilder()
      .datasource(sourceRef("metrics", uid))
      .refId(refId)
      .expr(expression)
      .legendFormat(legend)
      .interval(SHORTEST_STEP)
      .range();

/** The values now, as the rows of a table or one number. */
export const promNow =
  (uid: string, expression: string, legend = ""): Query =>
  (refId) =>
    new PrometheusQueryBuilder()
      .datasource(sourceRef("metrics", uid))
      .refId(refId)
      .expr(expression)
      .legendFormat(legend)
      .interval(SHORTEST_STEP)
      .format(PromQueryFormat.Table)
      .instant();

/** Lines, or numbers over time, of Loki. */
export const lokiRange =
  (uid: string, expression: string, legend = ""): Query =>
  (refId) =>
    new LokiQueryBuilder()
      .datasource(sourceRef("loki", uid))
      .refId(refId)
      .queryType("range")
      .expr(expression)
      .legendFormat(legend);

/** A query of a data source that the SDK has no builder for. */
export const plainQuery =
  (kind: "xray" | "jaeger", uid: string, fields: Readonly<Record<string, unknown>>): Query =>
  (refId) => ({
    build: () => ({ refId, datasource: sourceRef(kind, uid), ...fields }) as unknown as Dataquery,
  });

/** The letters of a panel's queries: A to Z, then AA and so on. */
export const refId = (index: number): string => {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${refId(Math.floor(index / 26) - 1)}${letter}`;
};
