import { attackFleet } from "../../support/attack-fleet";
import { synth } from "../../support/synth";
import { EXPLAINED } from "./explained";
import { allMutants } from "./run";

/** `npm run test:mutants` judges all of them. */
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
