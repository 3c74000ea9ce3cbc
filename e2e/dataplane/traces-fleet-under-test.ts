import { synthesisedFleet } from "./fleet-under-test";
import { renderedJaegers } from "./traces-rendered";

export const synthesised = synthesisedFleet("traces-fleet");

/** Sends its traces to the shared Jaeger. */
export const acme = synthesised.tenant("acme");
/** Have a Jaeger in each of their tasks. */
export const globex = synthesised.tenant("globex");
export const initech = synthesised.tenant("initech");

export const jaegers = renderedJaegers(synthesised);
