import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import { PROMETHEUS_TYPE, XRAY_TYPE } from "../lib/grafana-names";

/** Plug-in ids of the data sources. */
export const SOURCE_TYPES = {
  metrics: PROMETHEUS_TYPE,
  loki: "loki",
  cloudwatch: "cloudwatch",
  xray: XRAY_TYPE,
  jaeger: "jaeger",
} as const;

export type SourceKind = keyof typeof SOURCE_TYPES;

/** A reference to the data source of this kind and uid. */
export const sourceRef = (kind: SourceKind, uid: string): DataSourceRef => ({
  type: SOURCE_TYPES[kind],
  uid,
});
