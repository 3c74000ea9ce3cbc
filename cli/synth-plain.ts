import { buildApp } from "../app";
import { loadFleet } from "../fleet/load";

/**
 * The whole fleet in one App, as any CDKTF program does it. It is what the fast way's output must equal byte for byte,
 * and the baseline of the benchmark.
 */
export function synthesisePlain(root: string, outdir?: string): void {
  buildApp(loadFleet(root), { ...(outdir === undefined ? {} : { outdir }) }).synth();
}
