import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyText } from "../../support/attack-world";
import type { JsonObject } from "../../support/json";
import type { Access } from "../../support/reach";
import { isListed, LISTED } from "../runs-lists";
import { tableOf } from "../runs-rows";
import { tree } from "../runs-world";
import type { Explanation } from "./explained";
import { mutantsOf } from "./make";
import { summary } from "./run";
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
  let made = 0;
  const killed = new Map<string, number>();
  const explained = new Map<Explanation, number>();
  const survivors: string[] = [];
  const caughtAfterAll: string[] = [];
  for (const [name, document] of judge.documents) {
    for (const { change, document: changed } of mutantsOf(document as unknown as JsonObject)) {
      made++;
      const killer = await judge.against(name, changed as unknown as PolicyText);
      const reason = RUNS_EXPLAINED.find((each) => each.where.test(name) && each.change.test(change));
      if (killer !== undefined) {
        killed.set(killer, (killed.get(killer) ?? 0) + 1);
        if (reason !== undefined) caughtAfterAll.push(`${name} | ${change}`);
      } else if (reason === undefined) survivors.push(`${name} | ${change}`);
      else explained.set(reason, (explained.get(reason) ?? 0) + 1);
    }
  }
  process.stdout.write(`runs: ${summary({ made, killed, explained, caughtAfterAll, survivors })}\n`);
  expect(survivors).toEqual([]);
  expect(caughtAfterAll).toEqual([]);
  expect(RUNS_EXPLAINED.filter((each) => !explained.has(each)).map(({ change }) => change.source)).toEqual(
    [],
  );
  expect(RUNS_EXPLAINED.filter(({ reason }) => reason.length < 40)).toEqual([]);
  expect(made).toBeGreaterThan(4000);
});
