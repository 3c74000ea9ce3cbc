import { exampleFleet, fleetWith, managed, tenant } from "../support/fleets";
import { mutated, synth } from "../support/synth";
import { ACCESS_MUTATIONS } from "./mutations/access";
import { CENTRAL_ACCESS_MUTATIONS } from "./mutations/central";
import { CENTRAL_SHAPE_MUTATIONS } from "./mutations/central-shape";
import { GRAFANA_MUTATIONS } from "./mutations/grafana";
import { IMAGE_MUTATIONS } from "./mutations/images";
import { SHAPE_MUTATIONS } from "./mutations/shape";
import { TEXT_MUTATIONS } from "./mutations/text";
import { VPN_MUTATIONS } from "./mutations/vpn";
import { RULES } from "./rules/all";
import { everyTenantHasAStack } from "./rules/lifecycle";
import { runsAreTrustedExactly } from "./rules/runs";

/** A rule that cannot fail proves nothing: each is shown at least one tree that breaks it. */
const fleet = fleetWith(
  exampleFleet(),
  tenant({
    name: "hooli",
    accountId: "505050505050",
    lifecycle: "offboarding",
    services: [managed("search")],
  }),
);
const tree = synth(fleet);

const MUTATIONS = [
  ...ACCESS_MUTATIONS,
  ...TEXT_MUTATIONS,
  ...SHAPE_MUTATIONS,
  ...CENTRAL_ACCESS_MUTATIONS,
  ...CENTRAL_SHAPE_MUTATIONS,
  ...GRAFANA_MUTATIONS,
  ...VPN_MUTATIONS,
  ...IMAGE_MUTATIONS,
];

const ruleOf = (beginning: string) => {
  const found = RULES.filter(({ name }) => name.startsWith(beginning));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${String(found.length)} rules begin with "${beginning}"`);
  return only;
};

test("no rule minds a stack that was only read and written again", async () => {
  for (const { name } of tree.stacks) {
    const same = mutated(tree, name, (text) => JSON.stringify(JSON.parse(text)));
    for (const rule of RULES) expect(await rule.violations(same)).toEqual([]);
  }
});

test.each(RULES)("the tree that is broken below keeps: $name", async (rule) => {
  expect(await rule.violations(tree)).toEqual([]);
});

test.each(MUTATIONS)("$rule: $broken", async ({ rule: beginning, change, stack }) => {
  const rule = ruleOf(beginning);
  expect(await rule.violations(mutated(tree, stack, change))).not.toEqual([]);
});

test("a missing stack is seen", async () => {
  const rule = ruleOf("the stacks are central");
  expect(await rule.violations({ ...tree, stacks: tree.stacks.slice(1) })).not.toEqual([]);
});

test("every rule was broken at least once", () => {
  const shown = new Set(MUTATIONS.map(({ rule }) => ruleOf(rule).name));
  const rest = RULES.map(({ name }) => name).filter((name) => !shown.has(name));
  expect(rest).toEqual([
    everyTenantHasAStack.name,
    // Of runs in HCP Terraform, which this tree has none of: runs.test.ts.
    runsAreTrustedExactly.name,
  ]);
});
