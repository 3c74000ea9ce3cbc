import { recording } from "./expressions";
import { RECORDED } from "./names";
import type { RuleGroup } from "./types";

/**
 * A sign of life of the rules themselves, for whoever asks from outside whether they are evaluated. It needs no sample: a
 * fleet of which nothing is heard, or expected, has it as well.
 */
export const evaluatedGroup = (): RuleGroup => ({
  name: "evaluated",
  interval: "1m",
  rules: [recording(RECORDED.rulesEvaluated, "vector(1)")],
});
