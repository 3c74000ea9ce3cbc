import type { Problem } from "../../lib/errors";
import { pointerOf } from "../document";
import { nearest } from "../nearest";
import { generationOf } from "../waves";
import { forTenants, type Rule } from "./rule";

/** Commands name a wave. */
export const waveNamesDiffer: Rule = ({ central: { document, waves = [] } }) => {
  const seen = new Set<string>();
  return waves.flatMap(({ name }, index): Problem[] => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = "is the name of an earlier wave";
    return [
      document.problem(`/waves/${String(index)}/name`, { message, value: name, remedy: "choose another" }),
    ];
  });
};

export const waveExists = forTenants(({ document, wave }, { central: { waves } }) => {
  if (wave === undefined || waves === undefined) return [];
  const names = waves.map(({ name }) => name);
  if (names.includes(wave)) return [];
  const message = "is no wave of central.json";
  const guess = nearest(wave, names);
  const remedy =
    guess === undefined
      ? `choose one of ${names.map((name) => `"${name}"`).join(", ")}`
      : `did you mean "${guess}"?`;
  return [document.problem("/wave", { message, value: wave, remedy })];
});

/** Warning: a wave runs what an earlier one has not tried. */
export const generationsComeInOrder: Rule = ({ central: { document, waves, configGeneration } }) => {
  if (waves === undefined || configGeneration === undefined) return [];
  const central = { configGeneration };
  return waves.flatMap((wave, index): Problem[] => {
    const generation = generationOf(central, wave);
    const earlier = waves.slice(0, index).find((each) => generationOf(central, each) < generation);
    if (earlier === undefined) return [];
    const own = pointerOf("waves", index, "configGeneration");
    const message = `puts the wave "${wave.name}" ahead of "${earlier.name}" before it, which has generation ${String(generationOf(central, earlier))}`;
    const remedy = `give it to "${earlier.name}" first`;
    const pointer = document.has(own) ? own : "/configGeneration";
    return [document.problem(pointer, { message, value: generation, remedy })];
  });
};
