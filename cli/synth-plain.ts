import { buildApp } from "../app";
import { loadFleet } from "../fleet/load";
import { inPhase } from "../fleet/plan-roles";
import type { Phase } from "../lib/run-names";

/**
 * The whole fleet in one App, as any CDKTF program does it. It is what the fast way's output must equal byte for byte,
 * and the baseline of the benchmark.
 */
export function synthesisePlain(
  root: string,
  { outdir, phase = "apply" }: { readonly outdir?: string; readonly phase?: Phase } = {},
): void {
  buildApp(inPhase(loadFleet(root), phase), { ...(outdir === undefined ? {} : { outdir }) }).synth();
}
