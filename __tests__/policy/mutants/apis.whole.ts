import { apisMatrix } from "../attack/apis";
import { newTally, type Matrix } from "../attack/matrices";
import { attackFleet } from "../../support/attack-fleet";
import { documentIn, withDocument, worldOf } from "../../support/attack-world";
import { synth } from "../../support/synth";
import { allMutants, placeOf } from "./run";

/**
 * The mutants of the APIs' policies once more, without the rules: one of them compares these documents with what they
 * should be, and so catches nearly all before a table is asked.
 */
const API = /^central aws_api_gateway_(rest_api|domain_name)\./;

/** Mutants that decide as the policy does. */
const SAME: Readonly<Record<string, RegExp>> = {
  "a wildcard more of the one API or domain whose policy it is":
    /^(OurRoles|NobodyElse|NoLongerPath): Resource \S+:\* becomes (\*|\S+:\*\*)$/,
  "two stars for one": /^JaegerAndWriterRoles: Resource \S+\/s\/\* becomes \S+\/s\/\*\*$/,
  "the condition names roles of the account, to whom API Gateway's reading makes no difference":
    /^(Our|Writer|JaegerAndWriter)Roles: Principal (becomes everybody|also a stranger)$/,
  "a domain knows no other action": /^OurRoles: Action execute-api:Invoke becomes execute-api:\*$/,
  "a Deny of more": /^(NobodyElse|NoLongerPath): Action execute-api:Invoke becomes execute-api:\*$/,
  "a Deny for whom the other denies": /^NoLongerPath: ArnLike aws:PrincipalArn also for somebody else$/,
};

test("the table of the halves alone catches every mutant of these policies that decides otherwise", async () => {
  const tree = synth(attackFleet());
  const world = worldOf(tree);
  const mutants = allMutants(tree).filter(([policy]) => API.test(placeOf(policy)));
  const before = new Map<string, Matrix>();
  const survivors: Record<string, string[]> = {};
  for (const [policy, { change, document }] of mutants) {
    const id = placeOf(policy);
    const usual = before.get(id) ?? (await apisMatrix(world, newTally(), id));
    before.set(id, usual);
    const changed = withDocument(world, id, documentIn(tree, policy.stack, document));
    if (JSON.stringify(await apisMatrix(changed, newTally(), id)) !== JSON.stringify(usual)) continue;
    const [reason = "none"] = Object.entries(SAME).flatMap(([each, form]) =>
      form.test(change) ? [each] : [],
    );
    (survivors[reason] ??= []).push(`${id} | ${change}`);
  }
  expect(survivors.none ?? []).toEqual([]);
  expect(Object.keys(survivors).sort()).toEqual(Object.keys(SAME).sort());
  expect(mutants.length).toBeGreaterThan(100);
  expect(before.size).toBe(3);
});
