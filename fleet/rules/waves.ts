import type { Problem } from "../../lib/errors";
import { nearest } from "../nearest";
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
