import { attackFleet } from "../../support/attack-fleet";
import { worldOf } from "../../support/attack-world";
import { policiesOf, type Policy } from "../../support/policies";
import { synth, type Tree } from "../../support/synth";
import { EXPLAINED, type Explanation } from "./explained";
import { Answers, mutatedStack, rulesAgainst } from "./judge";
import { mutantsOf, type Mutant } from "./make";

export interface Outcome {
  readonly made: number;
  /** Names of the rules and tables that caught a mutant, with how many each caught first. */
  readonly killed: ReadonlyMap<string, number>;
  readonly explained: ReadonlyMap<Explanation, number>;
  /** Which an explanation says nothing catches, and something does; as the survivors below. */
  readonly caughtAfterAll: readonly string[];
  /** `<stack> <address> <attribute> | <Sid>: <change>`. */
  readonly survivors: readonly string[];
}

type Made = readonly [Policy, Mutant];

/** Every mutant of every policy of the fleet that is attacked, in the order of its stacks. */
export function allMutants(tree: Tree): Made[] {
  return tree.stacks.flatMap((stack) =>
    policiesOf(stack).flatMap((policy) =>
      mutantsOf(policy.document).map((mutant) => [policy, mutant] as const),
    ),
  );
}

/** `<stack> <address> <attribute>`. */
export const placeOf = ({ stack, where }: Policy): string => `${stack.name} ${where}`;

/** The first explanation of a mutant's survival, should it survive. */
export const explanationOf = ([policy, { change }]: Made): Explanation | undefined =>
  EXPLAINED.find((each) => each.where.test(placeOf(policy)) && each.change.test(change));

/** A mutant to be judged. */
export interface Trial {
  readonly name: string;
  /** Its explanation, should it survive. */
  readonly reason: Explanation | undefined;
  /** What catches it; undefined when nothing does. */
  readonly killer: () => Promise<string | undefined>;
}

export async function outcomeOf(trials: readonly Trial[]): Promise<Outcome> {
  const killed = new Map<string, number>();
  const explained = new Map<Explanation, number>();
  const survivors: string[] = [];
  const caughtAfterAll: string[] = [];
  for (const { name, reason, killer } of trials) {
    const caughtBy = await killer();
    if (caughtBy !== undefined) {
      killed.set(caughtBy, (killed.get(caughtBy) ?? 0) + 1);
      if (reason !== undefined) caughtAfterAll.push(name);
    } else if (reason === undefined) survivors.push(name);
    else explained.set(reason, (explained.get(reason) ?? 0) + 1);
  }
  return { made: trials.length, killed, explained, caughtAfterAll, survivors };
}

/** Judges every mutant that `isChosen`: the rules first, which take a millisecond, and then the tables. */
export function judge(isChosen: (index: number, mutant: Made) => boolean): Promise<Outcome> {
  const tree = synth(attackFleet());
  const answers = new Answers(worldOf(tree));
  const chosen = allMutants(tree).filter((mutant, index) => isChosen(index, mutant));
  return outcomeOf(
    chosen.map((mutant): Trial => {
      const [policy, { change, document }] = mutant;
      return {
        name: `${placeOf(policy)} | ${change}`,
        reason: explanationOf(mutant),
        killer: async () =>
          (await rulesAgainst(tree, mutatedStack(policy, document))) ??
          (await answers.against(policy, document)),
      };
    }),
  );
}

/** `4000 mutants: 3980 killed, 20 explained, 0 survive`, and by what. */
export function summary({ made, killed, explained, survivors }: Outcome): string {
  const sum = (counts: Iterable<number>): number => [...counts].reduce((all, each) => all + each, 0);
  return [
    `${String(made)} mutants: ${String(sum(killed.values()))} killed, ${String(sum(explained.values()))} explained, ${String(survivors.length)} survive`,
    ...[...killed].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count)} by ${name}`),
  ].join("\n");
}
