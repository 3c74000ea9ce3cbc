import { attackFleet } from "../../support/attack-fleet";
import { synth } from "../../support/synth";
import { EXPLAINED } from "./explained";
import { allMutants, judge, summary } from "./run";

/** Every so many of the mutants; `npm run test:mutants` judges all of them. */
const STRIDE = 61;

test("mutants are made of every policy, in every way", () => {
  const all = allMutants(synth(attackFleet()));
  expect(all.length).toBeGreaterThan(4000);
  const ways = [
    ...["without StringEquals", "becomes StringLike *", "also for somebody else", "the Deny is gone"],
    ...["NotResource becomes Resource", "Principal becomes everybody", "Principal also a stranger"],
    ...["the other way round", "the effect is the opposite", "Action without"],
  ];
  for (const way of ways)
    expect(all.filter(([, { change }]) => change.includes(way)).length).toBeGreaterThan(0);
  expect(EXPLAINED.filter(({ reason }) => reason.length < 40)).toEqual([]);
});

test("a sample of the mutants is caught or explained", async () => {
  const outcome = await judge((index) => index % STRIDE === 0);
  expect([outcome.survivors, summary(outcome)]).toEqual([[], expect.stringMatching(/, 0 survive\n/)]);
  expect(outcome.made).toBeGreaterThan(60);
}, 120_000);
