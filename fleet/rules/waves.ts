import type { Problem } from "../../lib/errors";
import { pointerOf } from "../document";
import { nearest } from "../nearest";
import { generationOf } from "../waves";
import type { TenantView } from "../view";
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

/** Warning: the wave that tries a change before the others tries nothing. One tenant alone has nobody to go before. */
export const firstWaveHasTenants: Rule = ({ central: { document, waves = [] }, tenants }) => {
  const [first, second] = waves;
  if (first === undefined || second === undefined || tenants.length < 2) return [];
  const names = new Set(waves.map(({ name }) => name));
  // Who is in a wave that is misspelt may be meant for the first.
  if (!tenants.every((tenant) => isWaveKnown(tenant, names))) return [];
  if (tenants.some(({ wave }) => wave === first.name)) return [];
  const message = "is the first wave, and nobody is in it: every change comes to the other tenants untried";
  const remedy = `write "wave": "${first.name}" into the file of a tenant that may have changes first, or take the wave out`;
  return [document.problem("/waves/0/name", { message, value: first.name, remedy })];
};

/** A tenant that names no wave goes with the last; of a file that is wrong nobody can say whether it names none. */
const isWaveKnown = ({ wave, whole }: TenantView, names: ReadonlySet<string>): boolean =>
  wave === undefined ? whole !== undefined : names.has(wave);

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
