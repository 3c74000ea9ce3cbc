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
  /** `<stack> <address> <attribute> | <Sid>: <change>`. */
  readonly survivors: readonly string[];
}

/** Every mutant of every policy of the fleet that is attacked, in the order of its stacks. */
export function allMutants(tree: Tree): (readonly [Policy, Mutant])[] {
  return tree.stacks.flatMap((stack) =>
    policiesOf(stack).flatMap((policy) =>
      mutantsOf(policy.document).map((mutant) => [policy, mutant] as const),
    ),
  );
}

/** Judges every mutant whose number `isChosen`: the rules first, which take a millisecond, and then the tables. */
export async function judge(isChosen: (index: number) => boolean): Promise<Outcome> {
  const tree = synth(attackFleet());
  const answers = new Answers(worldOf(tree));
  const killed = new Map<string, number>();
  const explained = new Map<Explanation, number>();
  const survivors: string[] = [];
  const chosen = allMutants(tree).filter((_, index) => isChosen(index));
  for (const [policy, { change, document }] of chosen) {
    const killer =
      (await rulesAgainst(tree, mutatedStack(policy, document))) ?? (await answers.against(policy, document));
    if (killer !== undefined) {
      killed.set(killer, (killed.get(killer) ?? 0) + 1);
      continue;
    }
    const place = `${policy.stack.name} ${policy.where}`;
    const reason = EXPLAINED.find((each) => each.where.test(place) && each.change.test(change));
    if (reason === undefined) survivors.push(`${place} | ${change}`);
    else explained.set(reason, (explained.get(reason) ?? 0) + 1);
  }
  return { made: chosen.length, killed, explained, survivors };
}

/** `4000 mutants: 3980 killed, 20 explained, 0 survive`, and by what. */
export function summary({ made, killed, explained, survivors }: Outcome): string {
  const sum = (counts: Iterable<number>): number => [...counts].reduce((all, each) => all + each, 0);
  return [
    `${String(made)} mutants: ${String(sum(killed.values()))} killed, ${String(sum(explained.values()))} explained, ${String(survivors.length)} survive`,
    ...[...killed].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count)} by ${name}`),
  ].join("\n");
}
