import { DEFAULT_ASSUMPTIONS } from "../../cost/assumptions";
import type { EstimateInput } from "../../cost/estimate";
import { PRICES } from "../../cost/prices";
import type { Resources } from "../../cost/standing";
import type { Fleet } from "../../fleet/types";
import { stackNames } from "../../lib/names";
import { synth, type Tree } from "../support/synth";

const resourcesOf = (tree: Tree, name: string): Resources =>
  (tree.stack(name).json as { resource?: Resources }).resource ?? {};

/** What an estimate of a fleet is made of, with the default assumptions and prices. */
export function inputOf(fleet: Fleet): EstimateInput {
  const tree = synth(fleet);
  const tenants = new Map(
    fleet.tenants.map(({ name }) => [name, resourcesOf(tree, stackNames.tenant(name))]),
  );
  const shared = tree.stacks
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(stackNames.tenant("")));
  return {
    fleet,
    stacks: { shared: shared.map((name) => resourcesOf(tree, name)), tenants },
    assumptions: DEFAULT_ASSUMPTIONS,
    prices: PRICES,
  };
}
