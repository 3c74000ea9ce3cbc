import { EXPLAINED } from "./explained";
import { explanationOf, judge, summary } from "./run";

/**
 * Judges one half of all mutants, in stretches so that each half meets few documents, and prints what came of it. The
 * halves are files of their own for the two workers of `npm run test:mutants`. The first has all that are explained: it
 * can say that no explanation is idle.
 */
export function judgeHalf(half: 0 | 1): void {
  test(`every mutant of half ${String(half + 1)} is caught or explained`, async () => {
    const outcome = await judge((index, mutant) =>
      explanationOf(mutant) === undefined ? Math.floor(index / 40) % 2 === half : half === 0,
    );
    process.stdout.write(`${summary(outcome)}\n`);
    expect(outcome.survivors).toEqual([]);
    expect(outcome.caughtAfterAll).toEqual([]);
    const idle = half === 0 ? EXPLAINED.filter((each) => !outcome.explained.has(each)) : [];
    expect(idle).toEqual([]);
    expect(outcome.made).toBeGreaterThan(2000);
  });
}
