import type { AlertThresholds } from "../../fleet/grafana-types";
import type { AlertingRule, RecordingRule } from "./types";
import { DECLARED, RECORDED, SERVICE_LABEL } from "./names";

/** Aggregates what sidecars sent by tenant and service, and by further labels. */
export const byService = (operator: "sum" | "max" | "count", vector: string, ...labels: string[]): string =>
  `${operator} by (${["tenant", "service", ...labels].join(", ")}) (${withService(vector)})`;

/** The service under the name that recorded series and alerts give it. */
const withService = (vector: string): string =>
  `label_replace(${vector}, "service", "$1", "${SERVICE_LABEL}", "(.+)")`;

/**
 * What counters grew in five minutes, per second. `rate()` would miss the beginning of a series, and the counters of
 * failures begin with the first failure.
 */
export const grown = (counter: string): string =>
  `((${counter} unless ${counter} offset 5m) or increase(${counter}[5m])) / 300`;

export interface Limit {
  readonly threshold: keyof AlertThresholds;
  /** The fleet's threshold. */
  readonly value: number;
  /** Times the threshold, for burn rates. @default 1 */
  readonly factor?: number;
  /** The highest limit that makes sense: a share can not exceed 1. @default none */
  readonly atMost?: number;
}

/** The samples of a vector above its tenant's own threshold, where it has one, or else above the fleet's. */
export function above(vector: string, { threshold, value, factor = 1, atMost }: Limit): string {
  const declared = `max by (tenant) (${DECLARED.threshold}{threshold="${threshold}"})`;
  const scaled = factor === 1 ? declared : `${factor} * ${declared}`;
  const own = atMost === undefined ? scaled : `clamp_max(${scaled}, ${atMost})`;
  const fleets = plain(Math.min(factor * value, atMost ?? Infinity));
  return (
    `((${vector} > on (tenant) group_left () (${own}))` +
    ` or (${vector} > ${fleets} unless on (tenant) ${declared}))`
  );
}

/** Only of tenants that should run something: a suspended one is left alone, as is a name that nobody knows. */
export const ofActive = (expression: string): string =>
  `${expression} and on (tenant) ${RECORDED.expectedServices}`;

/** Without the noise of binary fractions. */
const plain = (value: number): number => Number(value.toPrecision(12));

export const recording = (
  record: string,
  expr: string,
  labels?: Readonly<Record<string, string>>,
): RecordingRule => ({ record, expr, ...(labels === undefined ? {} : { labels }) });

export interface Alert extends Pick<AlertingRule, "expr" | "for" | "labels"> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
}

/** Address, or path, of an alert's page. */
export const runbookUrl = (runbooksUrl: string, alert: string): string =>
  `${runbooksUrl.replace(/\/+$/, "")}/${alert}.md`;

/** An alert with the address of its page; every alert has one of its own name in `docs/runbooks`. */
export const alerting = (
  runbooksUrl: string,
  { name, expr, for: duration, labels, summary, description }: Alert,
): AlertingRule => ({
  alert: name,
  expr,
  for: duration,
  labels,
  annotations: { summary, description, runbook_url: runbookUrl(runbooksUrl, name) },
});
