import { linksOf } from "../../diagram/all-links";
import { fleetGraph } from "../../diagram/fleet";
import { placesOf } from "../../diagram/links";
import { tenantGraph } from "../../diagram/tenant";
import { everyOptionFleet } from "../support/every-option-fleet";
import { CLOUD_BACKEND, mixedFleet } from "../support/fleets";
import { crossings } from "./crossings";
import { arrows, synthesised } from "./drawing";

/** At least so many, lest both sides find nothing. */
describe.each([
  ["the example, and every kind of tenant", mixedFleet(), 40],
  ["every option", everyOptionFleet({ type: "local" }), 25],
  ["every option, with runs in HCP Terraform", everyOptionFleet(CLOUD_BACKEND), 35],
])("%s", (_, fleet, least) => {
  const { tree, stacks } = synthesised(fleet);
  const expected = crossings(tree);
  const tenants = fleet.tenants.map(({ name, accountId }) => ({ name, accountId }));
  const drawn = new Map<string, ReadonlySet<string>>();
  beforeAll(async () => {
    for (const { name } of tenants) drawn.set(name, await arrows(tenantGraph(stacks, name), "cross"));
  });

  test("every way from one account into another is drawn in a tenant's picture, and no other", () => {
    expect(expected.size).toBeGreaterThanOrEqual(least);
    expect([...new Set([...drawn.values()].flatMap((each) => [...each]))].sort()).toEqual(
      [...expected].sort(),
    );
  });

  test.each(tenants)("$name: its own ways, and no other tenant's", ({ name, accountId }) => {
    const own = [...expected].filter(
      (pair) => pair.includes(`tenant-${name}/`) || pair.includes(`:${accountId}:`),
    );
    expect([...(drawn.get(name) ?? [])].sort()).toEqual(own.sort());
  });

  test("the fleet's picture has an arrow for each of them, and no other", async () => {
    const graph = fleetGraph(stacks);
    const places = placesOf(linksOf(stacks));
    const node = (id: string): string => {
      const place = places.get(id);
      if (place === undefined) throw new Error(`nothing is known of ${id}`);
      return graph.nodeOf(place);
    };
    const merged = [...expected].map((pair) => pair.split(" ").map(node).join(" "));
    expect([...(await arrows(graph, "cross"))].sort()).toEqual([...new Set(merged)].sort());
  });
});
