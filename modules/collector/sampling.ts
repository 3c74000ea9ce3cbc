import type { ServiceTraces } from "../../fleet/trace-types";
import { GENERATIONS, type Generation } from "./generations";

/**
 * Traces that the sampler remembers, decided on or not, per MiB of the sidecar. Some ten spans each, of about a KiB: a
 * tenth of it. When there are more, the oldest goes, even undecided: docs/TRACES.md says from how many a second on.
 */
const TRACES_PER_MIB = 10;

/**
 * Kept traces whose ids outlive them, for each trace that the sampler remembers. Some 130 bytes each: with all of them a
 * little over 1 % of the sidecar.
 */
const KEPT_PER_TRACE = 10;

/** How long a trace's spans are gathered before it is decided on. What is decided by its id alone waits for none. */
const DECISION_WAIT = { bySpans: "10s", byId: "1s" };

const percent = (ratio: number): number => Number((ratio * 100).toFixed(4));

/**
 * The processor that chooses the traces to keep, and its name. The share is always the same policy: it hashes the trace's
 * id, so a trace is in it in every task with this ratio or a higher one, whatever is kept beside. (`probabilistic_sampler`
 * hashes differently.) The rules for errors and slow traces see only the spans of their own task.
 * None when X-Ray's rules decide: what the SDK dropped is not here, and a share of its share would be kept.
 */
export function sampling(
  { ratio, keepErrors, keepSlowerThanMs, xrayRemote }: ServiceTraces["sampling"],
  { memoryMiB, generation }: { readonly memoryMiB: number; readonly generation: Generation },
): { readonly processors: Record<string, object>; readonly names: readonly string[] } {
  if (ratio === 1 || xrayRemote) return { processors: {}, names: [] };
  const bySpans = [
    ...(keepErrors
      ? [{ name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } }]
      : []),
    ...(keepSlowerThanMs === undefined
      ? []
      : [{ name: "slow", type: "latency", latency: { threshold_ms: keepSlowerThanMs } }]),
  ];
  const traces = memoryMiB * TRACES_PER_MIB;
  // A decision by the id alone comes out the same every time. Of traces that were not kept nothing is remembered: an error
  // that comes after its trace has left the memory is kept, as before.
  const remembered = bySpans.length > 0 && GENERATIONS[generation].keptTracesAreRemembered;
  return {
    processors: {
      tail_sampling: {
        decision_wait: bySpans.length > 0 ? DECISION_WAIT.bySpans : DECISION_WAIT.byId,
        num_traces: traces,
        ...(remembered ? { decision_cache: { sampled_cache_size: traces * KEPT_PER_TRACE } } : {}),
        policies: [
          ...bySpans,
          { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: percent(ratio) } },
        ],
      },
    },
    names: ["tail_sampling"],
  };
}
