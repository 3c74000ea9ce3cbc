import type { ServiceTraces } from "../../fleet/trace-types";

/** Traces that wait for their decision, per MiB of the sidecar. Some ten spans each, of about a KiB: an eighth of it. */
const TRACES_PER_MIB = 10;

/** How long a trace's spans are gathered before it is decided on. */
const DECISION_WAIT = "10s";

const percent = (ratio: number): number => Number((ratio * 100).toFixed(4));

/**
 * The processors that choose the traces to keep, and their names in order. Both hash the trace's id alike in every task, so
 * a trace that runs through several services is kept or not as a whole; the rules for errors and slow traces see only
 * the spans of their own task.
 */
export function sampling(
  { ratio, keepErrors, keepSlowerThanMs }: ServiceTraces["sampling"],
  memoryMiB: number,
): { readonly processors: Record<string, object>; readonly names: readonly string[] } {
  if (ratio === 1) return { processors: {}, names: [] };
  if (!keepErrors && keepSlowerThanMs === undefined) {
    return {
      processors: { probabilistic_sampler: { sampling_percentage: percent(ratio) } },
      names: ["probabilistic_sampler"],
    };
  }
  const policies = [
    ...(keepErrors
      ? [{ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } }]
      : []),
    ...(keepSlowerThanMs === undefined
      ? []
      : [{ name: "slow", type: "latency", latency: { threshold_ms: keepSlowerThanMs } }]),
    { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: percent(ratio) } },
  ];
  return {
    processors: {
      tail_sampling: { decision_wait: DECISION_WAIT, num_traces: memoryMiB * TRACES_PER_MIB, policies },
    },
    names: ["tail_sampling"],
  };
}
