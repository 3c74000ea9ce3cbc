import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyText } from "../../support/attack-world";
import type { JsonObject } from "../../support/json";
import type { Access } from "../../support/reach";
import { isListed, LISTED } from "../runs-lists";
import { tableOf } from "../runs-rows";
import { tree } from "../runs-world";
import { mutantsOf } from "./make";
import { outcomeOf, summary, type Trial } from "./run";
import { RUNS_EXPLAINED } from "./runs-explained";
import { RunsJudge } from "./runs-judge";

/** The documents of the stack `workspaces`: what they allow, and whether any mutant of them would be noticed. */
const judge = new RunsJudge(tree);

/** Lines by the name of who they are about. */
function expectedTable(): Record<string, string[]> {
  const text = readFileSync(join(__dirname, "..", "runs-table.txt"), "utf8");
  const sections = text.trim().split(/^# /m).slice(1);
  return Object.fromEntries(
    sections.map((section) => {
      const [name = "", ...lines] = section.trim().split("\n");
      return [name, lines];
    }),
  );
}

test("runs may do what the table says and nothing else; borders leave what it says", async () => {
  const table: Record<string, string[]> = {};
  for (const actor of judge.actors) {
    const asked = await judge.questions(actor);
    const found: Access[] = [];
    for (const question of asked) {
      const conditions = await judge.answer(actor, question);
      const { action, thing } = question;
      if (conditions !== undefined) found.push({ action, resource: thing.arn, conditions });
    }
    table[actor.name] = tableOf(actor, asked, found);
  }
  expect(table).toEqual(expectedTable());
});

test("every other document is like one that is asked", () => {
  expect([judge.unasked(), judge.unlike(judge.documents)]).toEqual([[], []]);
});

test.each(LISTED)("$document: $action with $context is allowed: $allowed", async (asked) => {
  expect(await isListed(judge.documents, asked)).toBe(asked.allowed);
});

test("every mutant is caught or explained, and every explanation explains one", async () => {
  const trials = [...judge.documents].flatMap(([name, document]) =>
    mutantsOf(document as unknown as JsonObject).map(({ change, document: changed }): Trial => ({
      name: `${name} | ${change}`,
      reason: RUNS_EXPLAINED.find((each) => each.where.test(name) && each.change.test(change)),
      killer: () => judge.against(name, changed as unknown as PolicyText),
    })),
  );
  const outcome = await outcomeOf(trials);
  const { made, explained, caughtAfterAll, survivors } = outcome;
  process.stdout.write(`runs: ${summary(outcome)}\n`);
  expect(survivors).toEqual([]);
  expect(caughtAfterAll).toEqual([]);
  expect(RUNS_EXPLAINED.filter((each) => !explained.has(each)).map(({ change }) => change.source)).toEqual(
    [],
  );
  expect(RUNS_EXPLAINED.filter(({ reason }) => reason.length < 40)).toEqual([]);
  expect(made).toBeGreaterThan(4000);
});
